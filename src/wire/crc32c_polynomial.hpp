#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// Arithmetic in GF(2)[x] modulo the Castagnoli polynomial, bits reflected: the top bit of a word
/// is the coefficient of x^0.
namespace kcpp::wire::castagnoli {

inline constexpr std::uint32_t polynomial = 0x82f63b78;
inline constexpr std::uint32_t one = 0x80000000;

/// a × x
constexpr std::uint32_t times_x(std::uint32_t a) noexcept {
    return (a & 1) != 0 ? (a >> 1) ^ polynomial : a >> 1;
}

/// a × b
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) noexcept {
    std::uint32_t product = 0;
    for (std::uint32_t bit = one; bit != 0; bit >>= 1) {
        product ^= b & (0 - static_cast<std::uint32_t>((a & bit) != 0));
        b = times_x(b);
    }
    return product;
}

/// x^(2^k) for every k.
inline constexpr std::array<std::uint32_t, 64> squares = [] {
    std::array<std::uint32_t, 64> result{one >> 1};
    for (std::size_t k = 1; k < result.size(); ++k)
        result[k] = multiply(result[k - 1], result[k - 1]);
    return result;
}();

/// x^n
constexpr std::uint32_t power_of_x(std::uint64_t n) noexcept {
    std::uint32_t result = one;
    for (std::size_t k = 0; n != 0; ++k, n >>= 1)
        if ((n & 1) != 0) result = multiply(result, squares[k]);
    return result;
}

/// tables[k][b]: what byte b does to the CRC when k more bytes follow it.
using slicing_tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr slicing_tables make_slicing_tables() noexcept {
    slicing_tables tables{};
    for (std::uint32_t b = 0; b < 256; ++b) {
        std::uint32_t crc = b;
        for (int bit = 0; bit < 8; ++bit)
            crc = times_x(crc);
        tables[0][b] = crc;
    }
    for (std::size_t k = 1; k < tables.size(); ++k)
        for (std::size_t b = 0; b < 256; ++b)
            tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xff];
    return tables;
}

} // namespace kcpp::wire::castagnoli
