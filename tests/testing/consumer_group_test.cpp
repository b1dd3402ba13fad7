// The coordinator's side of the consumer protocol, as GroupMetadataManager and
// CurrentAssignmentBuilder have it. (KIP-848)

#include "testing/model/consumer_group.hpp"

#include <gtest/gtest.h>

namespace kcpp::testing {
namespace {

using namespace std::chrono_literals;
using state = consumer_group::member_state;
using strings = std::vector<std::string>;

class consumer_group_model : public ::testing::Test {
protected:
    static partition_set places(std::vector<partition_id> indexes) {
        partition_set all;
        for (const partition_id p : indexes)
            all.insert({"t", p});
        return all;
    }
    heartbeat_answer say(member_heartbeat said) { return group.heartbeat(said, topics, now); }
    heartbeat_answer join(const std::string& id, std::optional<std::string> instance = {}) {
        return say({.member_id = id,
                    .epoch = 0,
                    .instance_id = std::move(instance),
                    .rebalance_timeout = 60s,
                    .topics = std::vector<std::string>{"t"},
                    .owned = partition_set{},
                    .full = true});
    }
    heartbeat_answer match(const std::string& id, std::string regex,
                           std::optional<strings> names = {}) {
        return say({.member_id = id,
                    .epoch = 0,
                    .rebalance_timeout = 60s,
                    .topics = std::move(names),
                    .regex = std::move(regex),
                    .owned = partition_set{},
                    .full = true});
    }
    heartbeat_answer beat(const std::string& id, std::int32_t epoch,
                          std::optional<partition_set> owned = {}) {
        return say({.member_id = id, .epoch = epoch, .owned = std::move(owned)});
    }
    state state_of(const std::string& id) { return group.members().at(id).state; }

    consumer_group::topic_sizes topics{{"t", 4}, {"other", 7}};
    time_point now{};
    consumer_group group{consumer_group_settings{}};
};

TEST_F(consumer_group_model, the_first_member_gets_everything_it_subscribes_to) {
    const auto said = join("a");
    EXPECT_EQ(said.error, broker_errc::none);
    EXPECT_EQ(said.epoch, 1);
    EXPECT_EQ(said.assignment, places({0, 1, 2, 3}));
    EXPECT_STREQ(group.state_name(), "Stable");
}

TEST_F(consumer_group_model, what_another_has_is_given_up_first) {
    join("a");
    auto b = join("b");
    EXPECT_EQ(b.epoch, 2);
    EXPECT_EQ(b.assignment, partition_set());
    EXPECT_EQ(state_of("b"), state::unreleased_partitions);
    EXPECT_STREQ(group.state_name(), "Reconciling");

    auto a = beat("a", 1);
    EXPECT_EQ(a.epoch, 1) << "until it has given up";
    EXPECT_EQ(a.assignment, places({0, 1}));
    EXPECT_EQ(beat("b", 2).assignment, std::nullopt) << "nothing new yet";

    a = beat("a", 1, places({0, 1}));
    EXPECT_EQ(a.epoch, 2);
    b = beat("b", 2);
    EXPECT_EQ(b.assignment, places({2, 3}));
    EXPECT_EQ(state_of("b"), state::stable);
    EXPECT_STREQ(group.state_name(), "Stable");
}

TEST_F(consumer_group_model, a_member_that_does_not_give_up_in_time_is_out) {
    join("a");
    join("b");
    beat("a", 1);
    for (int i = 0; i < 2; ++i) {
        now += 20s;
        EXPECT_EQ(beat("b", 2).assignment, std::nullopt);
        EXPECT_EQ(beat("a", 1).error, broker_errc::none);
    }
    now += 20s;
    EXPECT_EQ(beat("b", 2).assignment, places({0, 1, 2, 3}));
    EXPECT_EQ(beat("a", 1).error, broker_errc::unknown_member_id);
}

TEST_F(consumer_group_model, a_member_that_is_silent_for_a_session_is_out) {
    join("a");
    now += 45s;
    EXPECT_EQ(beat("a", 1).error, broker_errc::unknown_member_id);
}

TEST_F(consumer_group_model, the_epoch_before_is_taken_if_its_answer_was_lost) { // G13
    join("a");
    topics["t"] = 5;
    ASSERT_EQ(beat("a", 1).epoch, 2);
    EXPECT_EQ(beat("a", 1).error, broker_errc::fenced_member_epoch) << "says not what it owns";
    EXPECT_EQ(beat("a", 1, places({0, 1, 2, 3})).epoch, 2);
    EXPECT_EQ(beat("a", 1, places({7})).error, broker_errc::fenced_member_epoch);
    EXPECT_EQ(beat("a", 3).error, broker_errc::fenced_member_epoch);
}

TEST_F(consumer_group_model, topics_that_nobody_reads_change_nothing) {
    join("a");
    topics["other"] = 9;
    EXPECT_EQ(beat("a", 1).epoch, 1);
}

TEST_F(consumer_group_model, offsets_are_taken_in_the_present_epoch_only) { // G12
    EXPECT_EQ(group.check_commit("", -1), broker_errc::none) << "nobody is in";
    join("a");
    EXPECT_EQ(group.check_commit("a", 1), broker_errc::none);
    EXPECT_EQ(group.check_commit("a", 0), broker_errc::stale_member_epoch);
    EXPECT_EQ(group.check_commit("x", 1), broker_errc::unknown_member_id);
    EXPECT_EQ(group.check_commit("", -1), broker_errc::unknown_member_id);
}

TEST_F(consumer_group_model, whoever_leaves_makes_room) {
    join("a");
    join("b");
    EXPECT_EQ(beat("a", -1).epoch, -1);
    EXPECT_EQ(beat("b", 2).assignment, places({0, 1, 2, 3}));
    EXPECT_EQ(beat("a", -1).error, broker_errc::unknown_member_id);
}

TEST_F(consumer_group_model, a_static_member_comes_back_to_what_it_had) { // KIP-345
    join("a", "one");
    EXPECT_EQ(join("b", "one").error, broker_errc::unreleased_instance_id);
    EXPECT_EQ(say({.member_id = "a", .epoch = -2, .instance_id = "one"}).epoch, -2);
    const auto back = join("b", "one");
    EXPECT_EQ(back.epoch, 1) << "the group has not changed";
    EXPECT_EQ(back.assignment, places({0, 1, 2, 3}));
    EXPECT_EQ(say({.member_id = "a", .epoch = 1, .instance_id = "one"}).error,
              broker_errc::fenced_instance_id);
}

TEST_F(consumer_group_model, whoever_joins_says_everything) {
    EXPECT_EQ(say({.member_id = "a"}).error, broker_errc::invalid_request);
    EXPECT_EQ(say({.member_id = ""}).error, broker_errc::invalid_request);
    EXPECT_EQ(beat("a", 4).error, broker_errc::unknown_member_id);
    auto odd = member_heartbeat{.member_id = "a", .assignor = "odd"};
    EXPECT_EQ(say(odd).error, broker_errc::unsupported_assignor);
}

TEST_F(consumer_group_model, range_keeps_equal_numbers_together) {
    topics = {{"t", 3}, {"u", 3}};
    const auto in = [&](const std::string& id) {
        say({.member_id = id,
             .rebalance_timeout = 60s,
             .topics = std::vector<std::string>{"t", "u"},
             .assignor = "range",
             .owned = partition_set{},
             .full = true});
    };
    in("a");
    in("b");
    EXPECT_EQ(group.target().at("a"), (partition_set{{"t", 0}, {"t", 1}, {"u", 0}, {"u", 1}}));
    EXPECT_EQ(group.target().at("b"), (partition_set{{"t", 2}, {"u", 2}}));
}

TEST_F(consumer_group_model, a_regular_expression_means_the_topics_that_it_matches_as_a_whole) {
    topics = {{"orders-eu", 1}, {"orders-us", 2}, {"my-orders-eu", 1}};
    const auto said = match("a", "orders-.*");
    EXPECT_EQ(said.epoch, 1);
    EXPECT_EQ(said.assignment,
              (partition_set{{"orders-eu", 0}, {"orders-us", 0}, {"orders-us", 1}}));
    EXPECT_TRUE(group.subscribes_to("orders-eu"));
    EXPECT_FALSE(group.subscribes_to("my-orders-eu"));
}

TEST_F(consumer_group_model, a_regular_expression_is_matched_anew_as_topics_come_and_go) {
    topics = {{"other", 1}};
    EXPECT_EQ(match("a", "orders-.*").assignment, partition_set());
    EXPECT_EQ(group.epoch(), 1) << "it is in all the same";
    topics = {{"orders-eu", 1}, {"orders-us", 1}};
    auto said = beat("a", 1);
    EXPECT_EQ(said.epoch, 2);
    EXPECT_EQ(said.assignment, (partition_set{{"orders-eu", 0}, {"orders-us", 0}}));
    topics.erase("orders-eu");
    EXPECT_EQ(beat("a", 2).assignment, (partition_set{{"orders-us", 0}}));
}

TEST_F(consumer_group_model, names_and_a_regular_expression_go_together) {
    topics = {{"t", 1}, {"orders-eu", 1}};
    EXPECT_EQ(match("a", "orders-.*", strings{"t"}).assignment,
              (partition_set{{"orders-eu", 0}, {"t", 0}}));
    EXPECT_EQ(say({.member_id = "a", .epoch = 1, .regex = "", .owned = partition_set{}}).assignment,
              (partition_set{{"t", 0}}))
        << "an empty one is none";
}

TEST_F(consumer_group_model, what_is_no_regular_expression_is_refused) {
    for (const std::string bad : {"orders-(", "[a", "*", "(?=a)b", R"((a)\1)"}) {
        const auto said = match("a", bad);
        EXPECT_EQ(said.error, broker_errc::invalid_regular_expression) << bad;
        EXPECT_EQ(said.message,
                  "SubscribedTopicRegex `" + bad + "` is not a valid regular expression.");
    }
    EXPECT_TRUE(group.empty());
}

} // namespace
} // namespace kcpp::testing
