#pragma once

#include "wire/endian.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace kcpp::record {

/// XXH32 with seed 0, of fewer than 16 bytes: lz4 frames guard their descriptor with one byte of
/// it.
inline std::uint32_t xxhash32_short(std::span<const std::byte> bytes) noexcept {
    constexpr std::uint32_t prime1 = 0x9e3779b1;
    constexpr std::uint32_t prime2 = 0x85ebca77;
    constexpr std::uint32_t prime3 = 0xc2b2ae3d;
    constexpr std::uint32_t prime4 = 0x27d4eb2f;
    constexpr std::uint32_t prime5 = 0x165667b1;

    std::uint32_t hash = prime5 + static_cast<std::uint32_t>(bytes.size());
    for (; bytes.size() >= 4; bytes = bytes.subspan(4))
        hash = std::rotl(hash + wire::load_le<std::uint32_t>(bytes.data()) * prime3, 17) * prime4;
    for (const std::byte b : bytes)
        hash = std::rotl(hash + std::to_integer<std::uint32_t>(b) * prime5, 11) * prime1;
    hash = (hash ^ (hash >> 15)) * prime2;
    hash = (hash ^ (hash >> 13)) * prime3;
    return hash ^ (hash >> 16);
}

} // namespace kcpp::record
