// Producers with real threads and sockets, against brokers in this process.

#include "../testing/process_entries.hpp"
#include "fake/quiet.hpp"

#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace kcpp {
namespace {

using namespace std::chrono_literals;
using testing::api;
using testing::drop;
using testing::embedded_cluster;

client_options quietly_to(const embedded_cluster& brokers) {
    client_options options;
    options.bootstrap_servers = brokers.bootstrap_servers();
    options.request_timeout = 5s;
    options.logger = quiet();
    return options;
}

/// Runs `body(0)` to `body(n - 1)` at once and waits for all.
template <class Body>
void at_once(int n, Body body) {
    std::vector<std::thread> threads;
    for (int i = 0; i < n; ++i)
        threads.emplace_back([&body, i] { body(i); });
    for (std::thread& t : threads)
        t.join();
}

/// How often each record was reported.
class reports {
public:
    explicit reports(std::size_t records) : times_(records) {}

    delivery_callback of(std::size_t record) {
        return [this, record](result<record_metadata> r) {
            ++times_[record];
            ++(r ? delivered : failed);
        };
    }
    bool each_once() const {
        for (const auto& t : times_)
            if (t != 1) return false;
        return true;
    }

    std::atomic<std::size_t> delivered = 0, failed = 0;

private:
    std::vector<std::atomic<int>> times_;
};

/// What thread `t` sent as its record `i`.
std::string value_of(int t, int i) {
    return std::to_string(t) + ':' + std::to_string(i);
}

/// The records of each thread, as they first appear in the log of a partition.
std::map<int, std::vector<int>> by_thread(const embedded_cluster& brokers, partition_id p) {
    std::map<int, std::vector<int>> found;
    for (const auto& record : brokers.stored("orders", p)) {
        const auto colon = record.value->find(':');
        auto& mine = found[std::stoi(record.value->substr(0, colon))];
        const int i = std::stoi(record.value->substr(colon + 1));
        if (mine.empty() || i > mine.back())
            mine.push_back(i);
        else
            EXPECT_TRUE(std::ranges::binary_search(mine, i)) << "overtaken, not repeated";
    }
    return found;
}

constexpr int threads = 8, partitions = 6, records = 500;

void send_all(producer& p, int thread, reports& told) {
    for (int i = 0; i < records; ++i) {
        const std::string value = value_of(thread, i);
        p.send({.topic = "orders", .value = value, .partition = i % partitions},
               told.of(static_cast<std::size_t>(thread * records + i)));
    }
}

void expect_all_in_order(const embedded_cluster& brokers) {
    for (partition_id p = 0; p < partitions; ++p) {
        const auto found = by_thread(brokers, p);
        ASSERT_EQ(found.size(), std::size_t{threads});
        for (const auto& [thread, seen] : found) {
            std::vector<int> sent;
            for (int i = p; i < records; i += partitions)
                sent.push_back(i);
            EXPECT_EQ(seen, sent) << "partition " << p << ", thread " << thread;
        }
    }
}

TEST(end_to_end, eight_threads_share_a_producer) {
    embedded_cluster brokers({.brokers = 3});
    brokers.create_topic("orders", {.partitions = partitions});
    producer p(quietly_to(brokers));
    reports told(threads * records);
    at_once(threads, [&](int thread) { send_all(p, thread, told); });
    p.flush().get();
    EXPECT_TRUE(told.each_once());
    EXPECT_EQ(told.delivered, std::size_t{threads * records});
    expect_all_in_order(brokers);
}

TEST(end_to_end, eight_threads_wait_for_room_in_a_small_buffer) {
    embedded_cluster brokers({.brokers = 3});
    brokers.create_topic("orders", {.partitions = partitions});
    producer p(quietly_to(brokers), {.linger = 0ms, .batch_bytes = 500, .buffer_bytes = 8000});
    reports told(threads * records);
    at_once(threads, [&](int thread) { send_all(p, thread, told); });
    p.flush().get();
    EXPECT_TRUE(told.each_once());
    EXPECT_EQ(told.delivered, std::size_t{threads * records});
    expect_all_in_order(brokers);
}

TEST(end_to_end, nothing_is_lost_or_overtaken_while_leaders_move_and_connections_break) {
    embedded_cluster brokers({.brokers = 3});
    brokers.create_topic("orders", {.partitions = partitions, .replication_factor = 3});
    producer p(quietly_to(brokers), {.linger = 1ms, .batch_bytes = 500});
    reports told(threads * records);
    std::thread trouble([&] {
        for (int round = 0; round < 10; ++round) {
            brokers.drop_next(api::produce, drop::after_effect);
            brokers.drop_next(api::produce, drop::before_effect);
            brokers.fail_next(api::produce, broker_errc::request_timed_out);
            for (partition_id id = 0; id < partitions; ++id)
                brokers.move_leader("orders", id, 1 + (id + round) % 3);
        }
    });
    at_once(threads, [&](int thread) { send_all(p, thread, told); });
    trouble.join();
    p.flush().get();
    EXPECT_TRUE(told.each_once());
    EXPECT_EQ(told.delivered, std::size_t{threads * records});
    expect_all_in_order(brokers);
}

TEST(end_to_end, nothing_is_lost_while_a_broker_stops_and_starts) {
    embedded_cluster brokers({.brokers = 3});
    brokers.create_topic("orders", {.partitions = partitions, .replication_factor = 3});
    producer p(quietly_to(brokers), {.linger = 1ms, .batch_bytes = 500});
    reports told(threads * records);
    std::thread trouble([&] {
        for (int id : {1, 2, 3}) {
            brokers.stop_broker(id);
            p.send({.topic = "orders", .value = "999:0"}).get(); // the others have taken over
            brokers.start_broker(id);
        }
    });
    at_once(threads, [&](int thread) { send_all(p, thread, told); });
    trouble.join();
    p.flush().get();
    EXPECT_TRUE(told.each_once());
    EXPECT_EQ(told.delivered, std::size_t{threads * records});
}

/// Whatever a record meets, a batch, the waiting area or a closed door, it ends once.
TEST(end_to_end, closing_while_eight_threads_send_reports_each_record_once) {
    embedded_cluster brokers;
    brokers.create_topic("orders", {.partitions = partitions});
    client shared(quietly_to(brokers));
    for (int round = 0; round < 40; ++round) {
        producer p(shared, {.compression = compression::lz4, .linger = 0ms, .batch_bytes = 300});
        p.send({.topic = "orders", .value = "0:0"}).get();
        constexpr std::size_t each = 300;
        reports told(threads * each);
        std::latch begun(threads);
        std::thread closing([&] {
            begun.wait();
            (void)p.close(round % 2 == 0 ? 0ms : 20ms).result();
        });
        at_once(threads, [&](int thread) {
            const std::string mine = "unknown-" + std::to_string(thread);
            begun.arrive_and_wait();
            for (std::size_t i = 0; i < each; ++i) {
                const std::string fresh = mine + '-' + std::to_string(i);
                const std::string topic = i % 3 == 0 ? "orders" : i % 3 == 1 ? mine : fresh;
                p.send({.topic = topic, .value = "9:9"},
                       told.of(static_cast<std::size_t>(thread) * each + i));
            }
        });
        closing.join();
        p.flush().get(); // what was refused is told behind what was posted before
        EXPECT_TRUE(told.each_once()) << "round " << round << ": " << told.delivered << " + "
                                      << told.failed << " of " << threads * each;
    }
}

TEST(end_to_end, flush_waits_for_what_its_own_thread_has_sent) {
    embedded_cluster brokers;
    brokers.create_topic("orders", {.partitions = partitions});
    producer p(quietly_to(brokers), {.linger = 2ms});
    at_once(threads, [&](int) {
        for (int round = 0; round < 20; ++round) {
            std::atomic<int> told = 0;
            for (int i = 0; i < 10; ++i)
                p.send({.topic = "orders", .value = "9:9"}, [&](result<record_metadata> r) {
                    EXPECT_TRUE(r);
                    ++told;
                });
            p.flush().get();
            ASSERT_EQ(told, 10);
        }
    });
}

TEST(end_to_end, two_producers_on_one_thread_and_one_after_the_other) {
    embedded_cluster one, two;
    one.create_topic("orders", {.partitions = 3});
    two.create_topic("bills");
    for (int i = 0; i < 5; ++i) {
        producer a(quietly_to(one)), b(quietly_to(two));
        EXPECT_EQ(a.send({.topic = "orders", .value = "1", .partition = 2}).get().partition, 2);
        EXPECT_EQ(b.send({.topic = "bills", .value = "1"}).get().offset, 2 * i);
        EXPECT_EQ(a.send({.topic = "orders", .value = "2", .partition = 2}).get().offset,
                  2 * i + 1);
        EXPECT_EQ(b.send({.topic = "bills", .value = "2"}).get().offset, 2 * i + 1);
    }
}

TEST(end_to_end, futures_dropped_by_many_threads_are_counted) {
    embedded_cluster brokers;
    brokers.create_topic("orders");
    std::atomic<std::size_t> heard = 0;
    producer p(quietly_to(brokers), {.linger = 0ms, .on_unobserved_failure = [&](const error& why) {
                                         EXPECT_EQ(why, broker_errc::topic_authorization_failed);
                                         ++heard;
                                     }});
    p.send({.topic = "orders", .value = "1"}).get();
    brokers.fail_next(api::produce, broker_errc::topic_authorization_failed, 1'000'000);
    at_once(threads, [&](int) {
        for (int i = 0; i < 100; ++i)
            (void)p.send({.topic = "orders", .value = "1"});
    });
    const auto flushed = p.flush().result();
    ASSERT_FALSE(flushed);
    EXPECT_NE(flushed.error().message().find("800 records"), std::string::npos);
    p.close().get();
    EXPECT_EQ(heard, std::size_t{800});
}

TEST(end_to_end, a_producer_with_its_own_client_may_be_destroyed_inside_a_callback) {
    embedded_cluster brokers;
    brokers.create_topic("orders");
    for (int i = 0; i < 10; ++i) {
        auto p = std::make_unique<producer>(quietly_to(brokers), producer_options{.linger = 0ms});
        std::latch told(2);
        producer& raw = *p;
        raw.send({.topic = "orders", .value = "1"}, [&, mine = std::move(p)](auto r) mutable {
            EXPECT_TRUE(r);
            mine->send({.topic = "orders", .value = "2"}, [&](auto again) {
                EXPECT_TRUE(again);
                told.count_down();
            });
            mine.reset();
            told.count_down();
        });
        told.wait();
    }
}

TEST(end_to_end, io_goes_on_while_a_thread_waits_for_room) {
    embedded_cluster brokers;
    brokers.create_topic("orders");
    brokers.create_topic("bills");
    client shared(quietly_to(brokers));
    producer full(shared,
                  {.linger = 0ms, .batch_bytes = 500, .buffer_bytes = 3000, .max_block = 60s});
    producer free(shared, {.linger = 0ms});
    full.send({.topic = "orders", .value = "1"}).get();
    brokers.fail_next(api::produce, broker_errc::not_enough_replicas, 1'000'000,
                      {.topic = "orders"});
    std::atomic<int> told = 0;
    std::thread waiting([&] {
        for (int i = 0; i < 20; ++i)
            full.send({.topic = "orders", .value = std::string(400, 'v')}, [&](auto) { ++told; });
    });
    for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(free.send({.topic = "bills", .value = "1"}).result());
    brokers.clear_faults();
    waiting.join();
    full.flush().get();
    EXPECT_EQ(told, 20);
}

TEST(end_to_end, a_stop_wakes_a_thread_that_waits_for_room) {
    embedded_cluster brokers;
    brokers.create_topic("orders");
    client shared(quietly_to(brokers));
    producer full(shared,
                  {.linger = 0ms, .batch_bytes = 500, .buffer_bytes = 3000, .max_block = 1h});
    full.send({.topic = "orders", .value = "1"}).get();
    brokers.fail_next(api::produce, broker_errc::not_enough_replicas, 1'000'000,
                      {.topic = "orders"});
    std::stop_source stop;
    std::atomic<int> called_back = 0;
    std::thread waiting([&] {
        // Long before the last one there is no room.
        for (int i = 0; i < 20; ++i)
            full.send(
                {.topic = "orders", .value = std::string(400, 'v')},
                [&](const auto& r) {
                    if (!r && r.error() == client_errc::cancelled) ++called_back;
                },
                stop.get_token());
    });
    stop.request_stop();
    waiting.join();
    brokers.clear_faults();
    full.flush().get();
    EXPECT_GT(called_back, 0);
}

TEST(end_to_end, a_hundred_brokers_take_one_thread) {
    constexpr std::int32_t many = 100;
    embedded_cluster brokers{{.brokers = many}};
    brokers.create_topic("orders", {.partitions = many});
    const auto threads = testing::entries("/proc/self/task");
    client shared(quietly_to(brokers));
    producer p(shared);
    reports told(many);
    for (partition_id i = 0; i < many; ++i)
        p.send({.topic = "orders", .value = "v", .partition = i},
               told.of(static_cast<std::size_t>(i)));
    p.flush().get();
    EXPECT_EQ(told.delivered, many);
    EXPECT_EQ(testing::entries("/proc/self/task") - threads, 1);
    std::set<std::int32_t> leaders;
    for (const auto& each : p.partitions_for("orders").get())
        leaders.insert(each.leader);
    EXPECT_EQ(leaders.size(), many);
}

TEST(end_to_end, records_called_back_while_eight_threads_send_are_not_in_the_log) {
    constexpr int threads = 8, each = 500;
    embedded_cluster brokers;
    brokers.create_topic("orders");
    client shared(quietly_to(brokers));
    producer p(shared, {.linger = 1ms, .batch_bytes = 2000});
    std::vector<std::atomic<int>> delivered(threads * each), called_back(threads * each);
    at_once(threads, [&](int t) {
        std::stop_source stop;
        for (int i = 0; i < each; ++i) {
            const auto n = static_cast<std::size_t>(t * each + i);
            const std::string value = value_of(t, i);
            p.send(
                {.topic = "orders", .value = value},
                [&delivered, &called_back, n](const auto& r) {
                    ++(r ? delivered : called_back)[n];
                },
                stop.get_token());
            if (i % 7 == 0) std::exchange(stop, std::stop_source()).request_stop();
        }
    });
    p.flush().get();
    std::vector<int> expected(threads * each), stored(threads * each), outcomes(threads * each, 1);
    for (std::size_t n = 0; n < expected.size(); ++n) {
        expected[n] = delivered[n];
        outcomes[n] = delivered[n] + called_back[n];
    }
    for (const auto& [t, mine] : by_thread(brokers, 0))
        for (const int i : mine)
            ++stored[static_cast<std::size_t>(t * each + i)];
    EXPECT_EQ(stored, expected);
    EXPECT_EQ(outcomes, std::vector<int>(threads * each, 1));
}

} // namespace
} // namespace kcpp
