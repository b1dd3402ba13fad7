#include "wire/crc32c.hpp"

#include "wire/crc32c_paths.hpp"
#include "wire/crc32c_polynomial.hpp"
#include "wire/endian.hpp"

namespace kcpp::wire {

namespace castagnoli {

namespace {

constexpr slicing_tables tables = make_slicing_tables();

} // namespace

std::uint32_t update_by_table(const std::byte* from, std::size_t size,
                              std::uint32_t state) noexcept {
    for (; size >= 8; from += 8, size -= 8) {
        const auto word = load_le<std::uint64_t>(from) ^ state;
        state = tables[7][word & 0xff] ^ tables[6][(word >> 8) & 0xff] ^
                tables[5][(word >> 16) & 0xff] ^ tables[4][(word >> 24) & 0xff] ^
                tables[3][(word >> 32) & 0xff] ^ tables[2][(word >> 40) & 0xff] ^
                tables[1][(word >> 48) & 0xff] ^ tables[0][word >> 56];
    }
    for (; size > 0; ++from, --size)
        state = (state >> 8) ^ tables[0][(state ^ std::to_integer<std::uint32_t>(*from)) & 0xff];
    return state;
}

} // namespace castagnoli

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t seed) noexcept {
    static const castagnoli::update_function update = [] {
        const castagnoli::update_function hardware = castagnoli::hardware_update();
        return hardware != nullptr ? hardware : castagnoli::update_by_table;
    }();
    return ~update(bytes.data(), bytes.size(), ~seed);
}

crc32c_tail::crc32c_tail(std::span<const std::byte> tail) noexcept
    : crc_(crc32c(tail)),
      shift_(castagnoli::power_of_x(8 * static_cast<std::uint64_t>(tail.size()))) {}

std::uint32_t crc32c_tail::after(std::uint32_t crc_of_front) const noexcept {
    return castagnoli::multiply(crc_of_front, shift_) ^ crc_;
}

} // namespace kcpp::wire
