#include "options/iso_duration.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using kcpp::options::parse_iso_duration;

TEST(iso_duration, is_read_as_java_does) {
    EXPECT_EQ(parse_iso_duration("PT0S"), 0ms);
    EXPECT_EQ(parse_iso_duration("P2D"), 48h);
    EXPECT_EQ(parse_iso_duration("PT1H30M"), 90min);
    EXPECT_EQ(parse_iso_duration("pt1h1s"), 1h + 1s);
    EXPECT_EQ(parse_iso_duration("P1DT2H3M4.567S"), 26h + 3min + 4567ms);
    EXPECT_EQ(parse_iso_duration("PT0.000999999S"), 0ms);
    EXPECT_EQ(parse_iso_duration("PT36H"), 36h);
    EXPECT_EQ(parse_iso_duration("P10000D"), 240'000h);
}

TEST(iso_duration, anything_else_is_nothing) {
    for (const char* text : {"",
                             "P",
                             "PT",
                             "P1DT",
                             "1H",
                             "T1H",
                             "P1H",
                             "PT1D",
                             "PT1M1H",
                             "PT1H1H",
                             "PT1",
                             "PT.5S",
                             "PT1.5H",
                             "PT-1S",
                             "-PT1S",
                             "P1Y",
                             "P1W",
                             "PT1S ",
                             " PT1S",
                             "PT1SX",
                             "P10001D",
                             "PT99999999999999999999S",
                             "P9223372036854775807D",
                             "PT9223372036854775807S",
                             "PT1H\xff"})
        EXPECT_EQ(parse_iso_duration(text), std::nullopt) << text;
}

} // namespace
