#include "wire/crc32.hpp"
#include "wire/crc32c.hpp"
#include "wire/crc32c_paths.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

namespace kcpp::wire {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

std::vector<std::byte> random_bytes(std::size_t size) {
    std::mt19937 random(static_cast<unsigned>(size));
    std::vector<std::byte> result(size);
    for (std::byte& b : result)
        b = static_cast<std::byte>(random());
    return result;
}

/// The definition, a bit at a time.
std::uint32_t by_definition(std::span<const std::byte> bytes) {
    std::uint32_t state = 0xffffffff;
    for (const std::byte b : bytes) {
        state ^= std::to_integer<std::uint32_t>(b);
        for (int bit = 0; bit < 8; ++bit)
            state = (state >> 1) ^ ((state & 1) != 0 ? 0x82f63b78 : 0);
    }
    return ~state;
}

TEST(Crc32c, MatchesPublishedValues) {
    EXPECT_EQ(crc32c(bytes("123456789")), 0xe3069283);
    EXPECT_EQ(crc32c({}), 0u);
    EXPECT_EQ(crc32c(std::vector<std::byte>(32)), 0x8a9136aau); // RFC 3720 B.4
    EXPECT_EQ(crc32c(std::vector<std::byte>(32, std::byte{0xff})), 0x62a8ab43u);
}

TEST(Crc32c, EveryPathAgreesWithTheDefinitionAtEverySizeAndAlignment) {
    const auto data = random_bytes(12000);
    const auto hardware = castagnoli::hardware_update();
    for (std::size_t size = 0; size < data.size() - 8; size += size < 900 ? 1 : 397) {
        const std::size_t start = size % 8;
        const std::span<const std::byte> part = std::span(data).subspan(start, size);
        const std::uint32_t expected = by_definition(part);
        ASSERT_EQ(crc32c(part), expected) << size;
        ASSERT_EQ(~castagnoli::update_by_table(part.data(), size, ~0u), expected) << size;
        if (hardware != nullptr) {
            ASSERT_EQ(~hardware(part.data(), size, ~0u), expected) << size;
        }
    }
}

TEST(Crc32c, ContinuesFromASeed) {
    const auto data = random_bytes(5000);
    for (const std::size_t cut : {0u, 1u, 7u, 40u, 4096u, 5000u}) {
        const std::uint32_t front = crc32c(std::span(data).first(cut));
        EXPECT_EQ(crc32c(std::span(data).subspan(cut), front), crc32c(data));
    }
}

TEST(Crc32c, TailJoinsAnyFrontWithoutReadingAgain) {
    const auto data = random_bytes(20000);
    for (const std::size_t cut : {0u, 1u, 40u, 61u, 16384u, 19999u, 20000u}) {
        const crc32c_tail tail{std::span(data).subspan(cut)};
        EXPECT_EQ(tail.after(crc32c(std::span(data).first(cut))), crc32c(data)) << cut;
    }
    EXPECT_EQ(crc32c_tail().after(123), 123u);
}

TEST(Crc32, MatchesPublishedValues) {
    EXPECT_EQ(crc32(bytes("123456789")), 0xcbf43926u);
    EXPECT_EQ(crc32(bytes("6789"), crc32(bytes("12345"))), 0xcbf43926u);
}

} // namespace
} // namespace kcpp::wire
