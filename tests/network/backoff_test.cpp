#include "network/backoff.hpp"

#include <gtest/gtest.h>

#include <random>

namespace kcpp::network {
namespace {

using namespace std::chrono_literals;

/// The random number in the middle of the spread of ±20 %.
constexpr std::uint64_t middle = 200;
constexpr std::uint64_t lowest = 0;
constexpr std::uint64_t highest = 400;

TEST(backoff, doubles_from_the_first_pause_up_to_the_last) { // C7, KIP-144
    backoff pauses(50ms, 1s);
    for (auto expected : {50ms, 100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms})
        EXPECT_EQ(pauses.next(middle), expected);
    EXPECT_EQ(pauses.failures(), 7);
}

TEST(
    backoff,
    varies_each_pause_by_twenty_percent_around_what_the_maximum_allows) { // C7: capped, then jitter
    backoff pauses(1s, 1s);
    EXPECT_EQ(pauses.next(lowest), 800ms);
    EXPECT_EQ(pauses.next(highest), 1200ms);
    std::mt19937_64 random(1);
    for (int i = 0; i < 10'000; ++i) {
        const auto pause = pauses.next(random());
        EXPECT_GE(pause, 800ms);
        EXPECT_LE(pause, 1200ms);
    }
}

TEST(backoff, starts_anew_after_a_success) {
    backoff pauses(50ms, 1s);
    pauses.next(middle);
    pauses.next(middle);
    pauses.reset();
    EXPECT_EQ(pauses.failures(), 0);
    EXPECT_EQ(pauses.next(middle), 50ms);
}

TEST(backoff, never_overflows) {
    backoff pauses(1s, std::chrono::hours(24 * 365));
    for (int i = 0; i < 1'000; ++i)
        EXPECT_GT(pauses.next(highest), 0s);
}

TEST(backoff, of_nothing_is_nothing) {
    backoff pauses(0ms, 0ms);
    EXPECT_EQ(pauses.next(highest), 0ms);
}

} // namespace
} // namespace kcpp::network
