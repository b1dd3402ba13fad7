// Balance and stickiness, against what can be, and against what Kafka's StickyAssignor does on the
// same groups.

#include "consumer/group/classic/member_bytes.hpp"
#include "group_members.hpp"
#include "javas_rounds.hpp"
#include "judging.hpp"

#include <algorithm>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

namespace kcpp::consuming::test {
namespace {

TEST(sticky, a_new_group_is_balanced) {
    EXPECT_EQ(words(assign_sticky({member("c1", {"t", "u"}), member("c2", {"t", "u"})},
                                  {{"t", 3}, {"u", 2}})),
              (expected{{"c1", "t-0 t-2 u-1"}, {"c2", "t-1 u-0"}}));
}

TEST(sticky, who_joins_gets_its_share_and_nothing_else_moves) {
    EXPECT_EQ(words(assign_sticky({member("c1", {"t"}, "t-0 t-2 t-4"),
                                   member("c2", {"t"}, "t-1 t-3 t-5"), member("c3", {"t"})},
                                  {{"t", 6}})),
              (expected{{"c1", "t-0 t-2"}, {"c2", "t-1 t-3"}, {"c3", "t-4 t-5"}}));
}

TEST(sticky, what_somebody_left_behind_is_shared_out_and_nothing_else_moves) {
    EXPECT_EQ(words(assign_sticky({member("c1", {"t"}, "t-0 t-2"), member("c3", {"t"}, "t-4 t-5")},
                                  {{"t", 6}})),
              (expected{{"c1", "t-0 t-1 t-2"}, {"c3", "t-3 t-4 t-5"}}));
}

TEST(sticky, who_does_not_subscribe_any_more_gives_its_partitions_up) {
    EXPECT_EQ(
        words(assign_sticky({member("c1", {"u"}, "t-0 t-1"), member("c2", {"t", "u"}, "u-0 u-1")},
                            {{"t", 2}, {"u", 2}})),
        (expected{{"c1", "u-0 u-1"}, {"c2", "t-0 t-1"}}));
}

TEST(sticky, partitions_that_are_gone_are_forgotten) {
    EXPECT_EQ(words(assign_sticky({member("c1", {"t"}, "t-0 t-7 gone-0")}, {{"t", 1}})),
              (expected{{"c1", "t-0"}}));
}

TEST(sticky, the_newest_claim_counts) {
    EXPECT_EQ(
        words(assign_sticky({member("c1", {"t"}, "t-0 t-1", 4), member("c2", {"t"}, "t-0 t-1", 5)},
                            {{"t", 3}})),
        (expected{{"c1", "t-2"}, {"c2", "t-0 t-1"}}));
}

TEST(sticky, two_claims_of_one_generation_are_none) {
    EXPECT_EQ(words(assign_sticky({member("c1", {"t"}, "t-1"), member("c2", {"t"}, "t-0 t-1")},
                                  {{"t", 2}})),
              (expected{{"c1", "t-1"}, {"c2", "t-0"}}));
}

TEST(sticky, a_share_may_come_by_way_of_others) {
    // c3 can only read u, which c1 does not; c2 gives u to it and takes t in turn.
    EXPECT_EQ(words(assign_sticky({member("c1", {"t"}, "t-0 t-1 t-2"),
                                   member("c2", {"t", "u"}, "u-0 u-1"), member("c3", {"u"})},
                                  {{"t", 3}, {"u", 2}})),
              (expected{{"c1", "t-0 t-1"}, {"c2", "t-2 u-0"}, {"c3", "u-1"}}));
}

TEST(sticky, members_beyond_the_partitions_get_nothing) {
    EXPECT_EQ(words(assign_sticky({member("c1", {"t"}), member("c2", {"t"}), member("c3", {})},
                                  {{"t", 1}})),
              (expected{{"c1", "t-0"}, {"c2", ""}, {"c3", ""}}));
    EXPECT_EQ(words(assign_sticky({}, {{"t", 1}})), expected{});
}

TEST(sticky, is_as_even_and_as_sticky_as_java_on_the_same_groups) {
    const auto all = rounds_of_java();
    ASSERT_EQ(all.size(), 400U);
    std::size_t ours_kept = 0, javas_kept = 0;
    for (const round& r : all) {
        SCOPED_TRACE(r.name);
        ASSERT_EQ(wrong(r, r.javas), "");
        const auto ours = assign_sticky(r.members, r.topics);
        EXPECT_EQ(wrong(r, ours), "");
        EXPECT_FALSE(could_be_more_even(r, ours));
        EXPECT_LE(unevenness(ours), unevenness(r.javas));
        if (unevenness(ours) == unevenness(r.javas)) {
            EXPECT_GE(kept(r, ours), kept(r, r.javas));
        }
        ours_kept += kept(r, ours);
        javas_kept += kept(r, r.javas);
    }
    EXPECT_GE(ours_kept, javas_kept);
}

TEST(sticky, user_data_is_written_and_read_as_java_does) {
    std::size_t compared = 0;
    for (const round& r : rounds_of_java())
        for (const auto& [id, hex] : r.data) {
            const group_member& m = r.called(id);
            previous_assignment had{m.owned, m.generation};
            std::ranges::sort(had.partitions);
            const auto bytes = write_previous(had);
            std::string written;
            for (const std::byte b : bytes) {
                constexpr const char* digits = "0123456789abcdef";
                written += digits[static_cast<int>(b) >> 4];
                written += digits[static_cast<int>(b) & 15];
            }
            EXPECT_EQ(written, hex);
            auto again = read_previous(bytes);
            ASSERT_TRUE(again);
            EXPECT_EQ(*again, had);
            ++compared;
        }
    EXPECT_GT(compared, 20U);
}

TEST(sticky, groups_of_any_kind_are_shared_out_evenly) {
    std::mt19937 random(7);
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    for (int i = 0; i < 300; ++i) {
        round r;
        r.name = std::to_string(i);
        SCOPED_TRACE(r.name);
        const std::size_t topics = 1 + below(8);
        for (std::size_t t = 0; t < topics; ++t)
            r.topics["t" + std::to_string(t)] = static_cast<std::int32_t>(below(20));
        const std::size_t members = 1 + below(12);
        for (std::size_t m = 0; m < members; ++m) {
            group_member one =
                member("c" + std::to_string(m), {}, {}, static_cast<std::int32_t>(below(4)));
            for (const auto& [name, size] : r.topics)
                if (below(3) == 0) one.topics.push_back(name);
            // Claims of any kind, true or not.
            for (std::size_t c = below(15); c > 0; --c)
                one.owned.push_back({"t" + std::to_string(below(topics + 1)),
                                     static_cast<partition_id>(below(22)) - 1});
            r.members.push_back(std::move(one));
        }
        const auto given = assign_sticky(r.members, r.topics);
        EXPECT_EQ(wrong(r, given), "");
        EXPECT_FALSE(could_be_more_even(r, given));
    }
}

} // namespace
} // namespace kcpp::consuming::test
