#include "testing/fault_script.hpp"

#include <gtest/gtest.h>

using namespace kcpp::testing;
using kcpp::broker_errc;

TEST(fault_script, a_fault_strikes_as_often_as_asked) {
    fault_script s;
    s.add({api::produce, {}, faults::fail{broker_errc::not_leader_or_follower}, 2});
    EXPECT_TRUE(s.take<faults::fail>(api::produce, 1));
    EXPECT_FALSE(s.take<faults::fail>(api::fetch, 1));
    EXPECT_FALSE(s.take<faults::delay>(api::produce, 1));
    EXPECT_TRUE(s.take<faults::fail>(api::produce, 2));
    EXPECT_FALSE(s.take<faults::fail>(api::produce, 1));
}

TEST(fault_script, a_place_narrows_it) {
    fault_script s;
    s.add({api::produce,
           {.broker = 2, .topic = "t", .partition = 1},
           faults::fail{broker_errc::kafka_storage_error},
           1});
    EXPECT_FALSE(s.take<faults::fail>(api::produce, 1, "t", 1));
    EXPECT_FALSE(s.take<faults::fail>(api::produce, 2, "u", 1));
    EXPECT_FALSE(s.take<faults::fail>(api::produce, 2, "t", 0));
    EXPECT_FALSE(s.take<faults::fail>(api::produce, 2));
    EXPECT_TRUE(s.take<faults::fail>(api::produce, 2, "t", 1));
}

TEST(fault_script, drops_before_and_after_are_different_things) {
    fault_script s;
    s.add({api::produce, {}, drop::after_effect, 1});
    EXPECT_FALSE(s.take_drop(api::produce, 1, drop::before_effect));
    EXPECT_TRUE(s.take_drop(api::produce, 1, drop::after_effect));
    EXPECT_FALSE(s.take_drop(api::produce, 1, drop::after_effect));
}

TEST(fault_script, clearing_forgets_everything) {
    fault_script s;
    s.add({api::fetch, {}, faults::delay{std::chrono::seconds(1)}, 5});
    s.limit_versions(api::fetch, 4, 5);
    ASSERT_NE(s.limits(api::fetch), nullptr);
    s.clear();
    EXPECT_EQ(s.limits(api::fetch), nullptr);
    EXPECT_FALSE(s.take<faults::delay>(api::fetch, 1));
}
