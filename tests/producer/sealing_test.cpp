// Which thread compresses what. The I/O thread has others to look after.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

#include <stop_token>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;

class sealing_test : public ::testing::Test {
protected:
    virtual_cluster world;
    client shared = world.make_client();
    outcomes told{world};
    const std::string large = std::string(3000, 'v');

    /// A producer that compresses, knows two partitions and has nothing to do.
    producer ready(producer_options options) {
        world.create_topic("orders", 2);
        if (options.compression == compression::none) options.compression = compression::zstd;
        producer p(shared, std::move(options));
        for (partition_id i = 0; i < 2; ++i)
            p.send({.topic = "orders", .value = "first", .partition = i}, {});
        p.flush().get();
        return p;
    }
    /// Three records, together large enough that compressing them takes long.
    void send_three(producer& p, partition_id to = 0) {
        for (int i = 1; i <= 3; ++i)
            p.send({.topic = "orders", .value = large, .partition = to}, told.of(i));
    }
    std::vector<offset_t> offsets() const {
        std::vector<offset_t> all;
        for (const auto& each : told.list)
            all.push_back(each.outcome.value().offset);
        return all;
    }
};

TEST_F(sealing_test, what_linger_closes_is_compressed_on_a_thread_apart) {
    producer p = ready({.linger = 50ms});
    world.rt->apart_takes(10ms);
    const auto sent = world.rt->now();
    send_three(p);
    world.rt->run_for(1s);
    EXPECT_EQ(world.rt->apart(), 1u);
    EXPECT_EQ(offsets(), (std::vector<offset_t>{1, 2, 3}));
    EXPECT_EQ(told.list[0].at - sent, 60ms);
    EXPECT_EQ(world.batches("orders"), 2u) << "the first record's, and theirs";
    EXPECT_TRUE(gives_all_back(p));
}

TEST_F(sealing_test, other_partitions_go_on_meanwhile) {
    producer p = ready({.linger = 50ms});
    world.rt->apart_takes(10s);
    const auto sent = world.rt->now();
    send_three(p);
    p.send({.topic = "orders", .value = "small", .partition = 1}, told.of(7));
    world.rt->run_for(1s);
    ASSERT_EQ(told.delivered(), std::vector<int>{7});
    EXPECT_EQ(told.list[0].at - sent, 50ms);
    world.rt->run_for(10s);
    EXPECT_EQ(told.delivered(), (std::vector<int>{7, 1, 2, 3}));
}

TEST_F(sealing_test, a_flush_waits_for_what_is_compressed_apart) {
    producer p = ready({.linger = 1min});
    world.rt->apart_takes(10ms);
    const auto sent = world.rt->now();
    send_three(p);
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(world.rt->now() - sent, 10ms);
}

TEST_F(sealing_test, what_is_small_is_compressed_at_once) {
    producer p = ready({.linger = 50ms});
    p.send({.topic = "orders", .value = "small", .partition = 0}, told.of(1));
    world.rt->run_for(1s);
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
    EXPECT_EQ(world.rt->apart(), 0u);
}

TEST_F(sealing_test, without_compression_nothing_goes_elsewhere) {
    world.create_topic("plain");
    producer p(shared, {.linger = 50ms});
    for (int i = 0; i < 3; ++i)
        p.send({.topic = "plain", .value = large}, told.of(i));
    world.rt->run_for(1s);
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 1, 2}));
    EXPECT_EQ(world.rt->apart(), 0u);
}

TEST_F(sealing_test, the_application_compresses_what_it_fills_itself) {
    producer p = ready({.linger = 1min, .batch_bytes = 8192});
    send_three(p);
    world.rt->run_for(1s);
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2}));
    EXPECT_EQ(world.rt->apart(), 0u);
}

TEST_F(sealing_test, a_callback_that_fills_a_batch_does_not_compress_it) {
    producer p = ready({.linger = 0ms, .batch_bytes = 8192});
    world.rt->apart_takes(10ms);
    const auto sent = world.rt->now();
    p.send({.topic = "orders", .value = "small", .partition = 1}, [&](auto) { send_three(p); });
    world.rt->run_for(1s);
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(told.list[0].at - sent, 10ms);
    EXPECT_EQ(world.rt->apart(), 1u) << "the third record alone is not worth it";
}

TEST_F(sealing_test, what_comes_later_does_not_overtake) {
    producer p = ready({.linger = 50ms, .batch_bytes = 16'384});
    world.rt->apart_takes(10s);
    send_three(p);
    world.rt->run_for(1s);
    for (int i = 4; i < 12; ++i) // more than a batch
        p.send({.topic = "orders", .value = large, .partition = 0}, told.of(i));
    world.rt->run_for(5s);
    EXPECT_TRUE(told.list.empty());
    world.rt->run_for(1min);
    EXPECT_EQ(offsets(), (std::vector<offset_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST_F(sealing_test, the_delivery_timeout_covers_it) {
    producer p = ready({.linger = 50ms, .delivery_timeout = 40s});
    world.rt->apart_takes(runtime::fake_runtime::forever);
    const auto sent = world.rt->now();
    send_three(p);
    world.rt->run_for(1min);
    ASSERT_EQ(told.failed(), (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(told.list[0].at - sent, 40s);
    EXPECT_EQ(told.failure(1), client_errc::timed_out) << told.failure(1).message();
    EXPECT_FALSE(told.failure(1).unknown_outcome());
    EXPECT_TRUE(gives_all_back(p));
}

TEST_F(sealing_test, close_keeps_its_deadline) {
    producer p = ready({.linger = 50ms});
    world.rt->apart_takes(runtime::fake_runtime::forever);
    const auto sent = world.rt->now();
    send_three(p);
    const auto closed = p.close(5s).result();
    EXPECT_EQ(world.rt->now() - sent, 5s);
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error(), client_errc::timed_out) << closed.error().message();
    EXPECT_EQ(told.failed(), (std::vector<int>{1, 2, 3}));
}

TEST_F(sealing_test, a_record_called_back_meanwhile_is_left_out) {
    producer p = ready({.linger = 50ms});
    world.rt->apart_takes(10s);
    std::stop_source stop;
    p.send({.topic = "orders", .value = large, .partition = 0}, told.of(1));
    p.send({.topic = "orders", .value = large, .partition = 0}, told.of(2), stop.get_token());
    p.send({.topic = "orders", .value = large, .partition = 0}, told.of(3));
    world.rt->run_for(1s);
    stop.request_stop();
    world.rt->run_for(1s);
    EXPECT_EQ(told.failed(), std::vector<int>{2});
    world.rt->run_for(1min);
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 3}));
    EXPECT_EQ(told.list[1].outcome.value().offset, 1);
    EXPECT_EQ(told.list[2].outcome.value().offset, 2);
}

} // namespace
} // namespace kcpp::producing
