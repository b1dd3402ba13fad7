#include "producer/candidates.hpp"

#include <gtest/gtest.h>

namespace kcpp::producing {
namespace {

using list = std::vector<partition_id>;

constexpr std::int32_t nobody = -1;

/// Brokers 1, 2 and 3 in racks "a", "b" and "a".
cluster::snapshot three_brokers() {
    cluster::snapshot s;
    s.brokers[1].rack = "a";
    s.brokers[2].rack = "b";
    s.brokers[3].rack = "a";
    return s;
}

/// Whose partitions have these leaders.
cluster::topic led_by(const std::vector<std::int32_t>& leaders) {
    cluster::topic t;
    for (const auto leader : leaders)
        t.partitions.emplace_back().leader = leader;
    return t;
}

list chosen(const std::vector<std::int32_t>& leaders, std::string_view rack = "",
            const std::set<std::int32_t>& stalled = {}) {
    return candidates(led_by(leaders), three_brokers(), rack, stalled);
}

TEST(candidates, K3_are_all_that_have_a_leader) {
    EXPECT_EQ(chosen({1, 2, 3}), (list{0, 1, 2}));
    EXPECT_EQ(chosen({1, nobody, 3}), (list{0, 2}));
}

TEST(candidates, K3_are_not_those_whose_leader_takes_nothing) {
    EXPECT_EQ(chosen({1, 2, 3, 2}, "", {2}), (list{0, 2}));
    EXPECT_EQ(chosen({2, 2, nobody}, "", {2}), (list{0, 1})) << "better a slow one than none";
}

TEST(candidates, K4_are_those_in_the_rack_of_the_client) {
    EXPECT_EQ(chosen({1, 2, 3}, "a"), (list{0, 2}));
    EXPECT_EQ(chosen({1, 2, 3}, "b"), list{1});
    EXPECT_EQ(chosen({1, 2, 3}, "a", {1}), list{2});
}

TEST(candidates, K4_are_in_other_racks_if_nobody_in_this_one_takes_any) {
    EXPECT_EQ(chosen({1, 2, 3}, "c"), (list{0, 1, 2}));
    EXPECT_EQ(chosen({2, nobody, 2}, "a"), (list{0, 2}));
    EXPECT_EQ(chosen({1, 2, 2}, "a", {1}), (list{1, 2}));
}

TEST(candidates, are_never_none) {
    EXPECT_EQ(chosen({nobody, nobody}), (list{0, 1}));
    EXPECT_EQ(chosen({nobody, nobody}, "a", {1}), (list{0, 1}));
}

TEST(candidates, of_brokers_that_are_not_known_are_in_no_rack) {
    EXPECT_EQ(chosen({7, 1}, "a"), list{1});
}

} // namespace
} // namespace kcpp::producing
