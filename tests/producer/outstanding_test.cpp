#include "producer/outstanding.hpp"

#include <gtest/gtest.h>

namespace kcpp::producing {
namespace {

TEST(outstanding, a_round_is_finished_when_all_that_began_in_it_has_ended) {
    outstanding open;
    const auto a = open.begin(), b = open.begin();
    const auto round = open.next_round();
    EXPECT_FALSE(open.finished(round));
    open.end(b);
    EXPECT_FALSE(open.finished(round));
    open.end(a);
    EXPECT_TRUE(open.finished(round));
    EXPECT_TRUE(open.none());
}

TEST(outstanding, what_begins_later_is_not_waited_for) {
    outstanding open;
    const auto before = open.begin();
    const auto round = open.next_round();
    const auto after = open.begin();
    EXPECT_NE(before, after);
    open.end(before);
    EXPECT_TRUE(open.finished(round));
    EXPECT_FALSE(open.none());
}

TEST(outstanding, a_later_round_waits_for_the_earlier_ones) {
    outstanding open;
    const auto slow = open.begin();
    open.next_round();
    const auto round = open.next_round();
    EXPECT_FALSE(open.finished(round));
    open.end(slow);
    EXPECT_TRUE(open.finished(round));
}

TEST(outstanding, what_takes_over_keeps_the_round_of_what_it_takes_over) {
    outstanding open;
    const auto waiting = open.begin();
    const auto round = open.next_round();
    open.begin(waiting);
    open.end(waiting);
    EXPECT_FALSE(open.finished(round));
    open.end(waiting);
    EXPECT_TRUE(open.finished(round));
}

} // namespace
} // namespace kcpp::producing
