#include "cluster/metadata_cache.hpp"

#include <gtest/gtest.h>

#include <climits>

namespace kcpp::cluster {
namespace {

using namespace std::chrono_literals;
namespace api = protocol::metadata;

constexpr std::int16_t newest = 13;
constexpr std::int16_t before_reliable_epochs = 8;
constexpr runtime::time_point start{1h};

wire::uuid id(std::uint8_t n) {
    wire::uuid made;
    made.bytes[15] = n;
    return made;
}

api::partition_metadata partition(std::int32_t index, std::int32_t leader, std::int32_t epoch) {
    api::partition_metadata p;
    p.index = index;
    p.leader_id = leader;
    p.leader_epoch = epoch;
    p.replica_nodes = {1, 2, 3};
    p.isr_nodes = {1, 2, 3};
    return p;
}

api::topic_metadata topic(std::string name, wire::uuid topic_id,
                          std::vector<api::partition_metadata> partitions) {
    api::topic_metadata t;
    t.name = std::move(name);
    t.topic_id = topic_id;
    t.partitions = std::move(partitions);
    return t;
}

api::topic_metadata failing(std::string name, broker_errc code) {
    auto t = topic(std::move(name), {}, {});
    t.error_code = static_cast<std::int16_t>(code);
    return t;
}

api::response cluster_of_three(std::vector<api::topic_metadata> topics) {
    api::response said;
    said.cluster_id = "c";
    said.controller_id = 1;
    for (std::int32_t node : {1, 2, 3})
        said.brokers.push_back({node, "b" + std::to_string(node), 9092, std::nullopt});
    said.topics = std::move(topics);
    return said;
}

class metadata_cache_test : public testing::Test {
protected:
    bool hear(std::vector<api::topic_metadata> topics, runtime::time_point now = start,
              std::int16_t version = newest) {
        return cache.apply(cluster_of_three(std::move(topics)), version, now);
    }
    std::int32_t leader(std::int32_t index = 0) const {
        const auto* p = cache.current()->find("orders", index);
        return p == nullptr ? -2 : p->leader;
    }

    metadata_cache cache;
};

TEST_F(metadata_cache_test, knows_topics_by_name_and_by_id) { // L1
    hear({topic("orders", id(1), {partition(0, 2, 5), partition(1, 3, 5)})});
    const auto& known = *cache.current();
    EXPECT_EQ(known.find("orders")->partitions.size(), 2u);
    EXPECT_EQ(known.find(id(1)), known.find("orders"));
    EXPECT_EQ(known.find("orders", 1)->leader, 3);
    EXPECT_EQ(known.find("orders", 2), nullptr);
    EXPECT_EQ(known.find("orders", -1), nullptr);
    EXPECT_EQ(known.find("other"), nullptr);
    EXPECT_EQ(known.brokers.at(2).where.host, "b2");
    EXPECT_EQ(known.controller, 1);
    EXPECT_EQ(known.cluster_id, "c");
}

TEST_F(metadata_cache_test,
       a_newer_leader_epoch_replaces_an_older_one_and_never_the_reverse) { // L1
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    hear({topic("orders", id(1), {partition(0, 3, 6)})});
    EXPECT_EQ(leader(), 3);
    EXPECT_FALSE(hear({topic("orders", id(1), {partition(0, 2, 5)})})) << "a stale broker";
    EXPECT_EQ(leader(), 3);
    hear({topic("orders", id(1), {partition(0, 1, 6)})});
    EXPECT_EQ(leader(), 1) << "the same epoch may be told more precisely";
}

TEST_F(metadata_cache_test, a_topic_with_another_id_is_another_topic) { // L1
    hear({topic("orders", id(1), {partition(0, 2, 50), partition(1, 2, 50)})});
    hear({topic("orders", id(2), {partition(0, 3, 0)})});
    EXPECT_EQ(leader(), 3);
    EXPECT_EQ(cache.current()->find("orders")->partitions.size(), 1u);
    EXPECT_EQ(cache.current()->find(id(1)), nullptr);
    EXPECT_NE(cache.current()->find(id(2)), nullptr);
}

TEST_F(metadata_cache_test, a_broker_that_does_not_know_ids_does_not_make_it_another_topic) { // L1
    hear({topic("orders", id(1), {partition(0, 2, 5), partition(1, 2, 5)})});
    hear({topic("orders", {}, {partition(0, 3, 4)})}, start, 9);
    EXPECT_EQ(leader(), 2) << "the older epoch does not count";
    EXPECT_EQ(cache.current()->find("orders")->partitions.size(), 2u);
    EXPECT_NE(cache.current()->find(id(1)), nullptr);
}

TEST_F(metadata_cache_test, epochs_are_not_believed_before_version_9) { // L1, KAFKA-9212
    hear({topic("orders", {}, {partition(0, 2, 5)})}, start, before_reliable_epochs);
    EXPECT_EQ(cache.current()->find("orders", 0)->leader_epoch, -1);
    hear({topic("orders", {}, {partition(0, 3, 4)})}, start, before_reliable_epochs);
    EXPECT_EQ(leader(), 3);
}

TEST_F(metadata_cache_test, what_an_answer_leaves_out_is_not_gone) { // L2
    hear({topic("orders", id(1), {partition(0, 2, 5), partition(1, 3, 5)}),
          topic("bills", id(2), {partition(0, 1, 1)})});
    hear({topic("orders", id(1), {partition(0, 2, 6)})});
    EXPECT_EQ(leader(1), 3);
    EXPECT_NE(cache.current()->find("bills"), nullptr);
}

TEST_F(metadata_cache_test, a_topic_is_gone_when_it_was_unknown_for_long_enough) { // L2
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    const auto unknown = failing("orders", broker_errc::unknown_topic_or_partition);
    hear({unknown}, start + 1s);
    EXPECT_EQ(leader(), 2) << "one broker that has just started may not know it";
    EXPECT_EQ(cache.current()->find("orders")->error, broker_errc::unknown_topic_or_partition);
    hear({unknown}, start + 1s + metadata_cache::missing_means_deleted - 1ms);
    EXPECT_EQ(leader(), 2);
    hear({unknown}, start + 1s + metadata_cache::missing_means_deleted);
    EXPECT_EQ(leader(), -2);
    EXPECT_EQ(cache.current()->find(id(1)), nullptr);
}

TEST_F(metadata_cache_test, seeing_the_topic_again_starts_the_patience_anew) { // L2
    const auto unknown = failing("orders", broker_errc::unknown_topic_or_partition);
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    hear({unknown}, start + 1s);
    hear({topic("orders", id(1), {partition(0, 2, 5)})}, start + 2s);
    hear({unknown}, start + 20s);
    EXPECT_EQ(leader(), 2);
}

TEST_F(metadata_cache_test, a_partition_without_leader_is_known_to_have_none) {
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    auto leaderless = partition(0, 2, 6);
    leaderless.error_code = static_cast<std::int16_t>(broker_errc::leader_not_available);
    hear({topic("orders", id(1), {leaderless})});
    EXPECT_EQ(leader(), -1);
}

TEST_F(metadata_cache_test, an_answer_without_brokers_is_left_alone) { // L11
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    api::response starting;
    starting.topics = {topic("orders", id(1), {partition(0, 1, 9)})};
    EXPECT_FALSE(cache.apply(starting, newest, start));
    EXPECT_EQ(cache.current()->brokers.size(), 3u);
    EXPECT_EQ(leader(), 2);
}

TEST_F(metadata_cache_test, an_answer_with_nothing_new_makes_no_new_snapshot) { // KIP-580
    EXPECT_TRUE(hear({topic("orders", id(1), {partition(0, 2, 5)})}));
    const auto before = cache.current();
    EXPECT_FALSE(hear({topic("orders", id(1), {partition(0, 2, 5)})}));
    EXPECT_EQ(cache.current(), before);
    EXPECT_TRUE(hear({topic("orders", id(1), {partition(0, 2, 6)})}));
    EXPECT_EQ(cache.current()->generation, before->generation + 1);
    EXPECT_EQ(before->find("orders", 0)->leader_epoch, 5) << "snapshots never change";
}

TEST_F(metadata_cache_test, a_produce_answer_may_tell_of_a_newer_leader) { // L3, KIP-951
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    EXPECT_TRUE(cache.apply_leader("orders", 0, 3, 6));
    EXPECT_EQ(leader(), 3);
    EXPECT_EQ(cache.current()->find(id(1)), cache.current()->find("orders"));
}

TEST_F(metadata_cache_test, a_leader_may_be_a_broker_that_was_not_known) { // KIP-951
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    const auto two = cache.current()->brokers.at(2);
    EXPECT_TRUE(cache.add_brokers({{9, "new", 9092, "rack"},
                                   {2, "elsewhere", 1, {}}, // metadata knows better
                                   {10, "nowhere", 0, {}},
                                   {-1, "nobody", 9092, {}}}));
    EXPECT_EQ(cache.current()->brokers.at(9), (broker{{9, "new", 9092}, "rack"}));
    EXPECT_EQ(cache.current()->brokers.at(2), two);
    EXPECT_EQ(cache.current()->brokers.size(), 4u);
    EXPECT_FALSE(cache.add_brokers({{9, "new", 9092, "rack"}}));
    EXPECT_TRUE(cache.apply_leader("orders", 0, 9, 6));
    EXPECT_EQ(leader(), 9);
}

TEST_F(metadata_cache_test,
       a_hint_that_is_no_news_is_ignored) { // L3: the same epoch made a client spin
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    EXPECT_FALSE(cache.apply_leader("orders", 0, 3, 5)) << "the same epoch";
    EXPECT_FALSE(cache.apply_leader("orders", 0, 3, 4)) << "an older one";
    EXPECT_FALSE(cache.apply_leader("orders", 0, 9, 6)) << "a broker without address";
    EXPECT_FALSE(cache.apply_leader("orders", 1, 3, 6)) << "a partition that is not known";
    EXPECT_FALSE(cache.apply_leader("orders", -1, 3, 6));
    EXPECT_FALSE(cache.apply_leader("bills", 0, 3, 6)) << "a topic that is not known";
    EXPECT_EQ(leader(), 2);
}

TEST_F(metadata_cache_test, partitions_with_impossible_numbers_are_not_made_room_for) {
    hear({topic("orders", id(1),
                {partition(INT_MAX, 2, 5), partition(-1, 2, 5), partition(0, 2, 5)})});
    EXPECT_LE(cache.current()->find("orders")->partitions.size(), 3u);
    EXPECT_EQ(leader(), 2);
}

TEST_F(metadata_cache_test, brokers_without_a_proper_address_are_left_out) {
    auto said = cluster_of_three({});
    said.brokers[1].port = 70'000;
    said.brokers[2].node_id = -5;
    cache.apply(said, newest, start);
    EXPECT_EQ(cache.current()->brokers.size(), 1u);
}

TEST_F(metadata_cache_test, forgets_what_nobody_wants_any_more) { // L4
    hear({topic("orders", id(1), {partition(0, 2, 5)})});
    cache.forget("orders");
    EXPECT_EQ(cache.current()->find("orders"), nullptr);
    EXPECT_EQ(cache.current()->find(id(1)), nullptr);
    cache.forget("orders");
}

} // namespace
} // namespace kcpp::cluster
