#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The records of integration/chain: what its programs write, and chain/record.py reads.
namespace chaos {

/// What a record says of itself. It keeps its key and its number on the whole way.
struct chain_record {
    int hop;             ///< which topic it is in: 0 is the first one
    int key;             ///< as the record's key has it, too
    std::int64_t number; ///< of its key: 1, 2, 3, …
    int member;          ///< who wrote it, of those that write this topic
    int stay;            ///< in which of the member's stays with the partition it came from,
    std::int64_t source; ///< and from which offset there
};

/// A record's value: a checksum of what follows it, then all of that, and some filling.
std::string text(const chain_record& what);

/// Nothing if the checksum is not that of the rest.
std::optional<chain_record> parse(std::string_view value);

} // namespace chaos
