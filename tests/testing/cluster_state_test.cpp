#include "testing/model/cluster_state.hpp"
#include "testing/model/config_change.hpp"

#include <gtest/gtest.h>

using namespace kcpp::testing;
using kcpp::broker_errc;

namespace {

cluster_state three_brokers() {
    return cluster_state(3, {},
                         [n = std::uint64_t{1}]() mutable { return n++ * 0x9e3779b97f4a7c15u; });
}

broker_errc outcome(cluster_state& s, topic_wish wish) {
    return s.plan_topic(wish).error;
}

using ids = std::vector<std::int32_t>;

} // namespace

TEST(cluster_state, leaders_go_round_the_brokers) {
    auto s = three_brokers();
    topic_wish wish{.name = "t", .partitions = 4, .replication_factor = 2};
    ASSERT_TRUE(s.plan_topic(wish).good());
    topic& t = s.create_topic(wish);
    EXPECT_EQ(t.partitions[0].replicas(), (ids{1, 2}));
    EXPECT_EQ(t.partitions[2].replicas(), (ids{3, 1}));
    EXPECT_EQ(t.partitions[3].leader(), 1);
    EXPECT_EQ(s.find_topic(t.id), &t);
    EXPECT_EQ(s.find_partition("t", 4), nullptr);
    EXPECT_EQ(s.find_partition("t", -1), nullptr);
}

TEST(cluster_state, topics_are_checked_as_kafka_does) {
    auto s = three_brokers();
    topic_wish taken{.name = "a.b"};
    ASSERT_TRUE(s.plan_topic(taken).good());
    s.create_topic(taken);
    EXPECT_EQ(outcome(s, {.name = "a.b"}), broker_errc::topic_already_exists);
    EXPECT_EQ(outcome(s, {.name = "a_b"}), broker_errc::invalid_topic_exception);
    EXPECT_EQ(outcome(s, {.name = ""}), broker_errc::invalid_topic_exception);
    EXPECT_EQ(outcome(s, {.name = ".."}), broker_errc::invalid_topic_exception);
    EXPECT_EQ(outcome(s, {.name = "a b"}), broker_errc::invalid_topic_exception);
    EXPECT_EQ(outcome(s, {.name = std::string(250, 'x')}), broker_errc::invalid_topic_exception);
    EXPECT_EQ(outcome(s, {.name = std::string(249, 'x')}), broker_errc::none);
    EXPECT_EQ(outcome(s, {.name = "t", .partitions = 0}), broker_errc::invalid_partitions);
    EXPECT_EQ(outcome(s, {.name = "t", .partitions = 1, .replication_factor = 4}),
              broker_errc::invalid_replication_factor);
    EXPECT_EQ(outcome(s, {.name = "t", .partitions = 1, .replication_factor = 0}),
              broker_errc::invalid_replication_factor);
    EXPECT_EQ(outcome(s, {.name = "t", .configs = {{"no.such", "1"}}}),
              broker_errc::invalid_config);
    EXPECT_EQ(outcome(s, {.name = "t", .configs = {{"retention.ms", "soon"}}}),
              broker_errc::invalid_config);
    EXPECT_EQ(outcome(s, {.name = "t", .replicas = {{1, 1}}}),
              broker_errc::invalid_replica_assignment);
    EXPECT_EQ(outcome(s, {.name = "t", .replicas = {{7}}}),
              broker_errc::invalid_replica_assignment);
    EXPECT_EQ(outcome(s, {.name = "t", .partitions = 1, .replicas = {{1}}}),
              broker_errc::invalid_request);
    EXPECT_EQ(outcome(s, {.name = "t", .replicas = {{3, 1}, {2, 3}}}), broker_errc::none);
}

TEST(cluster_state, topics_grow_only) {
    auto s = three_brokers();
    topic_wish wish{.name = "t", .partitions = 2};
    ASSERT_TRUE(s.plan_topic(wish).good());
    topic& t = s.create_topic(wish);
    const auto outcome = [&](std::int32_t total, std::vector<ids> replicas = {}) {
        return s.plan_partitions(t, total, replicas).error;
    };
    EXPECT_EQ(outcome(2), broker_errc::invalid_partitions);
    EXPECT_EQ(outcome(1), broker_errc::invalid_partitions);
    EXPECT_EQ(outcome(4, {{1}}), broker_errc::invalid_replica_assignment);
    EXPECT_EQ(outcome(4, {{1}, {}}), broker_errc::invalid_replica_assignment);
    EXPECT_EQ(outcome(4, {{1}, {2}}), broker_errc::none);
    EXPECT_EQ(outcome(3), broker_errc::none);
}

TEST(cluster_state, a_deleted_topic_takes_its_commits_along) {
    auto s = three_brokers();
    topic_wish wish{.name = "t"};
    ASSERT_TRUE(s.plan_topic(wish).good());
    const kcpp::wire::uuid id = s.create_topic(wish).id;
    s.make_group("g").offsets[{"t", 0}] = {5, -1, ""};
    s.delete_topic("t");
    EXPECT_EQ(s.find_topic("t"), nullptr);
    EXPECT_EQ(s.find_topic(id), nullptr);
    EXPECT_TRUE(s.find_group("g")->offsets.empty());
}

TEST(cluster_state, another_broker_coordinates_when_one_stops) {
    auto s = three_brokers();
    const std::int32_t first = s.coordinator_of("billing");
    s.stop_broker(first);
    EXPECT_NE(s.coordinator_of("billing"), first);
    EXPECT_TRUE(s.is_up(s.coordinator_of("billing")));
    s.start_broker(first);
    EXPECT_EQ(s.coordinator_of("billing"), first);
}

TEST(cluster_state, groups_are_spread) {
    auto s = three_brokers();
    std::map<std::int32_t, int> coordinators;
    for (int i = 0; i < 30; ++i)
        ++coordinators[s.coordinator_of("group-" + std::to_string(i))];
    EXPECT_EQ(coordinators.size(), 3u);
}

TEST(config_change, lists_grow_and_shrink_and_nothing_else_does) {
    topic_configs c;
    const auto change = [&](const char* name, config_operation op,
                            std::optional<std::string> value) {
        return apply({name, op, std::move(value)}, c).error;
    };
    EXPECT_EQ(change("cleanup.policy", config_operation::append, "compact"), broker_errc::none);
    EXPECT_EQ(c.get("cleanup.policy"), "delete,compact");
    EXPECT_TRUE(c.compacted());
    EXPECT_EQ(change("cleanup.policy", config_operation::subtract, "delete"), broker_errc::none);
    EXPECT_EQ(c.get("cleanup.policy"), "compact");
    EXPECT_EQ(change("cleanup.policy", config_operation::remove, std::nullopt), broker_errc::none);
    EXPECT_FALSE(c.compacted());
    EXPECT_EQ(change("retention.ms", config_operation::append, "1"), broker_errc::invalid_config);
    EXPECT_EQ(change("retention.ms", config_operation::set, std::nullopt),
              broker_errc::invalid_request);
    EXPECT_EQ(change("retention.ms", config_operation::set, "-2"), broker_errc::invalid_config);
    EXPECT_EQ(change("retention.ms", config_operation::set, "-1"), broker_errc::none);
    EXPECT_EQ(c.number("retention.ms"), -1);
    EXPECT_EQ(change("no.such", config_operation::remove, std::nullopt),
              broker_errc::invalid_config);
}
