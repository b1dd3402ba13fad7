#include "wire/murmur2.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace kcpp::wire {
namespace {

using namespace std::string_view_literals;

std::int32_t hash(std::string_view key) {
    return murmur2(std::as_bytes(std::span(key)));
}

// K1: UtilsTest.testMurmur2
TEST(Murmur2, MatchesKafkasOwnSix) {
    EXPECT_EQ(hash("21"), -973932308);
    EXPECT_EQ(hash("foobar"), -790332482);
    EXPECT_EQ(hash("a-little-bit-long-string"), -985981536);
    EXPECT_EQ(hash("a-little-bit-longer-string"), -1486304829);
    EXPECT_EQ(hash("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
    EXPECT_EQ(hash("abc"), 479470107);
}

// K1: printed by the Java client, with the partitions it chooses out of 3, 10, 12 and 50.
TEST(Murmur2, PlacesKeysWhereJavaDoes) {
    struct row {
        std::string_view key;
        std::int32_t hash;
        std::array<std::int32_t, 4> partitions;
    };
    constexpr std::array<std::int32_t, 4> counts{3, 10, 12, 50};
    const row table[] = {
        {"", 275646681, {0, 1, 9, 31}},
        {"\x00"sv, 375494588, {2, 8, 8, 38}},
        {"\x80", 857690492, {2, 2, 8, 42}},
        {"\xff", -311467685, {0, 3, 3, 13}},
        {"\x01\x02", -1935140722, {1, 6, 10, 26}},
        {"\x01\x02\x03", 2139322793, {2, 3, 5, 43}},
        {"\x01\x02\x03\x04", -1698034171, {1, 7, 1, 27}},
        {"\x01\x02\x03\x04\x05", 963186390, {0, 0, 6, 40}},
        {"a", -1563381124, {1, 4, 4, 24}},
        {"ab", 316155434, {2, 4, 2, 34}},
        {"abc", 479470107, {0, 7, 3, 7}},
        {"abcd", -1323649548, {2, 0, 8, 0}},
        {"key-0", 29210041, {1, 1, 1, 41}},
        {"key-1", 193331640, {0, 0, 0, 40}},
        {"user-42", 1459644460, {1, 0, 4, 10}},
        {"21", -973932308, {0, 0, 0, 40}},
        {"foobar", -790332482, {0, 6, 6, 16}},
        {"\xc3\xa9\xe2\x82\xac", 1912689889, {1, 9, 1, 39}},
        {"\x80\x81\x82\x83\x84\x85\x86", -47880214, {1, 4, 10, 34}},
    };
    for (const row& r : table) {
        EXPECT_EQ(hash(r.key), r.hash) << r.key;
        for (std::size_t i = 0; i < counts.size(); ++i)
            EXPECT_EQ((hash(r.key) & 0x7fffffff) % counts[i], r.partitions[i]) << r.key;
    }
}

} // namespace
} // namespace kcpp::wire
