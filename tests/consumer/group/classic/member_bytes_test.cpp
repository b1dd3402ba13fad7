#include "consumer/group/classic/member_bytes.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

namespace kcpp::consuming {
namespace {

member_bytes from_hex(std::string_view hex) {
    member_bytes result;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        result.push_back(
            static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return result;
}

// Version 3: topics, user data (null), owned partitions, generation, rack (null); as
// ConsumerProtocol.serializeSubscription writes it.
constexpr std::string_view subscription_v3 = "0003"
                                             "00000002"
                                             "00026131"
                                             "00026232"
                                             "ffffffff"
                                             "00000000"
                                             "00000007"
                                             "ffff";

TEST(member_bytes, a_subscription_is_written_as_java_does) {
    protocol::consumer_protocol::subscription wanted;
    wanted.topics = {"a1", "b2"};
    wanted.generation_id = 7;
    EXPECT_EQ(write_subscription(wanted), from_hex(subscription_v3));
}

TEST(member_bytes, a_subscription_is_read_in_every_version) {
    for (const auto* hex : {"0000"
                            "00000001"
                            "00026131"
                            "ffffffff",
                            "0001"
                            "00000001"
                            "00026131"
                            "ffffffff"
                            "00000000",
                            "0002"
                            "00000001"
                            "00026131"
                            "ffffffff"
                            "00000000"
                            "00000007",
                            "0003"
                            "00000001"
                            "00026131"
                            "ffffffff"
                            "00000000"
                            "00000007"
                            "ffff"}) {
        const auto read = read_subscription(from_hex(hex));
        ASSERT_TRUE(read) << hex;
        EXPECT_EQ(read->topics, (std::vector<std::string>{"a1"})) << hex;
    }
}

TEST(member_bytes, a_newer_version_is_read_as_far_as_it_is_known) {
    const auto read = read_subscription(from_hex("0009"
                                                 "00000001"
                                                 "00026131"
                                                 "ffffffff"
                                                 "00000000"
                                                 "00000007"
                                                 "ffff"
                                                 "beef"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->topics, (std::vector<std::string>{"a1"}));
}

TEST(member_bytes, what_is_no_subscription_is_refused) { // reliability G: hostile member metadata
    for (const auto* hex : {"", "00",
                            "ffff"
                            "00000000",
                            "0000"
                            "7fffffff",
                            "0000"
                            "00000001"
                            "7fff6131",
                            "0001"
                            "00000000"
                            "ffffffff"
                            "7fffffff"})
        EXPECT_FALSE(read_subscription(from_hex(hex))) << hex;
}

TEST(member_bytes, every_cut_of_a_subscription_is_refused) {
    const auto whole = from_hex(subscription_v3);
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
        EXPECT_FALSE(read_subscription(std::span(whole).first(cut))) << cut;
}

TEST(member_bytes, an_assignment_survives_the_way_there_and_back) {
    const std::vector<topic_partition> partitions{{"a", 0}, {"a", 3}, {"b", 1}};
    EXPECT_EQ(read_assignment(write_assignment(partitions)), partitions);
}

TEST(member_bytes, an_assignment_is_grouped_by_topic) {
    EXPECT_EQ(write_assignment({{"a", 1}, {"b", 0}, {"a", 0}}), from_hex("0003"
                                                                         "00000002"
                                                                         "000161"
                                                                         "00000002"
                                                                         "00000001"
                                                                         "00000000"
                                                                         "000162"
                                                                         "00000001"
                                                                         "00000000"
                                                                         "ffffffff"));
}

TEST(member_bytes, no_bytes_are_an_empty_assignment_and_garbage_is_none) {
    EXPECT_EQ(read_assignment({}), std::vector<topic_partition>());
    EXPECT_FALSE(read_assignment(from_hex("0000"
                                          "7fffffff")));
}

} // namespace
} // namespace kcpp::consuming
