#include "producer/partitioner.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace kcpp::producing {
namespace {

using namespace std::string_view_literals;

// K1: printed by the Java client for 3, 10, 12 and 50 partitions.
TEST(partitioner, keys_go_where_java_sends_them) {
    struct row {
        std::string_view key;
        std::array<partition_id, 4> partitions;
    };
    constexpr std::array<std::size_t, 4> counts{3, 10, 12, 50};
    const row table[] = {
        {""sv, {0, 1, 9, 31}},
        {"\x00"sv, {2, 8, 8, 38}},
        {"\x80"sv, {2, 2, 8, 42}},
        {"\xff"sv, {0, 3, 3, 13}},
        {"\x01\x02"sv, {1, 6, 10, 26}},
        {"\x01\x02\x03"sv, {2, 3, 5, 43}},
        {"\x01\x02\x03\x04"sv, {1, 7, 1, 27}},
        {"\x01\x02\x03\x04\x05"sv, {0, 0, 6, 40}},
        {"a"sv, {1, 4, 4, 24}},
        {"ab"sv, {2, 4, 2, 34}},
        {"abc"sv, {0, 7, 3, 7}},
        {"abcd"sv, {2, 0, 8, 0}},
        {"key-0"sv, {1, 1, 1, 41}},
        {"key-1"sv, {0, 0, 0, 40}},
        {"user-42"sv, {1, 0, 4, 10}},
        {"21"sv, {0, 0, 0, 40}},
        {"foobar"sv, {0, 6, 6, 16}},
        {"\xc3\xa9\xe2\x82\xac"sv, {1, 9, 1, 39}},
        {"\x80\x81\x82\x83\x84\x85\x86"sv, {1, 4, 10, 34}},
    };
    for (const row& r : table)
        for (std::size_t i = 0; i < counts.size(); ++i)
            EXPECT_EQ(partition_for_key(r.key, counts[i]), r.partitions[i])
                << '"' << r.key << "\" of " << counts[i];
}

// K3, KIP-794: a batch's worth of bytes, however it is cut into records.
TEST(partitioner, records_without_a_key_stay_until_a_batch_is_full) {
    sticky_choice choice(1);
    const auto first = choice.choose(6, 400, 1000);
    EXPECT_EQ(choice.choose(6, 400, 1000), first);
    EXPECT_EQ(choice.choose(6, 400, 1000), first) << "only 800 of 1,000 bytes went there so far";
    EXPECT_NE(choice.choose(6, 400, 1000), first);
}

TEST(partitioner, the_next_partition_is_another_one) {
    sticky_choice choice(7);
    auto before = choice.choose(2, 100, 100);
    for (int i = 0; i < 100; ++i) {
        const auto now = choice.choose(2, 100, 100);
        EXPECT_NE(now, before);
        before = now;
    }
}

TEST(partitioner, over_time_every_partition_gets_its_share) {
    constexpr int partitions = 12, batches = 12'000, fair = batches / partitions;
    for (std::uint64_t seed : {0, 1, 2, 3, 1000}) {
        sticky_choice choice(seed);
        std::map<partition_id, int> chosen;
        for (int i = 0; i < batches; ++i)
            ++chosen[choice.choose(partitions, 100, 100)];
        ASSERT_EQ(chosen.size(), std::size_t{partitions}) << "seed " << seed;
        for (const auto& [partition, times] : chosen)
            EXPECT_NEAR(times, fair, fair / 4) << "partition " << partition << ", seed " << seed;
    }
}

TEST(partitioner, topics_with_other_seeds_do_not_walk_in_step) {
    std::set<partition_id> first;
    for (std::uint64_t seed = 1; seed <= 50; ++seed)
        first.insert(sticky_choice(seed).choose(100, 1, 100));
    EXPECT_GT(first.size(), 25u);
}

TEST(partitioner, one_partition_is_always_chosen) {
    sticky_choice choice(3);
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(choice.choose(1, 100, 10), 0);
}

TEST(partitioner, a_partition_that_is_gone_is_left) {
    sticky_choice choice(5);
    while (choice.choose(10, 1, 1) != 9) {
    }
    EXPECT_LT(choice.choose(3, 0, 1'000'000), 3);
}

} // namespace
} // namespace kcpp::producing
