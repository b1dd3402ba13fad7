#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kcpp::wire {

/// CRC-32 as in zlib and Ethernet: it guards message sets of format 0 and 1. Continues from `seed`,
/// the CRC of what came before.
std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t seed = 0) noexcept;

} // namespace kcpp::wire
