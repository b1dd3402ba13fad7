#include "consumer/group/classic/assignor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace kcpp::consuming {
namespace {

group_member member(std::string id, std::vector<std::string> topics,
                    std::optional<std::string> instance = {}) {
    group_member m;
    m.id = std::move(id);
    m.topics = std::move(topics);
    m.instance_id = std::move(instance);
    return m;
}

/// "t1-0 t1-1" of each member, in the order in which they were assigned.
std::map<std::string, std::string> words(const group_assignment& given) {
    std::map<std::string, std::string> all;
    for (const auto& [id, partitions] : given) {
        std::string& text = all[id];
        for (const auto& p : partitions)
            text += (text.empty() ? "" : " ") + to_string(p);
    }
    return all;
}
using expected = std::map<std::string, std::string>;

// The tables are those of Kafka's RangeAssignorTest.

TEST(range, one_member_no_topic) {
    EXPECT_EQ(words(assign_range({member("c", {})}, {})), (expected{{"c", ""}}));
}

TEST(range, one_member_topic_that_does_not_exist) {
    EXPECT_EQ(words(assign_range({member("c", {"t1"})}, {})), (expected{{"c", ""}}));
    EXPECT_EQ(words(assign_range({member("c", {"t1"})}, {{"t1", 0}})), (expected{{"c", ""}}));
}

TEST(range, one_member_one_topic) {
    EXPECT_EQ(words(assign_range({member("c", {"t1"})}, {{"t1", 3}})),
              (expected{{"c", "t1-0 t1-1 t1-2"}}));
}

TEST(range, only_subscribed_topics_are_assigned) {
    EXPECT_EQ(words(assign_range({member("c", {"t1"})}, {{"t1", 3}, {"other", 3}})),
              (expected{{"c", "t1-0 t1-1 t1-2"}}));
}

TEST(range, two_members_one_partition) {
    EXPECT_EQ(words(assign_range({member("c2", {"t1"}), member("c1", {"t1"})}, {{"t1", 1}})),
              (expected{{"c1", "t1-0"}, {"c2", ""}}));
}

TEST(range, several_members_mixed_topics) {
    EXPECT_EQ(
        words(assign_range({member("c1", {"t1"}), member("c2", {"t1", "t2"}), member("c3", {"t1"})},
                           {{"t1", 3}, {"t2", 2}})),
        (expected{{"c1", "t1-0"}, {"c2", "t1-1 t2-0 t2-1"}, {"c3", "t1-2"}}));
}

TEST(range, two_members_two_topics_six_partitions) {
    EXPECT_EQ(words(assign_range({member("c1", {"t1", "t2"}), member("c2", {"t1", "t2"})},
                                 {{"t1", 3}, {"t2", 3}})),
              (expected{{"c1", "t1-0 t1-1 t2-0 t2-1"}, {"c2", "t1-2 t2-2"}}));
}

TEST(range, static_members_come_by_their_instance_ids) {
    EXPECT_EQ(
        words(assign_range({member("c1", {"t1"}, "b"), member("c2", {"t1"}, "a")}, {{"t1", 3}})),
        (expected{{"c1", "t1-2"}, {"c2", "t1-0 t1-1"}}));
}

TEST(range, static_members_come_before_the_others) {
    EXPECT_EQ(words(assign_range({member("c1", {"t1"}), member("c2", {"t1"}, "z")}, {{"t1", 3}})),
              (expected{{"c1", "t1-2"}, {"c2", "t1-0 t1-1"}}));
}

TEST(range, a_topic_named_twice_counts_once) {
    EXPECT_EQ(words(assign_range({member("c1", {"t1", "t1"}), member("c2", {"t1"})}, {{"t1", 4}})),
              (expected{{"c1", "t1-0 t1-1"}, {"c2", "t1-2 t1-3"}}));
}

// Those of RoundRobinAssignorTest.

TEST(round_robin, one_member_several_topics) {
    EXPECT_EQ(words(assign_round_robin({member("c", {"t1", "t2"})}, {{"t1", 1}, {"t2", 2}})),
              (expected{{"c", "t1-0 t2-0 t2-1"}}));
}

TEST(round_robin, two_members_one_partition) {
    EXPECT_EQ(words(assign_round_robin({member("c1", {"t"}), member("c2", {"t"})}, {{"t", 1}})),
              (expected{{"c1", "t-0"}, {"c2", ""}}));
}

TEST(round_robin, two_members_two_partitions) {
    EXPECT_EQ(words(assign_round_robin({member("c1", {"t"}), member("c2", {"t"})}, {{"t", 2}})),
              (expected{{"c1", "t-0"}, {"c2", "t-1"}}));
}

TEST(round_robin, several_members_mixed_topics) {
    EXPECT_EQ(words(assign_round_robin(
                  {member("c1", {"t1"}), member("c2", {"t1", "t2"}), member("c3", {"t1"})},
                  {{"t1", 3}, {"t2", 2}})),
              (expected{{"c1", "t1-0"}, {"c2", "t1-1 t2-0 t2-1"}, {"c3", "t1-2"}}));
}

TEST(round_robin, two_members_two_topics_six_partitions) {
    EXPECT_EQ(words(assign_round_robin({member("c1", {"t1", "t2"}), member("c2", {"t1", "t2"})},
                                       {{"t1", 3}, {"t2", 3}})),
              (expected{{"c1", "t1-0 t1-2 t2-1"}, {"c2", "t1-1 t2-0 t2-2"}}));
}

TEST(round_robin, topics_that_do_not_exist_are_passed_over) {
    EXPECT_EQ(
        words(assign_round_robin({member("c1", {"a", "t"}), member("c2", {"t"})}, {{"t", 2}})),
        (expected{{"c1", "t-0"}, {"c2", "t-1"}}));
}

TEST(assignors, go_by_kafkas_names) {
    EXPECT_EQ(name_of(assignment_strategy::range), "range");
    EXPECT_EQ(name_of(assignment_strategy::round_robin), "roundrobin");
    EXPECT_EQ(strategy_named("roundrobin"), assignment_strategy::round_robin);
    EXPECT_EQ(name_of(assignment_strategy::sticky), "sticky");
    EXPECT_EQ(strategy_named("sticky"), assignment_strategy::sticky);
    EXPECT_EQ(strategy_named("cooperative-sticky"), assignment_strategy::cooperative_sticky);
}

TEST(assignors,
     give_every_partition_to_exactly_one_subscriber_whatever_the_group) { // reliability G:
                                                                          // librdkafka 4783, 3159
    std::mt19937 random(7);
    const auto below = [&](unsigned n) { return random() % n; };
    for (int round = 0; round < 2000; ++round) {
        topic_sizes sizes;
        const unsigned topics = below(5);
        for (unsigned t = 0; t < topics; ++t)
            sizes["t" + std::to_string(t)] = static_cast<std::int32_t>(below(8));
        std::vector<group_member> members;
        const unsigned many = 1 + below(6);
        for (unsigned m = 0; m < many; ++m) {
            std::vector<std::string> wanted;
            for (unsigned t = 0; t < 6; ++t)
                if (below(2) != 0) wanted.push_back("t" + std::to_string(t));
            const bool is_static = below(3) == 0;
            members.push_back(
                member("m" + std::to_string(m), wanted,
                       is_static ? std::optional("i" + std::to_string(m)) : std::nullopt));
        }
        for (const auto strategy : {assignment_strategy::range, assignment_strategy::round_robin,
                                    assignment_strategy::sticky}) {
            const auto given = assign(strategy, members, sizes);
            ASSERT_EQ(given.size(), members.size());
            std::set<topic_partition> seen;
            for (const auto& m : members)
                for (const auto& p : given.at(m.id)) {
                    ASSERT_NE(std::ranges::find(m.topics, p.topic), m.topics.end());
                    ASSERT_TRUE(seen.insert(p).second) << to_string(p) << " was given twice";
                }
            std::size_t wanted = 0;
            for (const auto& [topic, size] : sizes)
                if (std::ranges::any_of(members, [&, &name = topic](const auto& m) {
                        return std::ranges::find(m.topics, name) != m.topics.end();
                    }))
                    wanted += static_cast<std::size_t>(size);
            ASSERT_EQ(seen.size(), wanted);
        }
    }
}

} // namespace
} // namespace kcpp::consuming
