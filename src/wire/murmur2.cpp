#include "wire/murmur2.hpp"

#include "wire/endian.hpp"

namespace kcpp::wire {

std::int32_t murmur2(std::span<const std::byte> key) noexcept {
    constexpr std::uint32_t seed = 0x9747b28c;
    constexpr std::uint32_t m = 0x5bd1e995;
    constexpr int r = 24;

    auto hash = seed ^ static_cast<std::uint32_t>(key.size());
    for (; key.size() >= 4; key = key.subspan(4)) {
        auto k = load_le<std::uint32_t>(key.data());
        k *= m;
        k ^= k >> r;
        k *= m;
        hash *= m;
        hash ^= k;
    }
    if (!key.empty()) {
        for (std::size_t i = key.size(); i-- > 0;)
            hash ^= std::to_integer<std::uint32_t>(key[i]) << (8 * i);
        hash *= m;
    }
    hash ^= hash >> 13;
    hash *= m;
    hash ^= hash >> 15;
    return static_cast<std::int32_t>(hash);
}

} // namespace kcpp::wire
