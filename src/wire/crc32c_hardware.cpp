#include "wire/crc32c_paths.hpp"
#include "wire/crc32c_polynomial.hpp"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace kcpp::wire::castagnoli {

#if defined(__x86_64__)

namespace {

std::uint64_t load(const std::byte* from) noexcept {
    std::uint64_t word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

/// The register after `Bytes` more zero bytes. The carry-less product has 33 bits too many for a
/// plain multiplication by x^(8 × Bytes), and the CRC instruction, which multiplies by x^32 itself,
/// takes them off: hence the 33.
template <std::size_t Bytes>
[[gnu::target("sse4.2,pclmul")]] std::uint64_t shift(std::uint64_t state) noexcept {
    constexpr std::uint32_t factor = power_of_x(8 * Bytes - 33);
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(state)),
                             _mm_cvtsi64_si128(static_cast<long long>(factor)), 0);
    return _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(product)));
}

/// Three neighbouring lanes at once, because the instruction takes three cycles and a new one can
/// start in each.
template <std::size_t Lane>
[[gnu::target("sse4.2,pclmul")]] const std::byte*
update_lanes(const std::byte* from, std::size_t& size, std::uint64_t& state) noexcept {
    static_assert(Lane % 8 == 0);
    for (; size >= 3 * Lane; from += 3 * Lane, size -= 3 * Lane) {
        std::uint64_t second = 0;
        std::uint64_t third = 0;
        for (std::size_t i = 0; i < Lane; i += 8) {
            state = _mm_crc32_u64(state, load(from + i));
            second = _mm_crc32_u64(second, load(from + Lane + i));
            third = _mm_crc32_u64(third, load(from + 2 * Lane + i));
        }
        state = shift<Lane>(shift<Lane>(state) ^ second) ^ third;
    }
    return from;
}

[[gnu::target("sse4.2,pclmul")]] std::uint32_t
update_by_sse(const std::byte* from, std::size_t size, std::uint32_t initial) noexcept {
    std::uint64_t state = initial;
    from = update_lanes<1024>(from, size, state);
    from = update_lanes<128>(from, size, state);
    for (; size >= 8; from += 8, size -= 8)
        state = _mm_crc32_u64(state, load(from));
    auto narrow = static_cast<std::uint32_t>(state);
    for (; size > 0; ++from, --size)
        narrow = _mm_crc32_u8(narrow, std::to_integer<std::uint8_t>(*from));
    return narrow;
}

} // namespace

update_function hardware_update() noexcept {
    const bool supported =
        __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
    return supported ? update_by_sse : nullptr;
}

#elif defined(__aarch64__) && defined(__linux__)

namespace {

[[gnu::target("+crc")]] std::uint32_t update_by_acle(const std::byte* from, std::size_t size,
                                                     std::uint32_t state) noexcept {
    for (; size >= 8; from += 8, size -= 8) {
        std::uint64_t word;
        std::memcpy(&word, from, sizeof word);
        state = __crc32cd(state, word);
    }
    for (; size > 0; ++from, --size)
        state = __crc32cb(state, std::to_integer<std::uint8_t>(*from));
    return state;
}

} // namespace

update_function hardware_update() noexcept {
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0 ? update_by_acle : nullptr;
}

#else

update_function hardware_update() noexcept {
    return nullptr;
}

#endif

} // namespace kcpp::wire::castagnoli
