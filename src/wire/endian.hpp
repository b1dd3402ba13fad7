#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace kcpp::wire {

namespace detail {

template <std::unsigned_integral T>
constexpr T swap_bytes(T value) noexcept {
    if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
    if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
    if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
    return value;
}

} // namespace detail

/// The integer whose big-endian bytes start at `from`, which needs no alignment and holds at least
/// sizeof(T) bytes.
template <std::integral T>
T load_be(const std::byte* from) noexcept {
    std::make_unsigned_t<T> raw;
    std::memcpy(&raw, from, sizeof raw);
    if constexpr (std::endian::native == std::endian::little) raw = detail::swap_bytes(raw);
    return static_cast<T>(raw);
}

/// Writes `value` big-endian at `to`, which needs no alignment and has room for sizeof(T) bytes.
template <std::integral T>
void store_be(std::byte* to, T value) noexcept {
    auto raw = static_cast<std::make_unsigned_t<T>>(value);
    if constexpr (std::endian::native == std::endian::little) raw = detail::swap_bytes(raw);
    std::memcpy(to, &raw, sizeof raw);
}

/// As load_be, for little-endian bytes (murmur2, lz4 and gzip trailers are written so).
template <std::integral T>
T load_le(const std::byte* from) noexcept {
    std::make_unsigned_t<T> raw;
    std::memcpy(&raw, from, sizeof raw);
    if constexpr (std::endian::native == std::endian::big) raw = detail::swap_bytes(raw);
    return static_cast<T>(raw);
}

} // namespace kcpp::wire
