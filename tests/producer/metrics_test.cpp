#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;
using counts = producer_metrics::counts;

class metrics_test : public ::testing::Test {
protected:
    metrics_test() {
        cluster.create_topic("orders");
        cluster.create_topic("bills", 2);
    }

    /// What the log of all partitions of a topic comes to.
    std::uint64_t stored_bytes(const std::string& topic, std::int32_t partitions) {
        std::uint64_t bytes = 0;
        for (partition_id p = 0; p < partitions; ++p)
            for (const auto& batch : cluster.partition(topic, p).log().batches())
                bytes += batch.bytes.bytes().size();
        return bytes;
    }

    virtual_cluster cluster;
    client shared = cluster.make_client();
    const producer_options hasty{.linger = 0ms, .delivery_timeout = 60s};
};

TEST_F(metrics_test, of_a_producer_that_has_done_nothing_are_all_zero) {
    producer p(shared, hasty);
    EXPECT_EQ(p.metrics(), producer_metrics());
}

TEST_F(metrics_test, count_what_was_delivered_by_topic_and_by_broker) {
    producer p(shared, {.linger = 5ms});
    for (int i = 0; i < 3; ++i)
        p.send({.topic = "orders", .value = "a"}, delivery_callback());
    for (partition_id i = 0; i < 2; ++i)
        p.send({.topic = "bills", .value = "b", .partition = i}, delivery_callback());
    p.flush().get();

    const auto told = p.metrics();
    const counts orders{.records = 3, .bytes = stored_bytes("orders", 1), .batches = 1};
    const counts bills{.records = 2, .bytes = stored_bytes("bills", 2), .batches = 2};
    EXPECT_EQ(told.topics,
              (std::map<std::string, counts, std::less<>>{{"bills", bills}, {"orders", orders}}));
    const counts all{.records = 5, .bytes = orders.bytes + bills.bytes, .batches = 3};
    EXPECT_EQ(told.total, all);
    ASSERT_EQ(told.brokers.size(), 1u);
    const auto& broker = told.brokers.begin()->second;
    EXPECT_EQ(broker.requests, static_cast<std::uint64_t>(cluster.requests(api::produce)));
    EXPECT_EQ(broker.batches, 3u);
    EXPECT_EQ(broker.bytes, all.bytes);
    EXPECT_EQ(broker.errors, 0u);
    EXPECT_EQ(told.queued_batches, 3u);
    EXPECT_EQ(told.buffered_bytes, 0u);
}

TEST_F(metrics_test, tell_how_long_batches_waited_and_requests_took) {
    producer p(shared, {.linger = 40ms});
    p.send({.topic = "orders", .value = "warm-up"}, delivery_callback());
    p.flush().get();
    const auto before = p.metrics();

    cluster.add(api::produce, testing::faults::delay{300ms});
    p.send({.topic = "orders", .value = "a"}).get();
    const auto after = p.metrics();
    EXPECT_EQ(after.queue_time - before.queue_time, 40ms);
    EXPECT_GE(after.longest_queue_time, 40ms);
    const auto node = after.brokers.begin()->first;
    const auto took = after.brokers.at(node).request_time - before.brokers.at(node).request_time;
    EXPECT_GE(took, 300ms);
    EXPECT_LT(took, 310ms);
    EXPECT_EQ(after.brokers.at(node).longest_request_time, took);
}

TEST_F(metrics_test, count_retries_and_what_brokers_refuse) {
    producer p(shared, hasty);
    cluster.fail_next(api::produce, broker_errc::not_enough_replicas, 2);
    p.send({.topic = "orders", .value = "a"}).get();
    const auto told = p.metrics();
    EXPECT_EQ(
        told.total,
        (counts{.records = 1, .bytes = stored_bytes("orders", 1), .batches = 1, .retries = 2}));
    EXPECT_EQ(told.brokers.begin()->second.errors, 2u);
    EXPECT_EQ(told.brokers.begin()->second.requests, 3u);
}

TEST_F(metrics_test, count_each_record_that_failed_wherever_it_was) {
    producer p(shared, {.linger = 0ms, .delivery_timeout = 60s, .max_block = 1s});
    cluster.fail_next(api::produce, broker_errc::topic_authorization_failed);
    p.send({.topic = "orders", .value = "refused by the broker"}, delivery_callback());
    p.send({.topic = "orders", .value = "refused by the broker"}, delivery_callback());
    p.send({.topic = "not there", .value = "no topic name"}, delivery_callback());
    p.send({.topic = "nowhere", .value = "no such topic"}, delivery_callback());
    p.send({.topic = "orders", .value = "refused by send", .partition = -3}, delivery_callback());
    EXPECT_FALSE(p.flush().result());
    const auto told = p.metrics();
    EXPECT_EQ(told.total, counts{.errors = 5});
    EXPECT_EQ(told.topics, (std::map<std::string, counts, std::less<>>{{"not there", {.errors = 1}},
                                                                       {"nowhere", {.errors = 1}},
                                                                       {"orders", {.errors = 3}}}));
}

TEST_F(metrics_test, show_what_the_buffer_holds) {
    producer p(shared, {.linger = 1h, .delivery_timeout = 2h});
    p.send({.topic = "orders", .value = std::string(10'000, 'x')}, delivery_callback());
    cluster.rt->run_now();
    EXPECT_GT(p.metrics().buffered_bytes, 10'000u);
    p.flush().get();
    EXPECT_EQ(p.metrics().buffered_bytes, 0u);
}

class partitions_for_test : public metrics_test {};

TEST_F(partitions_for_test, tells_where_each_partition_lives) {
    producer p(shared, hasty);
    const auto all = p.partitions_for("bills").get();
    ASSERT_EQ(all.size(), 2u);
    for (partition_id i = 0; i < 2; ++i) {
        const auto& one = all[static_cast<std::size_t>(i)];
        const auto& there = cluster.partition("bills", i);
        EXPECT_EQ(one, (partition_description{i, there.leader(), there.leader_epoch(),
                                              there.replicas(), there.in_sync()}));
    }
}

TEST_F(partitions_for_test, waits_for_a_topic_and_then_says_that_there_is_none) {
    producer p(shared, {.max_block = 3s});
    auto later = p.partitions_for("later");
    cluster.rt->run_for(1s);
    EXPECT_FALSE(later.ready());
    cluster.create_topic("later", 5);
    EXPECT_EQ(later.get().size(), 5u);

    const auto begun = cluster.rt->now();
    const auto never = p.partitions_for("never").result();
    ASSERT_FALSE(never);
    EXPECT_EQ(never.error(), broker_errc::unknown_topic_or_partition);
    EXPECT_EQ(cluster.rt->now() - begun, 3s);
}

} // namespace
} // namespace kcpp::producing
