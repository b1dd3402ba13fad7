#pragma once

#include <kcpp/bytes.hpp>
#include <kcpp/types.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kcpp::simulation {

/// Which record: the place of its sender in the ledger, and its number among that sender's records,
/// both from 0.
struct record_id {
    std::uint32_t sender = 0;
    std::uint32_t number = 0;

    friend auto operator<=>(const record_id&, const record_id&) = default;
};

/// "4:17"
std::string to_string(const record_id& id);

/// A value that says which record it is, in at least `bytes` bytes; with a checksum over all that a
/// record has, so that no byte of it can end elsewhere or changed without being seen.
std::string make_value(const record_id& id, std::string_view topic,
                       std::optional<partition_id> wanted, bytes_view key, bytes_view header,
                       std::size_t bytes);

/// What a value says of itself.
struct told_identity {
    record_id id;
    /// The partition that the sender asked for.
    std::optional<partition_id> wanted;
};

/// Nothing if the checksum is wrong.
std::optional<told_identity> read_value(std::string_view topic, bytes_view key, bytes_view header,
                                        bytes_view value);

} // namespace kcpp::simulation
