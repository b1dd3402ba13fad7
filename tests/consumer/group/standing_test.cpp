#include "consumer/group/consumer_protocol/standing.hpp"

#include <gtest/gtest.h>

namespace kcpp::consuming {
namespace {

standing member_in_epoch_5(std::optional<std::string> instance = std::nullopt) {
    standing s("m", std::move(instance));
    EXPECT_EQ(s.on_answer(broker_errc::none, 5, true), next_beat::when_due);
    return s;
}

TEST(standing, begins_outside_with_everything_to_say) { // G8
    const standing s("m", "static-1");
    EXPECT_EQ(s.who(), (identity{"m", "static-1", 0}));
    EXPECT_FALSE(s.is_in());
    EXPECT_TRUE(s.says_everything());
}

TEST(standing, an_answer_brings_it_in_and_then_only_changes_are_said) {
    const standing s = member_in_epoch_5();
    EXPECT_EQ(s.who().generation, 5);
    EXPECT_TRUE(s.is_in());
    EXPECT_FALSE(s.says_everything());
}

TEST(standing, after_a_lost_answer_everything_is_said_again_in_the_same_epoch) { // G8, G13
    standing s = member_in_epoch_5();
    s.on_silence();
    EXPECT_TRUE(s.says_everything());
    EXPECT_EQ(s.who().generation, 5);
}

struct rule {
    broker_errc said;
    next_beat then;
    std::int32_t epoch;
};

class on_answer : public ::testing::TestWithParam<rule> {};

TEST_P(on_answer, does_what_the_error_asks_for) {
    standing s = member_in_epoch_5();
    EXPECT_EQ(s.on_answer(GetParam().said, 0, false), GetParam().then);
    EXPECT_EQ(s.who(), (identity{"m", std::nullopt, GetParam().epoch})) << "the id stays for life";
}

INSTANTIATE_TEST_SUITE_P(
    G11, on_answer,
    ::testing::Values(rule{broker_errc::fenced_member_epoch, next_beat::to_join_anew, 0},
                      rule{broker_errc::unknown_member_id, next_beat::to_join_anew, 0},
                      rule{broker_errc::not_coordinator, next_beat::after_pause, 5},
                      rule{broker_errc::coordinator_not_available, next_beat::after_pause, 5},
                      rule{broker_errc::coordinator_load_in_progress, next_beat::after_pause, 5},
                      rule{broker_errc::topic_authorization_failed, next_beat::after_pause, 5},
                      rule{broker_errc::unreleased_instance_id, next_beat::never, 5},
                      rule{broker_errc::fenced_instance_id, next_beat::never, 5},
                      rule{broker_errc::invalid_request, next_beat::never, 5},
                      rule{broker_errc::group_max_size_reached, next_beat::never, 5},
                      rule{broker_errc::unsupported_assignor, next_beat::never, 5},
                      rule{broker_errc::invalid_regular_expression, next_beat::never, 5},
                      rule{broker_errc::group_authorization_failed, next_beat::never, 5},
                      rule{broker_errc::group_id_not_found, next_beat::never, 5},
                      rule{broker_errc::unsupported_version, next_beat::never, 5}),
    [](const auto& p) { return std::string(name_of(p.param.said)); });

// KAFKA-19233 and its kin: brokers do not compare the member's id.
TEST(standing, whose_join_may_have_been_taken_unheard_lets_go_of_its_instance_id_first) {
    standing s("m", "static-1");
    EXPECT_EQ(s.on_answer(broker_errc::unreleased_instance_id, 0, true),
              next_beat::to_release_itself);
}

TEST(standing, whoever_leaves_says_whether_it_comes_back) { // G5, G8
    EXPECT_EQ(member_in_epoch_5().farewell(true), -1);
    EXPECT_EQ(member_in_epoch_5("static-1").farewell(true), -2);
    EXPECT_EQ(member_in_epoch_5("static-1").farewell(false), -1);
}

} // namespace
} // namespace kcpp::consuming
