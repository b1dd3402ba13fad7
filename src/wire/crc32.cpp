#include "wire/crc32.hpp"

#include <zlib.h>

namespace kcpp::wire {

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t seed) noexcept {
    return static_cast<std::uint32_t>(
        ::crc32_z(seed, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

} // namespace kcpp::wire
