#include "network/version_ranges.hpp"

#include <gtest/gtest.h>

namespace kcpp::network {
namespace {

version_ranges ranges(std::int16_t key, std::int16_t oldest, std::int16_t newest) {
    protocol::api_versions::response said;
    said.apis.push_back({key, oldest, newest});
    return version_ranges(said);
}

TEST(version_ranges, the_newest_version_that_both_speak_is_taken) { // C4
    EXPECT_EQ(ranges(1, 4, 17).common(1, 4, 16), 16);
    EXPECT_EQ(ranges(1, 4, 12).common(1, 4, 16), 12);
    EXPECT_EQ(ranges(1, 16, 17).common(1, 4, 16), 16);
}

TEST(version_ranges, a_gap_is_not_bridged_by_guessing) { // C4
    EXPECT_EQ(ranges(1, 17, 18).common(1, 4, 16), std::nullopt);
    EXPECT_EQ(ranges(1, 0, 3).common(1, 4, 16), std::nullopt);
    EXPECT_EQ(ranges(1, 4, 17).common(2, 0, 9), std::nullopt) << "an API that was not offered";
    EXPECT_EQ(version_ranges().common(1, 0, 9), std::nullopt);
}

TEST(version_ranges, keys_beyond_what_is_known_are_ignored) {
    const auto strange = ranges(20'000, 0, 9);
    EXPECT_EQ(strange.common(20'000, 0, 9), std::nullopt);
    EXPECT_EQ(strange.describe(20'000), "no version");
    EXPECT_EQ(ranges(-1, 0, 9).common(-1, 0, 9), std::nullopt);
}

TEST(version_ranges, are_described_for_people) {
    EXPECT_EQ(ranges(1, 4, 17).describe(1), "4 to 17");
    EXPECT_EQ(ranges(1, 4, 17).describe(2), "no version");
}

TEST(version_ranges, tell_the_finalized_level_of_a_feature) {
    protocol::api_versions::response said;
    said.finalized_features.push_back({"transaction.version", 2, 0});
    EXPECT_EQ(version_ranges(said).feature_level("transaction.version"), 2);
    EXPECT_EQ(version_ranges(said).feature_level("group.version"), 0);
}

} // namespace
} // namespace kcpp::network
