#include "wire/uuid.hpp"

#include <gtest/gtest.h>

#include <set>
#include <unordered_set>

namespace kcpp::wire {

namespace {

constexpr uuid counting{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
constexpr uuid highest{
    {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};

} // namespace

// The texts are what org.apache.kafka.common.Uuid prints.
TEST(uuid, prints_as_kafka_does) {
    EXPECT_EQ(to_string(uuid{}), "AAAAAAAAAAAAAAAAAAAAAA");
    EXPECT_EQ(to_string(counting), "AAECAwQFBgcICQoLDA0ODw");
    EXPECT_EQ(to_string(highest), "_____________________w");
}

TEST(uuid, is_parsed_from_what_it_prints) {
    for (const uuid& id : {uuid{}, counting, highest})
        EXPECT_EQ(parse_uuid(to_string(id)), id);
}

TEST(uuid, is_not_parsed_from_any_other_text) {
    EXPECT_EQ(parse_uuid(""), std::nullopt);
    EXPECT_EQ(parse_uuid("AAECAwQFBgcICQoLDA0OD"), std::nullopt);
    EXPECT_EQ(parse_uuid("AAECAwQFBgcICQoLDA0ODw=="), std::nullopt);
    EXPECT_EQ(parse_uuid("AAECAwQFBgcICQoLDA0OD+"), std::nullopt);
    EXPECT_EQ(parse_uuid("AAECAwQFBgcICQoLDA0ODx"), std::nullopt); // bits beyond the 128th
}

TEST(uuid, is_zero_when_default_made) {
    EXPECT_TRUE(uuid{}.is_zero());
    EXPECT_FALSE(counting.is_zero());
}

TEST(uuid, is_ordered_by_its_bytes_and_hashed) {
    EXPECT_EQ((std::set<uuid>{highest, counting, uuid{}, counting}.size()), 3u);
    EXPECT_LT(uuid{}, counting);
    EXPECT_LT(counting, highest);
    std::unordered_set<uuid> many;
    std::set<std::size_t> hashes;
    for (std::uint8_t i = 0; i < 200; ++i) {
        uuid id = counting;
        id.bytes[i % 16] = i;
        many.insert(id);
        hashes.insert(std::hash<uuid>{}(id));
    }
    EXPECT_EQ(hashes.size(), many.size());
}

} // namespace kcpp::wire
