#pragma once

#include <kcpp/bytes.hpp>

#include <cstdint>

namespace kcpp::record {

/// What the single record of a control batch says, by its key. Others (leader change, snapshots)
/// only occur in KRaft's own log.
enum class control_type : std::uint8_t { abort, commit, other };

control_type parse_control_key(bytes_view key) noexcept;

} // namespace kcpp::record
