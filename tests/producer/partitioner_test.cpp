#include "producer/partitioner.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

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
            EXPECT_EQ(partition_for_key(partitioning::murmur2_sticky, r.key, counts[i]),
                      r.partitions[i])
                << '"' << r.key << "\" of " << counts[i];
}

// K5: printed by librdkafka 2.0's own functions for 3, 10, 12 and 50 partitions.
TEST(partitioner, keys_go_where_librdkafka_sends_them) {
    struct row {
        std::string_view key;
        std::array<partition_id, 4> consistent, murmur2, fnv1a;
    };
    constexpr std::array<std::size_t, 4> counts{3, 10, 12, 50};
    const row table[] = {
        {""sv, {0, 0, 0, 0}, {0, 1, 9, 31}, {0, 5, 3, 35}},
        {"\x80"sv, {2, 5, 5, 25}, {2, 2, 8, 42}, {1, 1, 1, 31}},
        {"a"sv, {0, 7, 3, 7}, {1, 4, 4, 24}, {0, 6, 0, 26}},
        {"ab"sv, {2, 5, 5, 35}, {2, 4, 2, 34}, {0, 6, 6, 46}},
        {"abc"sv, {0, 8, 6, 28}, {0, 7, 3, 7}, {2, 1, 11, 31}},
        {"key-0"sv, {0, 0, 0, 40}, {1, 1, 1, 41}, {0, 7, 9, 7}},
        {"user-42"sv, {1, 5, 7, 35}, {1, 0, 4, 10}, {0, 9, 3, 49}},
        {"foobar"sv, {2, 9, 5, 19}, {0, 6, 6, 16}, {0, 6, 0, 26}},
        {"\xff\xfe\xfd"sv, {1, 1, 1, 11}, {2, 2, 8, 42}, {0, 1, 9, 41}},
        {"hello kafka partitioner"sv, {1, 8, 10, 28}, {1, 2, 10, 2}, {1, 6, 4, 6}},
    };
    for (const row& r : table)
        for (std::size_t i = 0; i < counts.size(); ++i) {
            using enum partitioning;
            const auto chosen = [&](partitioning how) {
                return partition_for_key(how, r.key, counts[i]);
            };
            EXPECT_EQ(chosen(consistent), r.consistent[i]) << r.key;
            EXPECT_EQ(chosen(murmur2), r.murmur2[i]) << r.key;
            EXPECT_EQ(chosen(fnv1a), r.fnv1a[i]) << r.key;
            EXPECT_EQ(chosen(murmur2_random), r.murmur2[i]) << r.key;
            EXPECT_EQ(chosen(fnv1a_random), r.fnv1a[i]) << r.key;
            if (r.key.empty()) continue;
            EXPECT_EQ(chosen(consistent_random), r.consistent[i]) << r.key;
        }
}

TEST(partitioner, without_a_key_only_those_that_hash_nothing_decide) {
    using enum partitioning;
    for (const auto how : {murmur2_sticky, sticky, round_robin, random, consistent_random,
                           murmur2_random, fnv1a_random})
        EXPECT_EQ(partition_for_key(how, nullptr, 50), std::nullopt);
    for (const auto how : {murmur2, consistent, fnv1a})
        EXPECT_EQ(partition_for_key(how, nullptr, 50), partition_for_key(how, "", 50));
    EXPECT_EQ(partition_for_key(consistent_random, "", 50), std::nullopt);
    for (const auto how : {sticky, round_robin, random})
        EXPECT_EQ(partition_for_key(how, "key", 50), std::nullopt);
}

constexpr auto all_alike = [](std::size_t) { return 0; };

// K3, KIP-794: a batch's worth of bytes, however it is cut into records.
TEST(partitioner, records_without_a_key_stay_until_a_batch_is_full) {
    keyless_choice choice(1);
    const auto first = choice.sticky(0, 6, 400, 1000, all_alike);
    EXPECT_EQ(choice.sticky(0, 6, 400, 1000, all_alike), first);
    EXPECT_EQ(choice.sticky(0, 6, 400, 1000, all_alike), first)
        << "only 800 of 1,000 bytes went there so far";
    EXPECT_NE(choice.sticky(0, 6, 400, 1000, all_alike), first);
}

TEST(partitioner, the_next_partition_is_another_one) {
    keyless_choice choice(7);
    auto before = choice.sticky(0, 2, 100, 100, all_alike);
    for (int i = 0; i < 100; ++i) {
        const auto now = choice.sticky(0, 2, 100, 100, all_alike);
        EXPECT_NE(now, before);
        before = now;
    }
}

TEST(partitioner, over_time_every_partition_gets_its_share) {
    constexpr int partitions = 12, batches = 12'000, fair = batches / partitions;
    for (std::uint64_t seed : {0, 1, 2, 3, 1000}) {
        keyless_choice choice(seed);
        std::map<partition_id, int> chosen;
        for (int i = 0; i < batches; ++i)
            ++chosen[choice.sticky(0, partitions, 100, 100, all_alike)];
        ASSERT_EQ(chosen.size(), std::size_t{partitions}) << "seed " << seed;
        for (const auto& [partition, times] : chosen)
            EXPECT_NEAR(times, fair, fair / 4) << "partition " << partition << ", seed " << seed;
    }
}

TEST(partitioner, where_much_waits_little_is_sent) { // KIP-794
    keyless_choice choice(1);
    std::map<partition_id, int> chosen;
    for (int i = 0; i < 6'000; ++i)
        ++chosen[choice.sticky(0, 6, 100, 100, [](std::size_t p) { return p == 2 ? 10 : 0; })];
    EXPECT_LT(chosen[2], 6'000 / 6 / 3);
    for (partition_id p : {0, 1, 3, 4, 5})
        EXPECT_GT(chosen[p], 6'000 / 6);
}

TEST(partitioner, threads_have_partitions_of_their_own) {
    keyless_choice choice(1);
    std::set<partition_id> first;
    for (std::size_t thread = 0; thread < 4; ++thread)
        first.insert(choice.sticky(thread, 1000, 1, 1'000'000, all_alike));
    EXPECT_EQ(first.size(), 4u);
}

TEST(partitioner, topics_with_other_seeds_do_not_walk_in_step) {
    std::set<partition_id> first;
    for (std::uint64_t seed = 1; seed <= 50; ++seed)
        first.insert(keyless_choice(seed).sticky(0, 100, 1, 100, all_alike));
    EXPECT_GT(first.size(), 25u);
}

TEST(partitioner, one_partition_is_always_chosen) {
    keyless_choice choice(3);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(choice.sticky(0, 1, 100, 10, all_alike), 0);
        EXPECT_EQ(choice.any(0, 1), 0);
        EXPECT_EQ(choice.next(1), 0);
    }
}

TEST(partitioner, a_partition_that_is_gone_is_left) {
    keyless_choice choice(5);
    while (choice.sticky(0, 10, 1, 1, all_alike) != 9) {
    }
    EXPECT_LT(choice.sticky(0, 3, 0, 1'000'000, all_alike), 3);
}

TEST(partitioner, round_robin_takes_one_after_the_other) {
    keyless_choice choice(1);
    std::vector<partition_id> taken;
    for (int i = 0; i < 7; ++i)
        taken.push_back(choice.next(3));
    EXPECT_EQ(taken, (std::vector<partition_id>{0, 1, 2, 0, 1, 2, 0}));
}

TEST(partitioner, random_ones_are_drawn_for_each_record) {
    keyless_choice choice(1);
    std::map<partition_id, int> drawn;
    for (int i = 0; i < 6'000; ++i)
        ++drawn[choice.any(0, 6)];
    for (partition_id p = 0; p < 6; ++p)
        EXPECT_NEAR(drawn[p], 1'000, 200);
}

} // namespace
} // namespace kcpp::producing
