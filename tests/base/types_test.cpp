#include <kcpp/types.hpp>

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>

TEST(types, a_partition_reads_as_topic_and_number) {
    EXPECT_EQ(kcpp::to_string(kcpp::topic_partition{"orders", 3}), "orders-3");
}

TEST(types, a_codec_has_the_name_of_kafkas_configs) {
    using kcpp::compression;
    EXPECT_STREQ(kcpp::to_string(compression::none), "none");
    EXPECT_STREQ(kcpp::to_string(compression::gzip), "gzip");
    EXPECT_STREQ(kcpp::to_string(compression::snappy), "snappy");
    EXPECT_STREQ(kcpp::to_string(compression::lz4), "lz4");
    EXPECT_STREQ(kcpp::to_string(compression::zstd), "zstd");
}

TEST(types, partitions_are_ordered_by_topic_then_number) {
    EXPECT_LT((kcpp::topic_partition{"a", 9}), (kcpp::topic_partition{"b", 0}));
    EXPECT_LT((kcpp::topic_partition{"a", 1}), (kcpp::topic_partition{"a", 2}));
}

TEST(types, partitions_can_be_keys_of_hash_tables) {
    std::unordered_set<kcpp::topic_partition> seen = {{"a", 0}, {"a", 1}, {"a", 0}};
    EXPECT_EQ(seen.size(), 2U);
    EXPECT_TRUE(seen.contains({"a", 1}));
}
