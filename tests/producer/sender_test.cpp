// What leaves when, and in which request.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;

class sender_test : public ::testing::Test {
protected:
    virtual_cluster world{3};
    client shared = world.make_client();
    outcomes told{world};

    /// A producer that knows topic "orders" of that many partitions and has nothing to do.
    producer ready(producer_options options, std::int32_t partitions = 1) {
        world.create_topic("orders", partitions);
        producer p(shared, std::move(options));
        for (partition_id i = 0; i < partitions; ++i)
            p.send({.topic = "orders", .value = "first", .partition = i}, {});
        p.flush().get();
        world.rt->run_for(1min);
        return p;
    }
};

TEST_F(sender_test, a_first_record_after_silence_leaves_at_once_without_linger) {
    producer p = ready({.linger = 0ms});
    const auto before = world.rt->now();
    p.send({.topic = "orders", .value = "1"}).get();
    EXPECT_EQ(world.rt->now(), before);
}

TEST_F(sender_test, records_wait_for_others_as_long_as_linger) {
    producer p = ready({.linger = 50ms});
    const auto sent = world.rt->now();
    const auto requests = world.requests(api::produce);
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    world.rt->run_for(30ms);
    p.send({.topic = "orders", .value = "2"}, told.of(2));
    world.rt->run_for(19ms);
    EXPECT_TRUE(told.list.empty());
    world.rt->run_for(1ms);
    ASSERT_EQ(told.delivered(), (std::vector<int>{1, 2}));
    EXPECT_EQ(told.list[0].at - sent, 50ms);
    EXPECT_EQ(world.requests(api::produce) - requests, 1);
}

TEST_F(sender_test, a_full_batch_does_not_linger) {
    producer p = ready({.linger = 10s, .batch_bytes = 1000});
    const auto sent = world.rt->now();
    const std::string half(500, 'v');
    p.send({.topic = "orders", .value = half}, told.of(1));
    p.send({.topic = "orders", .value = half}, told.of(2));
    world.rt->run_now();
    ASSERT_FALSE(told.list.empty());
    EXPECT_EQ(told.list[0].at, sent);
}

/// A broker that is at work on the first batch of partition 0 for a second. Partitions 0, 3 and 6
/// are its.
class busy_broker_test : public sender_test {
protected:
    producer p = ready({.linger = 100ms, .batch_bytes = 1000}, 9);
    std::uint64_t before = left();

    void SetUp() override {
        world.add(api::produce, testing::faults::delay{1s}, 1, {.broker = 1});
        fill(0, 2);
        world.rt->run_for(1ms);
        ASSERT_EQ(left() - before, 1u);
    }
    /// Two of these records do not fit into one batch.
    void fill(partition_id which, int records) {
        for (int i = 0; i < records; ++i)
            p.send({.topic = "orders", .value = std::string(500, 'v'), .partition = which},
                   told.of(which));
    }
    /// How many batches have left.
    std::uint64_t left() const { return p.metrics().queued_batches; }
};

TEST_F(busy_broker_test, gets_a_full_batch_with_others_or_after_linger) {
    fill(3, 2);
    world.rt->run_for(10ms);
    fill(6, 2);
    world.rt->run_for(88ms);
    EXPECT_EQ(left() - before, 1u);
    const auto requests = p.metrics().brokers.at(1).requests;
    world.rt->run_for(1ms);
    EXPECT_EQ(left() - before, 4u) << "the open batch of partition 0, and one each of 3 and 6";
    world.rt->run_for(10s);
    EXPECT_EQ(told.delivered().size(), 6u);
    EXPECT_EQ(p.metrics().brokers.at(1).requests - requests, 3u)
        << "what was under way, all of the above, and what was open by then";
}

TEST_F(busy_broker_test, gets_what_would_not_fit_into_the_next_request_at_once) {
    fill(3, 3);
    world.rt->run_now();
    EXPECT_EQ(left() - before, 3u) << "one of two full ones, and the open one of partition 0";
}

TEST_F(busy_broker_test, gets_what_is_worth_a_request_at_once) {
    const std::string large(130 * 1024, 'v');
    p.send({.topic = "orders", .value = large, .partition = 3}, told.of(3));
    p.send({.topic = "orders", .value = large, .partition = 3}, told.of(3));
    world.rt->run_now();
    EXPECT_EQ(left() - before, 3u) << "the first of these, and the open one of partition 0";
}

TEST_F(busy_broker_test, does_not_hold_up_the_others) {
    fill(1, 2);
    world.rt->run_now();
    EXPECT_EQ(left() - before, 2u);
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
}

TEST_F(busy_broker_test, does_not_hold_up_flush) {
    fill(3, 1);
    auto done = p.flush();
    world.rt->run_now();
    EXPECT_EQ(left() - before, 3u);
    EXPECT_TRUE(done.result());
}

// Linger is the broker's, not the partition's: what is ready by then goes along.
TEST_F(sender_test, one_request_carries_every_partition_of_a_broker) {
    producer p = ready({.linger = 50ms}, 30);
    const auto requests = world.requests(api::produce);
    for (partition_id i = 0; i < 30; ++i) {
        p.send({.topic = "orders", .value = "v", .partition = i}, told.of(i));
        world.rt->run_for(1ms);
    }
    world.rt->run_for(25ms);
    EXPECT_EQ(told.delivered().size(), 30u);
    EXPECT_EQ(world.requests(api::produce) - requests, 3) << "one for each of three brokers";
}

TEST_F(sender_test, a_request_carries_one_batch_of_a_partition) { // P2
    producer p = ready({.linger = 0ms, .batch_bytes = 200});
    const auto requests = world.requests(api::produce);
    const std::string value(150, 'v');
    for (int i = 0; i < 5; ++i)
        p.send({.topic = "orders", .value = value}, told.of(i));
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 1, 2, 3, 4}));
    EXPECT_EQ(world.requests(api::produce) - requests, 5);
}

TEST_F(sender_test, no_request_is_larger_than_allowed) {
    producer p = ready({.linger = 5ms, .batch_bytes = 4000, .max_request_bytes = 10'000}, 30);
    const auto requests = world.requests(api::produce);
    const std::string value(3000, 'v');
    for (partition_id i = 0; i < 30; ++i)
        p.send({.topic = "orders", .value = value, .partition = i}, told.of(i));
    p.flush().get();
    EXPECT_EQ(told.delivered().size(), 30u);
    EXPECT_EQ(world.requests(api::produce) - requests, 12) << "3 batches in each, 10 to a broker";
}

TEST_F(sender_test, a_broker_has_so_many_requests_at_a_time) {
    producer p = ready(
        {.linger = 0ms, .batch_bytes = 4000, .max_request_bytes = 4000, .max_in_flight = 2}, 30);
    const std::string value(3000, 'v');
    // Brokers serve a connection in order: what arrived at one while it is held up was in flight.
    world.add(api::produce, testing::faults::delay{1s}, 1, {.broker = 1});
    const auto requests = world.requests(api::produce);
    for (partition_id i = 0; i < 30; i += 3)
        p.send({.topic = "orders", .value = value, .partition = i}, told.of(i));
    world.rt->run_for(500ms);
    EXPECT_EQ(world.requests(api::produce) - requests, 1);
    EXPECT_EQ(p.flush().result().has_value(), true);
    EXPECT_EQ(told.delivered().size(), 10u);
}

/// A partition that always has more to send must not keep the others from it.
TEST_F(sender_test, a_busy_partition_does_not_starve_another) {
    producer p = ready(
        {.linger = 0ms, .batch_bytes = 4000, .max_request_bytes = 4000, .max_in_flight = 1}, 6);
    const std::string value(3000, 'v');
    int busy = 0;
    // Partitions 0 and 3 have the same leader. Each report of 0 sends the next record.
    std::function<void()> send_next = [&] {
        if (++busy > 100) return;
        p.send({.topic = "orders", .value = value, .partition = 0},
               [&](result<record_metadata>) { send_next(); });
    };
    send_next();
    p.send({.topic = "orders", .value = value, .partition = 3}, [&](result<record_metadata> r) {
        EXPECT_TRUE(r);
        EXPECT_LE(busy, 5) << "it had to wait behind so many";
        told.of(3)(std::move(r));
    });
    world.rt->run_until([&] { return busy > 100; });
    world.rt->run_for(1s);
    EXPECT_EQ(told.delivered(), std::vector<int>{3});
    p.close().get();
}

TEST_F(sender_test, flush_sends_what_is_open_and_only_that) {
    producer p = ready({.linger = 10s});
    const auto before = world.rt->now();
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    auto flushed = p.flush();
    p.send({.topic = "orders", .value = "2"}, told.of(2));
    flushed.get();
    EXPECT_EQ(world.rt->now(), before);
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
    world.rt->run_for(9s);
    EXPECT_EQ(told.delivered(), std::vector<int>{1}) << "what came later lingers";
    world.rt->run_for(1s);
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2}));
}

TEST_F(sender_test, a_partition_without_leader_waits_and_asks_with_pauses) {
    producer p = ready({.linger = 0ms}, 3);
    const auto lost = world.partition("orders", 1).leader();
    world.brokers->stop_broker(lost);
    p.send({.topic = "orders", .value = "for nobody", .partition = 1}, told.of(1));
    p.send({.topic = "orders", .value = "for another", .partition = 0}, told.of(0));
    const auto before = world.requests(api::metadata);
    world.rt->run_for(60s);
    EXPECT_EQ(told.delivered(), std::vector<int>{0});
    EXPECT_LE(world.requests(api::metadata) - before, 300);
    EXPECT_GE(world.requests(api::metadata) - before, 40);
    world.brokers->start_broker(lost);
    const auto back = world.rt->now();
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 1}));
    EXPECT_LT(world.rt->now() - back, 3s);
}

TEST_F(sender_test, a_dead_broker_is_not_stormed) {
    producer p = ready({.linger = 0ms}, 3);
    for (int id = 1; id <= 3; ++id)
        world.brokers->stop_broker(id);
    for (partition_id i = 0; i < 3; ++i)
        p.send({.topic = "orders", .value = "v", .partition = i}, told.of(i));
    const auto before = world.rt->connects().size();
    world.rt->run_for(60s);
    // Each of three brokers, at its own pace (C7), for two purposes, and the bootstrap servers.
    EXPECT_LE(world.rt->connects().size() - before, 60u * 12);
    for (int id = 1; id <= 3; ++id)
        world.brokers->start_broker(id);
    const auto back = world.rt->now();
    p.flush().get();
    EXPECT_EQ(told.delivered().size(), 3u);
    EXPECT_LT(world.rt->now() - back, 4s);
}

TEST_F(sender_test, nothing_to_do_is_no_work) {
    producer p = ready({.linger = 0ms});
    const auto produced = world.requests(api::produce), asked = world.requests(api::metadata);
    world.rt->run_for(10min);
    EXPECT_EQ(world.requests(api::produce), produced);
    EXPECT_LE(world.requests(api::metadata) - asked, 3) << "metadata_max_age is 5 minutes";
}

// KAFKA-19012: what had expired was reused while it was being written, and the broker stored
// another record under the first one's checksum and name.
TEST_F(sender_test, memory_that_is_being_written_stays_until_the_write_has_ended) {
    producer p = ready({.linger = 0ms, .batch_bytes = 1000});
    const std::string large(50'000, 'x');
    world.rt->wires().stalled = true;
    p.send({.topic = "orders", .value = large}, told.of(1));
    world.rt->run_now();
    (void)p.close(0ms).result();
    EXPECT_TRUE(told.failure(1).unknown_outcome());
    // Whoever gets the memory now writes into it.
    std::vector<std::string> others;
    for (int i = 0; i < 100; ++i)
        others.emplace_back(large.size() - static_cast<std::size_t>(i), 'o');
    world.rt->wires().resume_writes();
    world.rt->run_for(1s);
    EXPECT_EQ(world.values("orders").back() == large, true);
}

} // namespace
} // namespace kcpp::producing
