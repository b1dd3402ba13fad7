#pragma once

#include "record/errc.hpp"

#include <kcpp/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

/// Messages of format 0 and 1, which brokers before 0.11 wrote and which old topics still hold.
namespace kcpp::record::legacy {

inline constexpr std::size_t attributes = 17; // int8
inline constexpr std::size_t timestamp = 18;  // int64, format 1 only

/// The smallest entry of a format, offset and length included.
constexpr std::size_t smallest_entry(int magic) noexcept {
    return magic == 0 ? 26 : 34;
}

/// One message, a view into its entry.
struct message {
    std::int64_t offset = 0;
    std::int64_t timestamp = -1;
    std::int8_t magic = 0;
    std::int8_t attributes = 0;
    bytes_view key;
    bytes_view value;
};

/// CRC-32 of everything behind the CRC field. `entry` holds the fixed fields.
bool crc_matches(std::span<const std::byte> entry) noexcept;

/// Reads an entry, whose fixed fields are complete and whose length says exactly its size.
errc parse(std::span<const std::byte> entry, message& out) noexcept;

} // namespace kcpp::record::legacy
