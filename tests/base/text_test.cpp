#include "base/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

using kcpp::base::text;
using namespace std::chrono_literals;

TEST(text, joins_every_kind_of_text) {
    const std::string owned = "orders";
    EXPECT_EQ(text("produce to ", owned, '-', 3, std::string_view(" failed")),
              "produce to orders-3 failed");
}

TEST(text, is_empty_without_parts) {
    EXPECT_EQ(text(), "");
    EXPECT_EQ(text("", std::string()), "");
}

TEST(text, writes_whole_numbers_of_every_width_and_sign) {
    EXPECT_EQ(text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(text(std::int16_t{-1}, '/', std::uint8_t{200}), "-1/200");
}

TEST(text, writes_durations_under_a_second_in_milliseconds) {
    EXPECT_EQ(text(0ms), "0 ms");
    EXPECT_EQ(text(250ms), "250 ms");
    EXPECT_EQ(text(999ms), "999 ms");
    EXPECT_EQ(text(-250ms), "-250 ms");
    EXPECT_EQ(text(1999us), "1 ms");
}

TEST(text, writes_longer_durations_in_seconds_without_trailing_zeros) {
    EXPECT_EQ(text(1s), "1 s");
    EXPECT_EQ(text(1500ms), "1.5 s");
    EXPECT_EQ(text(1050ms), "1.05 s");
    EXPECT_EQ(text(1001ms), "1.001 s");
    EXPECT_EQ(text(2min), "120 s");
    EXPECT_EQ(text(-1500ms), "-1.5 s");
}

TEST(text, survives_the_extremes_of_durations) {
    EXPECT_EQ(text(std::chrono::milliseconds::max()), "9223372036854775.807 s");
    EXPECT_EQ(text(std::chrono::milliseconds::min()), "-9223372036854775.808 s");
}

TEST(text, refuses_truth_values) {
    static_assert(!std::is_constructible_v<kcpp::base::text_piece, bool>);
    static_assert(std::is_constructible_v<kcpp::base::text_piece, int>);
}
