#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

/// The variable-length integers of records: zigzag-folded (0, -1, 1, -2 … become 0, 1, 2, 3 …),
/// then seven bits a byte, lowest first; the top bit says that more follow. (The unsigned ones of
/// flexible messages belong to reader and writer.)
namespace kcpp::wire {

inline constexpr std::size_t max_varint_size = 5;
inline constexpr std::size_t max_varlong_size = 10;

namespace detail {

template <std::unsigned_integral U>
constexpr std::size_t base128_size(U value) noexcept {
    // ceil(bits / 7) without a division, exact up to 64 bits.
    return (static_cast<std::size_t>(std::bit_width(static_cast<U>(value | 1U))) * 9 + 64) / 64;
}

template <std::unsigned_integral U>
std::byte* put_base128(std::byte* to, U value) noexcept {
    while (value >= 0x80) {
        *to++ = static_cast<std::byte>(value | 0x80);
        value >>= 7;
    }
    *to++ = static_cast<std::byte>(value);
    return to;
}

/// The rest of a number whose first byte asked for more.
template <std::unsigned_integral U>
const std::byte* get_base128_rest(const std::byte* from, const std::byte* end, U& value) noexcept {
    U result = std::to_integer<U>(*from++) & 0x7f;
    for (int shift = 7; shift < std::numeric_limits<U>::digits && from != end; shift += 7) {
        const U bits = std::to_integer<U>(*from++);
        const U part = bits & 0x7f;
        if (static_cast<U>(static_cast<U>(part << shift) >> shift) != part) return nullptr;
        result |= static_cast<U>(part << shift);
        if (bits < 0x80) {
            value = result;
            return from;
        }
    }
    return nullptr;
}

template <std::unsigned_integral U>
const std::byte* get_base128(const std::byte* from, const std::byte* end, U& value) noexcept {
    if (from == end) return nullptr;
    if (const U first = std::to_integer<U>(*from); first < 0x80) {
        value = first;
        return from + 1;
    }
    return get_base128_rest(from, end, value);
}

template <std::signed_integral S>
constexpr std::make_unsigned_t<S> zigzag(S value) noexcept {
    using U = std::make_unsigned_t<S>;
    return (static_cast<U>(value) << 1) ^ static_cast<U>(value >> std::numeric_limits<S>::digits);
}

template <std::unsigned_integral U>
constexpr std::make_signed_t<U> unzigzag(U value) noexcept {
    return static_cast<std::make_signed_t<U>>((value >> 1) ^ (~(value & 1) + 1));
}

} // namespace detail

/// Bytes that each kind of number takes.
constexpr std::size_t varint_size(std::int32_t value) noexcept {
    return detail::base128_size(detail::zigzag(value));
}
constexpr std::size_t varlong_size(std::int64_t value) noexcept {
    return detail::base128_size(detail::zigzag(value));
}

/// Writes the number at `to`, which has room for it, and returns the byte after it.
inline std::byte* put_varint(std::byte* to, std::int32_t value) noexcept {
    return detail::put_base128(to, detail::zigzag(value));
}
inline std::byte* put_varlong(std::byte* to, std::int64_t value) noexcept {
    return detail::put_base128(to, detail::zigzag(value));
}

/// Reads a number from [from, end) and returns the byte after it; nullptr, with `value` untouched,
/// if the bytes end too early or the number does not fit.
[[nodiscard]] inline const std::byte* get_varint(const std::byte* from, const std::byte* end,
                                                 std::int32_t& value) noexcept {
    std::uint32_t raw = 0;
    const std::byte* next = detail::get_base128(from, end, raw);
    if (next != nullptr) value = detail::unzigzag(raw);
    return next;
}
[[nodiscard]] inline const std::byte* get_varlong(const std::byte* from, const std::byte* end,
                                                  std::int64_t& value) noexcept {
    std::uint64_t raw = 0;
    const std::byte* next = detail::get_base128(from, end, raw);
    if (next != nullptr) value = detail::unzigzag(raw);
    return next;
}

} // namespace kcpp::wire
