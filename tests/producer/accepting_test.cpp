// What `send` takes, and what it says when it does not.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;

TEST(accepting, a_key_decides_the_partition_as_in_java) { // K1
    virtual_cluster world(3);
    world.create_topic("orders", 12);
    client shared = world.make_client();
    producer p(shared);
    EXPECT_EQ(p.send({.topic = "orders", .key = "user-42", .value = "1"}).get().partition, 4);
    EXPECT_EQ(p.send({.topic = "orders", .key = "", .value = "1"}).get().partition, 9);
    EXPECT_EQ(
        p.send({.topic = "orders", .key = "user-42", .value = "1", .partition = 7}).get().partition,
        7);
}

TEST(accepting, a_record_may_be_forgotten_as_soon_as_send_returns) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared);
    outcomes told(world);
    std::string topic = "orders", value;
    for (int i = 0; i < 20; ++i) {
        value = "value " + std::to_string(i);
        p.send({.topic = topic, .value = value}, told.of(i));
        value.assign(value.size(), '?');
        if (i == 10) world.rt->run_for(1s);
    }
    p.flush().get();
    const auto stored = world.values("orders");
    ASSERT_EQ(stored.size(), 20u);
    for (std::size_t i = 0; i < 20; ++i)
        EXPECT_EQ(stored[i], "value " + std::to_string(i));
}

TEST(accepting, the_report_tells_place_and_time) {
    virtual_cluster world;
    world.create_topic("orders", 2);
    client shared = world.make_client();
    producer p(shared);
    p.send({.topic = "orders", .value = "0", .partition = 1}).get();
    const auto where = p.send({.topic = "orders",
                               .value = "1",
                               .partition = 1,
                               .timestamp = kcpp::timestamp(1'600'000'000'000ms)})
                           .get();
    EXPECT_EQ(where.topic, "orders");
    EXPECT_EQ(where.partition, 1);
    EXPECT_EQ(where.offset, 1);
    EXPECT_EQ(where.timestamp, kcpp::timestamp(1'600'000'000'000ms));
    const auto now = world.rt->wall_now();
    const auto dated = p.send({.topic = "orders", .value = "2", .partition = 1}).get();
    EXPECT_EQ(dated.timestamp, now) << "the time of send";
}

TEST(accepting, where_the_broker_sets_the_time_its_time_is_told) {
    virtual_cluster world;
    world.create_topic("log", 1, {{"message.timestamp.type", "LogAppendTime"}});
    client shared = world.make_client();
    producer p(shared);
    const auto where =
        p.send({.topic = "log", .value = "1", .timestamp = kcpp::timestamp(5ms)}).get();
    EXPECT_EQ(where.timestamp, world.rt->wall_now());
}

TEST(accepting, callbacks_come_on_the_io_thread_also_for_what_was_never_taken) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared);
    outcomes told(world);
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    p.send({.topic = "", .value = "2"}, told.of(2));
    p.send({.topic = "orders", .value = "3", .partition = -1}, told.of(3));
    EXPECT_TRUE(told.list.empty()) << "never inside send";
    p.flush().get();
    ASSERT_EQ(told.list.size(), 3u);
    for (const auto& each : told.list)
        EXPECT_TRUE(each.on_io_thread) << each.record;
    EXPECT_EQ(told.failure(2), client_errc::invalid_argument);
    EXPECT_EQ(told.failure(3), client_errc::invalid_argument);
    EXPECT_NE(told.failure(3).message().find("-1"), std::string::npos);
}

TEST(accepting, a_record_larger_than_a_request_may_be_is_refused) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared, {.batch_bytes = 1000, .max_request_bytes = 10'000});
    const std::string fits(9'800, 'v'), just_not(10'000, 'v'), large(10'001, 'v');
    EXPECT_TRUE(p.send({.topic = "orders", .value = fits}).result());
    for (const std::string& value : {just_not, large}) {
        const auto refused = p.send({.topic = "orders", .value = value}).result();
        ASSERT_FALSE(refused) << "with its batch around it, it is too large";
        EXPECT_EQ(refused.error(), client_errc::record_too_large);
        EXPECT_EQ(refused.error().topic(), "orders");
        EXPECT_NE(refused.error().message().find("max.request.size"), std::string::npos);
    }
    const auto by_header = p.send({.topic = "orders", .headers = {{"h", large}}}).result();
    EXPECT_EQ(by_header.error(), client_errc::record_too_large);
    const auto& batches = world.partition("orders").log().batches();
    ASSERT_EQ(batches.size(), 1u);
    EXPECT_LE(batches.front().size(), 10'000u);
}

TEST(accepting, a_record_larger_than_the_buffer_is_refused_at_once) {
    virtual_cluster world;
    world.create_topic("orders");
    client shared = world.make_client();
    producer p(shared, {.buffer_bytes = 10'000, .max_block = 60s});
    const auto sent = world.rt->now();
    const auto refused = p.send({.topic = "orders", .value = std::string(10'001, 'v')}).result();
    EXPECT_EQ(world.rt->now(), sent);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), client_errc::record_too_large);
    EXPECT_EQ(refused.error().topic(), "orders");
    EXPECT_NE(refused.error().message().find("buffer.memory"), std::string::npos);
    // Around it comes the batch, so it only fits alone.
    EXPECT_TRUE(p.send({.topic = "orders", .value = std::string(10'000, 'v')}).result());
}

TEST(accepting, a_record_that_the_broker_finds_too_large_fails_with_the_config_to_raise) {
    virtual_cluster world;
    world.create_topic("small", 1, {{"max.message.bytes", "1000"}});
    client shared = world.make_client();
    producer p(shared);
    const auto refused = p.send({.topic = "small", .value = std::string(2000, 'v')}).result();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), broker_errc::message_too_large);
    EXPECT_NE(refused.error().message().find("max.message.bytes"), std::string::npos);
    EXPECT_FALSE(refused.error().unknown_outcome());
    EXPECT_TRUE(p.send({.topic = "small", .value = "1"}).result());
}

class a_full_buffer : public ::testing::Test {
protected:
    virtual_cluster world;
    std::string large = std::string(8000, 'v');
    client shared = world.make_client();
    std::optional<producer> p;
    outcomes told{world};

    /// Two large records fit, a third does not; nothing leaves for ten seconds.
    void fill(when_full policy, std::chrono::milliseconds max_block) {
        world.create_topic("orders");
        p.emplace(shared, producer_options{.linger = 0ms,
                                           .buffer_bytes = 20'000,
                                           .max_block = max_block,
                                           .when_full = policy});
        p->send({.topic = "orders", .value = "0"}).get();
        world.add(api::produce, testing::faults::delay{10s});
        send(1);
        send(2);
    }
    void send(int record) { p->send({.topic = "orders", .value = large}, told.of(record)); }
};

TEST_F(a_full_buffer, makes_send_wait_until_there_is_room) {
    fill(when_full::wait, 60s);
    const auto before = world.rt->now();
    send(3);
    EXPECT_GT(world.rt->now() - before, 9s);
    EXPECT_LT(world.rt->now() - before, 11s);
    p->flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2, 3}));
}

// Threads are woken for many records at once, but not at the price of waiting for room that does
// not come.
TEST(accepting, a_record_is_let_in_soon_though_another_broker_holds_almost_all_room) {
    virtual_cluster world(2);
    world.create_topic("orders", 2);
    client shared = world.make_client();
    outcomes told{world};
    producer p(shared, {.linger = 0ms, .buffer_bytes = 1'000'000});
    for (partition_id i = 0; i < 2; ++i)
        p.send({.topic = "orders", .value = "first", .partition = i}).get();
    const auto send = [&](int record, partition_id to, std::size_t bytes) {
        p.send({.topic = "orders", .value = std::string(bytes, 'v'), .partition = to},
               told.of(record));
    };
    world.add(api::produce, testing::faults::delay{30s}, 1, {.broker = 1});
    world.add(api::produce, testing::faults::delay{1s}, 1, {.broker = 2});
    send(1, 0, 945'000);
    send(2, 1, 20'000);
    const auto before = world.rt->now();
    send(3, 1, 40'000);
    EXPECT_EQ(world.rt->now() - before, 1002ms);
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{2, 3, 1}));
}

TEST_F(a_full_buffer, makes_send_wait_no_longer_than_max_block) {
    fill(when_full::wait, 3s);
    const auto before = world.rt->now();
    send(3);
    EXPECT_EQ(world.rt->now() - before, 3s);
    world.rt->run_now();
    EXPECT_EQ(told.failure(3), client_errc::buffer_full);
    EXPECT_NE(told.failure(3).message().find("buffer_bytes"), std::string::npos);
    p->flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2}));
}

TEST_F(a_full_buffer, is_told_at_once_where_that_was_asked_for) {
    fill(when_full::fail, 60s);
    const auto before = world.rt->now();
    send(3);
    EXPECT_EQ(world.rt->now(), before);
    world.rt->run_now();
    EXPECT_EQ(told.failure(3), client_errc::buffer_full);
}

TEST_F(a_full_buffer, never_makes_try_send_wait) {
    fill(when_full::wait, 60s);
    const auto before = world.rt->now();
    const auto refused = p->try_send({.topic = "orders", .value = large}, told.of(3));
    EXPECT_EQ(world.rt->now(), before);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), client_errc::buffer_full);
    p->flush().get();
    EXPECT_TRUE(p->try_send({.topic = "orders", .value = "4"}, told.of(4)));
    p->flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2, 4}));
    EXPECT_TRUE(told.failed().empty()) << "what try_send refused is not told again";
}

TEST_F(a_full_buffer, is_told_at_once_on_the_io_thread) {
    fill(when_full::wait, 60s);
    std::optional<runtime::duration> took;
    world.rt->execute([&] {
        const auto before = world.rt->now();
        send(3);
        took = world.rt->now() - before;
    });
    world.rt->run_now();
    EXPECT_EQ(took, runtime::duration::zero());
    EXPECT_EQ(told.failure(3), client_errc::buffer_full);
}

TEST_F(a_full_buffer, announces_space_that_a_record_then_has) {
    fill(when_full::wait, 60s);
    bool announced = false;
    p->space_for(large.size()).then([&](result<void> room) {
        announced = room.has_value();
        EXPECT_TRUE(world.rt->on_io_thread());
        EXPECT_TRUE(p->try_send({.topic = "orders", .value = large}, told.of(3)));
    });
    world.rt->run_for(5s);
    EXPECT_FALSE(announced);
    p->flush().get();
    EXPECT_TRUE(announced);
    p->flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2, 3}));
}

/// A record takes more than its own bytes: a batch has to be opened for it, or has to grow.
TEST(space_for, counts_all_that_a_record_takes) {
    int had_room = 0;
    for (std::size_t held = 0; held < 20'000; held += 97) {
        virtual_cluster world;
        world.create_topic("orders");
        client shared = world.make_client();
        producer p(shared, {.linger = 10s, .buffer_bytes = 20'000});
        p.send({.topic = "orders", .value = "0"}, {});
        p.flush().get();
        const std::string before(held, 'b'), value(100, 'v');
        ASSERT_TRUE(p.try_send({.topic = "orders", .value = before}));
        if (!p.space_for(value.size()).ready()) continue;
        ++had_room;
        EXPECT_TRUE(p.try_send({.topic = "orders", .value = value})) << "beside " << held;
    }
    EXPECT_GT(had_room, 10);
}

TEST_F(a_full_buffer, does_not_hold_send_back_when_the_producer_is_closed) {
    fill(when_full::wait, 60s);
    const auto alarm = world.rt->make_timer();
    alarm->start_wait(world.rt->now() + 1s, [&](runtime::wait_end) { (void)p->close(30s); });
    const auto before = world.rt->now();
    send(3);
    EXPECT_EQ(world.rt->now() - before, 1s);
    world.rt->run_for(15s);
    EXPECT_EQ(told.failure(3), client_errc::closed);
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2}));
}

TEST_F(a_full_buffer, that_is_closed_lets_nobody_wait) {
    fill(when_full::wait, 60s);
    auto room = p->space_for(large.size());
    auto closing = p->close(2s);
    world.rt->run_for(3s);
    EXPECT_TRUE(closing.ready());
    ASSERT_TRUE(room.ready());
    EXPECT_EQ(room.result().error(), client_errc::closed);
    send(3);
    world.rt->run_for(0s);
    EXPECT_EQ(told.failure(3), client_errc::closed);
}

} // namespace
} // namespace kcpp::producing
