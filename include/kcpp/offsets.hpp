#pragma once

#include <kcpp/types.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace [[gnu::visibility("default")]] kcpp {

/// The next record to read, as it is committed: its offset, the epoch of the record before it (-1:
/// unknown), and free text.
struct committed_offset {
    offset_t offset = -1;
    std::int32_t leader_epoch = -1;
    std::string metadata{};

    committed_offset() = default;
    committed_offset(offset_t next, std::int32_t epoch = -1, std::string text = {})
        : offset(next), leader_epoch(epoch), metadata(std::move(text)) {}

    friend bool operator==(const committed_offset&, const committed_offset&) = default;
};

using offsets = std::map<topic_partition, committed_offset>;

} // namespace kcpp
