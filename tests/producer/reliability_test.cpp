// What has gone wrong in other clients, by class and by their issues' numbers. A: the identity of a
// batch; B: order; C: memory. The rest of these classes is beside what it is about: grep for the
// numbers. docs/testing.md lists which mutant each of them sees.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;
using testing::drop;
using strings = std::vector<std::string>;
using pairs = std::vector<std::pair<int, int>>;

class reliability : public ::testing::Test {
protected:
    /// A producer that sends each record at once and alone.
    producer hasty(producer_options options = {}) {
        options.linger = 0ms;
        options.batch_bytes = 62;
        return producer(shared, std::move(options));
    }
    void send(producer& p, int number, partition_id to = 0) {
        p.send({.topic = "orders", .value = std::to_string(number), .partition = to},
               told.of(number));
    }
    /// Producer epoch and first sequence number of every batch.
    pairs numbers(partition_id p = 0) {
        pairs all;
        for (const auto& batch : world.partition("orders", p).log().batches())
            all.emplace_back(batch.header.producer_epoch, batch.header.base_sequence);
        return all;
    }

    virtual_cluster world{3, {.broker_session_timeout = 3s}};
    client shared = world.make_client({.request_timeout = 2s});
    outcomes told{world};
};

// After a local timeout one partition takes a new epoch: the others' batches that may be written
// must not be sent under it.
TEST_F(reliability, A_librdkafka_4953_nothing_is_stored_twice_when_most_brokers_freeze) {
    constexpr partition_id partitions = 6;
    world.create_topic("orders", partitions, {{"min.insync.replicas", "2"}}, 3);
    producer p = hasty({.delivery_timeout = 10s});
    int sent = 0;
    for (const auto frozen : {4s, 12s, 6s, 11s, 9s, 12s}) {
        for (int id = 1; id <= 2; ++id)
            world.brokers->freeze_broker(id);
        for (auto passed = 0s; passed < frozen; passed += 1s) {
            for (int i = 0; i < 20; ++i, ++sent)
                send(p, sent, sent % partitions);
            world.rt->run_for(1s);
        }
        for (int id = 1; id <= 2; ++id)
            world.brokers->thaw_broker(id);
        world.rt->run_for(15s);
    }
    p.flush().get();
    ASSERT_EQ(told.list.size(), static_cast<std::size_t>(sent));
    std::map<int, int> times;
    for (partition_id i = 0; i < partitions; ++i)
        for (const auto& value : world.values("orders", i))
            ++times[std::stoi(value)];
    for (const auto& entry : told.list) {
        const int stored = times[entry.record];
        if (entry.outcome)
            EXPECT_EQ(stored, 1) << entry.record;
        else if (entry.outcome.error().unknown_outcome())
            EXPECT_LE(stored, 1) << entry.record;
        else
            EXPECT_EQ(stored, 0) << entry.record << " was reported as not written";
    }
}

// A restarting broker says that there is no such topic. Whoever forgets the partition's numbers
// over that begins at 0 again, and what follows is dropped as a duplicate and reported as
// delivered.
TEST_F(reliability, A_librdkafka_3712_numbers_go_on_when_metadata_had_lost_the_topic) {
    world.create_topic("orders");
    producer p = hasty();
    for (int i = 0; i < 500; ++i)
        send(p, i);
    p.flush().get();
    world.fail_next(api::metadata, broker_errc::unknown_topic_or_partition, 1'000'000,
                    {.topic = "orders"});
    world.fail_next(api::produce, broker_errc::not_leader_or_follower);
    send(p, 500);
    world.rt->run_for(30s);
    world.brokers->faults.clear();
    send(p, 501);
    p.flush().get();
    const auto all = numbers();
    EXPECT_EQ(pairs(all.end() - 2, all.end()), (pairs{{0, 500}, {0, 501}}));
    EXPECT_EQ(told.delivered().size(), 502u);
    EXPECT_EQ(world.values("orders").size(), 502u);
}

// The connection is cut after the request was sent, once before and once after it took effect.
TEST_F(reliability, A_librdkafka_4438_a_lost_answer_is_asked_for_with_the_same_numbers) {
    world.create_topic("orders");
    producer p = hasty();
    for (const auto when : {drop::before_effect, drop::after_effect, drop::before_effect}) {
        world.add(api::produce, when);
        for (int i = 0; i < 3; ++i)
            send(p, static_cast<int>(told.list.size()) + i);
        p.flush().get();
    }
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(world.values("orders"), (strings{"0", "1", "2", "3", "4", "5", "6", "7", "8"}));
    EXPECT_EQ(numbers().back(), std::pair(0, 8));
}

// A broker was away for a little longer than the delivery timeout.
TEST_F(reliability, nothing_is_given_up_long_before_its_time_with_what_was_sent_before_it) {
    world.create_topic("orders");
    producer p(shared, {.linger = 0ms, .delivery_timeout = 10s});
    p.send({.topic = "orders", .value = "first"}).get();
    const auto lost = world.partition("orders").leader();
    world.brokers->stop_broker(lost);
    std::vector<runtime::time_point> sent;
    for (int i = 0; i < 55; ++i) {
        sent.push_back(world.rt->now());
        p.send({.topic = "orders", .value = std::to_string(i)}, told.of(i));
        world.rt->run_for(200ms);
    }
    const auto late = told.failed();
    EXPECT_GE(late.size(), 5u);
    EXPECT_LE(late.size(), 9u);
    for (const auto& each : told.list) {
        const auto age = each.at - sent[static_cast<std::size_t>(each.record)];
        EXPECT_LE(age, 10s) << each.record;
        EXPECT_GE(age, 9500ms) << each.record;
    }
    world.brokers->start_broker(lost);
    p.flush().get();
    EXPECT_EQ(told.failed(), late);
    EXPECT_EQ(told.delivered().size(), 55 - late.size());
}

// Of four records two expire before they were ever sent: those behind them leave no hole.
TEST_F(reliability, A_librdkafka_2163_what_expired_unsent_takes_no_number) {
    world.create_topic("orders");
    producer p = hasty({.delivery_timeout = 10s});
    send(p, 0);
    p.flush().get();
    world.brokers->stop_broker(world.partition("orders").leader());
    world.rt->run_now();
    send(p, 1);
    send(p, 2);
    world.rt->run_for(7s);
    send(p, 3);
    send(p, 4);
    world.rt->run_for(4s);
    EXPECT_EQ(told.failed(), (std::vector<int>{1, 2}));
    for (int id = 1; id <= 3; ++id)
        world.brokers->start_broker(id);
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 3, 4}));
    EXPECT_EQ(numbers(), (pairs{{0, 0}, {0, 1}, {0, 2}}));
}

// A partition could not be written for a minute; the same producer writes it once that is over.
TEST_F(reliability, A_librdkafka_3584_a_partition_is_written_within_seconds_of_being_well_again) {
    world.create_topic("orders", 2, {{"min.insync.replicas", "3"}}, 3);
    producer p = hasty({.delivery_timeout = 20s});
    send(p, 0);
    p.flush().get();
    const auto other = 1 + world.partition("orders").leader() % 3;
    world.brokers->stop_broker(other);
    for (int i = 1; i <= 60; ++i) {
        send(p, i);
        world.rt->run_for(1s);
    }
    world.brokers->start_broker(other);
    world.rt->run_until([&] { return world.partition("orders").in_sync().size() == 3; });
    const auto well = world.rt->now();
    send(p, 61);
    p.flush().get();
    EXPECT_EQ(told.delivered().back(), 61);
    EXPECT_LT(world.rt->now() - well, 5s);
    EXPECT_EQ(told.failed().front(), 1);
}

// The controller names a leader before that one knows of it; so it answers for a while.
TEST_F(reliability, a_leader_that_does_not_know_yet_is_asked_again_soon) {
    world.create_topic("orders", 1, {}, 3);
    producer p = hasty({.delivery_timeout = 20s});
    send(p, 0);
    p.flush().get();
    world.fail_next(api::produce, broker_errc::not_leader_or_follower, 6);
    const auto before = world.rt->now();
    send(p, 1);
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 1}));
    EXPECT_LE(world.rt->now() - before, 6 * 300ms);
}

// A broker that forgot the producer may refuse a later batch before an earlier one that is in
// doubt.
TEST_F(reliability, A_platformatic_309_the_first_batch_decides_whether_a_new_epoch_begins) {
    world.create_topic("orders");
    producer p = hasty();
    send(p, 0);
    p.flush().get();
    // Of the first the answer is lost; the second is refused; both are under way together.
    world.add(api::produce, drop::after_effect);
    world.fail_next(api::produce, broker_errc::out_of_order_sequence_number);
    for (int i = 1; i <= 3; ++i)
        send(p, i);
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 1, 2, 3}));
    EXPECT_EQ(world.values("orders"), (strings{"0", "1", "2", "3"}));
    EXPECT_EQ(numbers().front(), std::pair(0, 0));
}

// The connection is lost between two batches while the fate of the first one is open, and one may
// be in flight only.
TEST_F(reliability, B_KAFKA_3197_one_in_flight_keeps_the_order_over_reconnects) {
    world.create_topic("orders");
    for (const bool idempotent : {true, false}) {
        producer p = hasty({.idempotence = idempotent, .max_in_flight = 1});
        const auto before = world.values("orders").size();
        for (int i = 0; i < 40; ++i) {
            if (i % 8 == 3) world.add(api::produce, drop::before_effect);
            if (i % 8 == 6) world.fail_next(api::produce, broker_errc::not_leader_or_follower);
            send(p, i);
            if (i % 5 == 0) world.rt->run_for(1ms);
        }
        p.flush().get();
        const auto all = world.values("orders");
        strings expected;
        for (int i = 0; i < 40; ++i)
            expected.push_back(std::to_string(i));
        EXPECT_EQ(strings(all.begin() + static_cast<std::ptrdiff_t>(before), all.end()), expected)
            << (idempotent ? "idempotent" : "not idempotent");
    }
}

// The leader moves while what failed waits for its next try.
TEST_F(reliability, B_librdkafka_1092_order_is_kept_when_the_leader_moves_in_the_pause) {
    world.create_topic("orders", 1, {}, 3);
    for (const int in_flight : {1, 5}) {
        for (const bool idempotent : {true, false}) {
            producer p = hasty({.idempotence = idempotent, .max_in_flight = in_flight});
            const auto before = world.values("orders").size();
            for (int i = 0; i < 60; ++i) {
                // The leader knows this producer, and takes five at a time.
                if (i % 10 == 1) world.rt->run_for(5s);
                if (i % 10 == 1) world.fail_next(api::produce, broker_errc::not_enough_replicas);
                send(p, i);
                if (i % 10 != 9) continue;
                world.rt->run_for(20ms); // the first one is refused, and waits
                auto& orders = world.partition("orders");
                world.brokers->move_leader(orders, 1 + orders.leader() % 3);
            }
            p.flush().get();
            const auto all = world.values("orders");
            strings expected;
            for (int i = 0; i < 60; ++i)
                expected.push_back(std::to_string(i));
            EXPECT_EQ(strings(all.begin() + static_cast<std::ptrdiff_t>(before), all.end()),
                      expected)
                << in_flight << (idempotent ? " idempotent" : "");
        }
    }
}

// What is known of a topic is used while the topic goes and comes back as another.
TEST_F(reliability, C_librdkafka_4964_a_topic_may_be_deleted_and_created_again_under_load) {
    producer p = hasty({.delivery_timeout = 60s, .max_block = 60s});
    constexpr int times = 200;
    for (int i = 0; i < times; ++i) {
        world.create_topic("orders", 1 + i % 3);
        send(p, 2 * i);
        world.rt->run_for(std::chrono::milliseconds(i % 40));
        send(p, 2 * i + 1);
        world.brokers->state.delete_topic("orders");
        world.rt->run_for(std::chrono::milliseconds(i % 7));
    }
    world.create_topic("orders", 3);
    p.flush().get();
    EXPECT_EQ(told.list.size(), 2u * times);
    send(p, 2 * times);
    p.flush().get();
    EXPECT_EQ(told.delivered().back(), 2 * times);
    EXPECT_TRUE(gives_all_back(p));
}

// Headers, keys and all, to places that are not there: refused without a trace.
TEST_F(reliability, C_librdkafka_4627_what_is_refused_leaves_nothing_behind) {
    world.create_topic("orders");
    producer p = hasty({.delivery_timeout = 5s, .max_block = 1s});
    const std::string bytes(2000, 'x');
    const std::vector<header> headers{{"a", bytes}, {"b", nullptr}};
    const std::vector<std::pair<std::string, std::optional<partition_id>>> places{
        {"orders", 7}, {"orders", -1}, {"nowhere", {}}, {"nowhere", 3}, {"", {}}, {"a b", {}}};
    for (const auto& [topic, partition] : places) {
        const producer_record record{.topic = topic,
                                     .key = bytes,
                                     .value = bytes,
                                     .headers = headers,
                                     .partition = partition};
        EXPECT_FALSE(p.send(record).result()) << topic;
        p.send(record, told.of(1));
        p.send(record, delivery_callback());
    }
    EXPECT_FALSE(p.flush().result());
    EXPECT_EQ(told.failed().size(), places.size());
    EXPECT_TRUE(gives_all_back(p));
}

} // namespace
} // namespace kcpp::producing
