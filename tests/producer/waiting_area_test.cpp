// Records whose partition cannot be chosen yet.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;

std::vector<int> numbers(int from, int to) {
    std::vector<int> list(static_cast<std::size_t>(to - from));
    std::iota(list.begin(), list.end(), from);
    return list;
}

TEST(waiting_area, a_topic_that_is_created_later_gets_its_records) {
    virtual_cluster world;
    client shared = world.make_client();
    producer p(shared);
    auto ack = p.send({.topic = "orders", .value = "early"});
    world.rt->run_for(20s);
    EXPECT_FALSE(ack.ready());
    world.create_topic("orders");
    EXPECT_EQ(ack.get().offset, 0);
    EXPECT_EQ(world.values("orders"), std::vector<std::string>{"early"});
}

TEST(waiting_area, brokers_that_create_topics_by_themselves_are_waited_for) {
    testing::cluster_settings settings;
    settings.auto_create_topics = true;
    virtual_cluster world(1, settings);
    client shared = world.make_client({.allow_auto_create_topics = true});
    producer p(shared);
    EXPECT_EQ(p.send({.topic = "fresh", .value = "1"}).get().offset, 0);
}

TEST(waiting_area, what_waited_comes_before_what_is_sent_once_the_topic_is_known) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared, {.linger = 0ms});
    outcomes told(world);
    for (int i = 0; i < 500; ++i) {
        const std::string value = std::to_string(i);
        p.send({.topic = "orders", .value = value}, told.of(i));
        if (i % 50 == 49) world.rt->run_for(1ms); // metadata comes somewhere on the way
    }
    p.flush().get();
    EXPECT_EQ(told.delivered(), numbers(0, 500));
    const auto stored = world.values("orders");
    ASSERT_EQ(stored.size(), 500u);
    for (int i = 0; i < 500; ++i)
        EXPECT_EQ(stored[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(waiting_area, all_of_a_record_is_kept) {
    virtual_cluster world;
    client shared = world.make_client();
    producer p(shared);
    const header list[] = {{"trace", "7"}, {"none", nullptr}};
    auto full = p.send({.topic = "orders",
                        .key = "k",
                        .value = "v",
                        .headers = list,
                        .timestamp = kcpp::timestamp(123ms)});
    auto tombstone = p.send({.topic = "orders", .key = "", .value = nullptr});
    world.create_topic("orders");
    EXPECT_EQ(full.get().timestamp, kcpp::timestamp(123ms));
    tombstone.get();
    const auto& batch = world.partition("orders").log().batches().front();
    testing::record_walk walk(batch.bytes.bytes(), batch.header);
    const auto first = walk.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->key.to_string(), "k");
    EXPECT_EQ(first->value.to_string(), "v");
    EXPECT_EQ(first->time_ms, 123);
    ASSERT_EQ(first->headers.size(), 2u);
    EXPECT_EQ(first->headers[0].first, "trace");
    EXPECT_EQ(first->headers[0].second.to_string(), "7");
    EXPECT_TRUE(first->headers[1].second.is_null());
    const auto second = walk.next();
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->key.is_null());
    EXPECT_TRUE(second->value.is_null());
}

TEST(waiting_area, max_block_bounds_the_wait_for_an_unknown_topic) {
    virtual_cluster world;
    client shared = world.make_client();
    producer p(shared, {.max_block = 7s});
    outcomes told(world);
    const auto sent = world.rt->now();
    p.send({.topic = "nowhere", .value = "1"}, told.of(1));
    world.rt->run_for(2s);
    p.send({.topic = "nowhere", .value = "2", .partition = 3}, told.of(2));
    world.rt->run_for(20s);
    ASSERT_EQ(told.failed(), numbers(1, 3));
    EXPECT_EQ(told.list[0].at - sent, 7s);
    EXPECT_EQ(told.list[1].at - sent, 9s);
    const error& why = told.failure(1);
    EXPECT_EQ(why, broker_errc::unknown_topic_or_partition);
    EXPECT_EQ(why.topic(), "nowhere");
    EXPECT_EQ(told.failure(2).partition(), 3);
    EXPECT_FALSE(why.unknown_outcome());
    EXPECT_NE(why.message().find("nowhere"), std::string::npos);
}

TEST(waiting_area, an_invalid_topic_name_is_told_at_once) {
    virtual_cluster world;
    client shared = world.make_client();
    producer p(shared);
    const auto sent = world.rt->now();
    const auto refused = p.send({.topic = "no such/name", .value = "1"}).result();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), broker_errc::invalid_topic_exception);
    EXPECT_LT(world.rt->now() - sent, 1s);
}

// A name too long for the protocol would spoil the question for all the others.
TEST(waiting_area, a_name_that_cannot_be_harms_no_other_topic) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared);
    for (const std::string& name : {std::string(250, 'x'), std::string(100'000, 'x'),
                                    std::string("."), std::string(".."), std::string("a b")}) {
        const auto refused = p.send({.topic = name, .value = "1"}).result();
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error(), broker_errc::invalid_topic_exception);
        EXPECT_EQ(refused.error().topic(), name);
    }
    EXPECT_TRUE(p.send({.topic = "orders", .value = "1"}).result());
}

TEST(waiting_area, a_refusal_is_not_remembered_once_the_brokers_say_otherwise) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared);
    world.fail_next(api::metadata, broker_errc::topic_authorization_failed, 1, {.topic = "orders"});
    const auto refused = p.send({.topic = "orders", .value = "1"}).result();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), broker_errc::topic_authorization_failed);
    // Meanwhile somebody has granted the right.
    EXPECT_TRUE(p.send({.topic = "orders", .value = "2"}).result());
}

TEST(waiting_area, a_partition_that_appears_later_gets_its_records) {
    virtual_cluster world;
    world.create_topic("orders", 2);
    client shared = world.make_client();
    producer p(shared);
    p.send({.topic = "orders", .value = "known"}).get();
    auto ack = p.send({.topic = "orders", .value = "for 3", .partition = 3});
    world.rt->run_for(5s);
    EXPECT_FALSE(ack.ready());
    testing::topic& topic = *world.brokers->state.find_topic("orders");
    world.brokers->state.add_partitions(topic, {{1}, {1}});
    EXPECT_EQ(ack.get().partition, 3);
    EXPECT_EQ(world.values("orders", 3), std::vector<std::string>{"for 3"});
}

TEST(waiting_area, a_partition_that_never_appears_is_told_with_what_there_is) {
    virtual_cluster world;
    world.create_topic("orders", 2);
    client shared = world.make_client();
    producer p(shared, {.max_block = 3s});
    const auto sent = world.rt->now();
    const auto refused = p.send({.topic = "orders", .value = "1", .partition = 2}).result();
    ASSERT_FALSE(refused);
    EXPECT_EQ(world.rt->now() - sent, 3s);
    EXPECT_EQ(refused.error(), client_errc::invalid_argument);
    EXPECT_NE(refused.error().message().find("2 partitions"), std::string::npos);
    EXPECT_TRUE(p.send({.topic = "orders", .value = "1", .partition = 1}).result());
}

TEST(waiting_area, records_of_one_topic_do_not_wait_for_another) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared);
    outcomes told(world);
    const auto sent = world.rt->now();
    p.send({.topic = "nowhere", .value = "1"}, told.of(1));
    p.send({.topic = "orders", .value = "2"}, told.of(2));
    world.rt->run_for(1s);
    EXPECT_EQ(told.delivered(), numbers(2, 3));
    EXPECT_LT(told.list[0].at - sent, 100ms);
}

TEST(waiting_area, what_waits_is_charged_to_the_buffer) {
    virtual_cluster world;
    client shared = world.make_client();
    producer p(shared, {.buffer_bytes = 20'000, .when_full = when_full::fail});
    const std::string large(8000, 'v');
    outcomes told(world);
    for (int i = 0; i < 3; ++i)
        p.send({.topic = "nowhere", .value = large}, told.of(i));
    world.rt->run_for(1s);
    EXPECT_EQ(told.failed(), numbers(2, 3));
    EXPECT_EQ(told.failure(2), client_errc::buffer_full);
    world.create_topic("nowhere");
    p.flush().get();
    EXPECT_EQ(told.delivered(), numbers(0, 2));
}

// What continues there must not find the topic's locks held.
TEST(waiting_area, room_that_becomes_free_when_a_topic_is_known_may_be_used_at_once) {
    virtual_cluster world;
    client shared = world.make_client();
    producer p(shared, {.linger = 0ms, .batch_bytes = 1000, .buffer_bytes = 20'000});
    const std::string value(500, 'v');
    int sent = 0;
    while (p.try_send({.topic = "late", .value = value}))
        ++sent;
    EXPECT_GT(sent, 10);
    outcomes told(world);
    auto room = p.space_for(value.size());
    EXPECT_FALSE(room.ready());
    room.then([&](result<void> there) {
        EXPECT_TRUE(there);
        p.send({.topic = "other", .value = value}, told.of(1));
    });
    world.create_topic("late");
    world.create_topic("other");
    world.rt->run_for(10s);
    EXPECT_EQ(told.delivered(), numbers(1, 2));
    EXPECT_EQ(world.values("late").size(), static_cast<std::size_t>(sent));
}

// P21: from `send` to the report, wherever the record spends its time.
TEST(waiting_area, the_delivery_timeout_covers_the_wait_for_the_topic) {
    virtual_cluster world;
    client shared = world.make_client({.request_timeout = 2s});
    producer p(shared, {.delivery_timeout = 10s});
    outcomes told(world);
    const auto sent = world.rt->now();
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    world.rt->run_for(8s);
    world.create_topic("orders");
    world.fail_next(api::produce, broker_errc::not_enough_replicas, 1000);
    world.rt->run_for(60s);
    ASSERT_EQ(told.failed(), numbers(1, 2));
    EXPECT_EQ(told.list[0].at - sent, 10s);
}

TEST(waiting_area, linger_does_not_begin_again_when_the_topic_becomes_known) {
    virtual_cluster world;
    client shared = world.make_client();
    producer p(shared, {.linger = 5s});
    auto ack = p.send({.topic = "orders", .value = "1"});
    world.rt->run_for(6s);
    world.create_topic("orders");
    const auto created = world.rt->now();
    ack.get();
    EXPECT_LT(world.rt->now() - created, 2s);
}

// L4, KIP-580: an answer that brings nothing new is no reason to ask again at once.
TEST(waiting_area, an_unknown_topic_is_asked_for_with_growing_pauses) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared, {.max_block = 60s});
    outcomes told(world);
    p.send({.topic = "orders", .value = "0"}).get();
    const auto before = world.requests(api::metadata);
    for (int i = 0; i < 100; ++i)
        p.send({.topic = "nowhere-" + std::to_string(i), .value = "1"}, told.of(i));
    for (int i = 0; i < 600; ++i) {
        world.rt->run_for(100ms);
        p.send({.topic = "orders", .value = "more"}, {}); // life goes on beside it
    }
    world.rt->run_for(1s);
    EXPECT_EQ(told.failed().size(), 100u);
    // retry_backoff_max is 1 s, less 20 % at most.
    EXPECT_LE(world.requests(api::metadata) - before, 80);
    EXPECT_GE(world.requests(api::metadata) - before, 50);
}

TEST(waiting_area, a_topic_unused_for_long_is_known_again_when_it_is_used) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared);
    p.send({.topic = "orders", .value = "1"}).get();
    world.rt->run_for(1h); // metadata forgets topics that nobody wants (L4)
    const auto sent = world.rt->now();
    EXPECT_TRUE(p.send({.topic = "orders", .value = "2"}).result());
    EXPECT_LT(world.rt->now() - sent, 1s);
}

TEST(waiting_area, ten_thousand_partitions_get_a_record_each_under_the_default_buffer) {
    constexpr int partitions = 10'000;
    virtual_cluster world(3);
    world.create_topic("wide", partitions);
    client shared = world.make_client();
    producer p(shared, {.when_full = when_full::fail});
    int delivered = 0;
    const auto send_all = [&] {
        delivered = 0;
        for (partition_id i = 0; i < partitions; ++i)
            p.send({.topic = "wide", .value = "one record", .partition = i},
                   [&](result<record_metadata> r) { delivered += r ? 1 : 0; });
        p.flush().get();
    };
    send_all(); // by way of the waiting area
    EXPECT_EQ(delivered, partitions);
    send_all();
    EXPECT_EQ(delivered, partitions);
    for (partition_id i = 0; i < partitions; ++i)
        ASSERT_EQ(world.partition("wide", i).log().end_offset(), 2) << i;
}

} // namespace
} // namespace kcpp::producing
