// Every operation of the consumer as programs write it, blocking and in a coroutine of a type that
// kcpp has never seen. Run under the address sanitizer: records are views into what was fetched.

#include "eager.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kcpp::client_errc;
using kcpp::topic_partition;
using texts = std::vector<std::string>;

const topic_partition first{"orders", 0};
const topic_partition second{"orders", 1};
/// Too long for a string to hold it inside.
const std::string long_text(200, 'x');

class consumer_calls : public testing::Test {
protected:
    consumer_calls() { cluster.create_topic("orders", {.partitions = 2}); }

    /// Records "0", "1" … with their times in milliseconds.
    void fill(const topic_partition& place, int records) {
        kcpp::producer producer(here);
        for (int i = 0; i < records; ++i)
            producer.send({.topic = place.topic,
                           .key = "k" + long_text,
                           .value = std::to_string(i),
                           .headers = {{"n", "1"}, {"n", std::to_string(i)}, {"none", nullptr}},
                           .partition = place.partition,
                           .timestamp = kcpp::timestamp(std::chrono::milliseconds(i))});
        producer.flush().get();
    }

    /// Without a group, on `first`.
    kcpp::consumer reader() {
        kcpp::consumer made(here, {.offset_reset = kcpp::offset_reset::earliest});
        made.assign({first});
        return made;
    }
    kcpp::consumer_options member_options() const {
        return {.group_id = "billing",
                .offset_reset = kcpp::offset_reset::earliest,
                .auto_commit = false};
    }

    kcpp::testing::embedded_cluster cluster;
    const kcpp::client_options here{.bootstrap_servers = cluster.bootstrap_servers()};
};

/// Polls until there is something.
kcpp::consumer_batch some(kcpp::consumer& consumer) {
    for (int tries = 0; tries < 100; ++tries)
        if (auto batch = consumer.poll(1s).value(); !batch.empty()) return batch;
    throw std::runtime_error("nothing came");
}

/// Polls until the position in `first` has been looked up.
kcpp::offset_t found_position(kcpp::consumer& consumer) {
    for (int tries = 0; tries < 1000; ++tries) {
        if (const auto position = consumer.position(first)) return *position;
        EXPECT_TRUE(consumer.poll(10ms).value().empty());
    }
    throw std::runtime_error("the position was never found");
}

texts read(kcpp::consumer& consumer, std::size_t records) {
    texts values;
    while (values.size() < records)
        for (const auto& record : some(consumer))
            values.push_back(record.value().to_string());
    return values;
}

texts numbers(int begin, int end) {
    texts list;
    for (int i = begin; i < end; ++i)
        list.push_back(std::to_string(i));
    return list;
}

} // namespace

// Record by record

TEST_F(consumer_calls, give_records_one_by_one) {
    fill(first, 3);
    kcpp::consumer consumer = reader();
    texts values;
    for (const kcpp::consumer_record& record : consumer.records()) {
        EXPECT_EQ(record.topic(), "orders");
        EXPECT_EQ(record.partition(), 0);
        EXPECT_EQ(record.key().text(), "k" + long_text);
        EXPECT_EQ(record.timestamp(), kcpp::timestamp(std::chrono::milliseconds(record.offset())));
        EXPECT_EQ(record.headers().size(), 3U);
        EXPECT_EQ(record.headers().find("n")->text(), record.value().text());
        EXPECT_TRUE(record.headers().find("none")->is_null());
        EXPECT_FALSE(record.headers().find("other"));
        values.push_back(record.value().to_string());
        if (values.size() == 3) break;
    }
    EXPECT_EQ(values, numbers(0, 3));
}

TEST_F(consumer_calls, give_the_record_again_whose_loop_was_broken_off) {
    fill(first, 6);
    kcpp::consumer consumer = reader();
    for (const auto& record : consumer.records())
        if (record.offset() == 2) break;
    EXPECT_EQ(consumer.position(first), 2);
    try {
        for (const auto& record : consumer.records()) {
            EXPECT_GE(record.offset(), 2);
            if (record.offset() == 4) throw std::runtime_error("the application's own");
        }
    } catch (const std::runtime_error&) {
    }
    EXPECT_EQ(read(consumer, 2), numbers(4, 6));
}

TEST_F(consumer_calls, end_the_loop_when_stopped_or_woken) {
    fill(first, 2);
    kcpp::consumer consumer = reader();
    std::stop_source stop;
    std::jthread stopper;
    int seen = 0;
    for (const auto& record : consumer.records(stop.get_token())) {
        ++seen;
        if (record.offset() == 1) stopper = std::jthread([&] { stop.request_stop(); });
    }
    EXPECT_EQ(seen, 2);
    for (const auto& record : consumer.records(stop.get_token()))
        FAIL() << record.offset();

    std::jthread other([&] { consumer.wake(); });
    for (const auto& record : consumer.records())
        FAIL() << record.offset();
}

// Batch by batch

TEST_F(consumer_calls, give_batches_that_hold_what_they_show) {
    fill(first, 3);
    std::optional<kcpp::consumer_batch> kept;
    std::vector<kcpp::owned_record> owned;
    {
        kcpp::consumer consumer = reader();
        kept = some(consumer);
        for (const auto& record : *kept)
            owned.push_back(record.to_owned());
        EXPECT_TRUE(consumer.poll(0ms).value().empty());
    }
    texts values;
    for (const auto& record : *kept)
        values.push_back(record.value().to_string());
    EXPECT_EQ(values, numbers(0, 3));
    EXPECT_EQ(kept->size(), 3U);
    EXPECT_EQ(kept->next_offsets(),
              (kcpp::offsets{{first, {3, kept->next_offsets().at(first).leader_epoch}}}));
    kept.reset();
    ASSERT_EQ(owned.size(), 3U);
    EXPECT_EQ(owned[2].topic, "orders");
    EXPECT_EQ(owned[2].key, "k" + long_text);
    EXPECT_EQ(owned[2].headers, (kcpp::headers{{"n", "1"}, {"n", "2"}, {"none", nullptr}}));
}

TEST_F(consumer_calls, let_a_loop_hold_the_batch_it_runs_over) {
    fill(first, 3);
    kcpp::consumer consumer = reader();
    int seen = 0;
    while (seen < 3)
        for (const auto& record : consumer.poll(1s).value())
            EXPECT_EQ(record.value().text(), std::to_string(seen++));
}

TEST_F(consumer_calls, return_from_poll_when_woken) {
    kcpp::consumer consumer = reader();
    consumer.wake();
    EXPECT_TRUE(consumer.poll(1h).value().empty());
    std::jthread other([&] { consumer.wake(); });
    EXPECT_TRUE(consumer.poll(1h).value().empty());
}

// Positions

TEST_F(consumer_calls, move_positions) {
    fill(first, 5);
    kcpp::consumer consumer = reader();
    EXPECT_EQ(consumer.assignment(), std::vector{first});
    consumer.seek(first, 3).value();
    EXPECT_EQ(consumer.position(first), 3);
    EXPECT_EQ(read(consumer, 2), numbers(3, 5));
    EXPECT_EQ(consumer.position(first), 5);
    EXPECT_EQ(consumer.lag(first), 0);
    consumer.seek_to_beginning({first}).value();
    EXPECT_EQ(read(consumer, 5), numbers(0, 5));
    consumer.seek_to_time({first}, kcpp::timestamp(3ms)).value();
    EXPECT_EQ(read(consumer, 2), numbers(3, 5));
    consumer.seek_to_end({first}).value();
    EXPECT_EQ(found_position(consumer), 5);
    fill(first, 1);
    EXPECT_EQ(read(consumer, 1), numbers(0, 1));
}

TEST_F(consumer_calls, hold_back_what_is_paused) {
    fill(first, 3);
    fill(second, 1);
    kcpp::consumer consumer = reader();
    consumer.assign({first, second});
    consumer.pause({first}).value();
    for (const auto& record : some(consumer))
        EXPECT_EQ(record.partition(), 1);
    consumer.resume({first}).value();
    EXPECT_EQ(read(consumer, 3), numbers(0, 3));
}

TEST_F(consumer_calls, name_the_partition_that_is_not_assigned) {
    kcpp::consumer consumer = reader();
    const auto sought = consumer.seek(second, 0);
    ASSERT_FALSE(sought);
    EXPECT_EQ(sought.error().topic(), "orders") << sought.error().message();
    EXPECT_EQ(sought.error().partition(), 1);
    EXPECT_FALSE(consumer.pause({second}));
    EXPECT_FALSE(consumer.resume({second}));
    EXPECT_FALSE(consumer.seek_to_end({second}));
    EXPECT_FALSE(consumer.seek_to_time({second}, kcpp::timestamp(1ms)));
    EXPECT_EQ(consumer.position(second), std::nullopt);
    EXPECT_EQ(consumer.lag(second), std::nullopt);
}

// Questions to the brokers, in braces and in a coroutine

TEST_F(consumer_calls, look_offsets_up) {
    fill(first, 5);
    kcpp::consumer consumer(here);
    EXPECT_EQ(consumer.beginning_offsets({first, second}).get().at(first).offset, 0);
    EXPECT_EQ(consumer.end_offsets({{"orders", 0}, {"orders", 1}}).get().at(first).offset, 5);
    EXPECT_EQ(consumer.partitions_for("orders").get().at(1).leader, 1);
    const auto found =
        consumer.offsets_for_times({{first, kcpp::timestamp(2ms)}, {second, kcpp::timestamp(2ms)}})
            .get();
    EXPECT_EQ(found.at(first).offset, 2);
    EXPECT_EQ(found.count(second), 0U);
}

namespace {

calls::eager look_up_and_commit(kcpp::consumer& consumer) {
    const std::vector<topic_partition> both{first, second};
    const auto begin = co_await consumer.beginning_offsets(both);
    EXPECT_EQ(begin.at(first).offset, 0);
    // With g++ 12 braces stand in a line before the one with co_await.
    auto asked = consumer.end_offsets({{"orders", 0}, {"orders", 1}});
    const auto end = co_await asked;
    EXPECT_EQ(end.at(first).offset, 5);
    const auto partitions = co_await consumer.partitions_for("orders");
    EXPECT_EQ(partitions.size(), 2U);
    const std::vector<std::pair<topic_partition, kcpp::timestamp>> times{
        {first, kcpp::timestamp(2ms)}};
    const auto found = co_await consumer.offsets_for_times(times);
    EXPECT_EQ(found.at(first).offset, 2);

    kcpp::offsets next;
    next[first] = {3, -1, long_text};
    co_await consumer.commit(next);
    const auto committed = co_await consumer.committed(both);
    EXPECT_EQ(committed, next);
    co_await consumer.commit();
}

} // namespace

TEST_F(consumer_calls, look_offsets_up_and_commit_in_a_coroutine) {
    fill(first, 5);
    kcpp::consumer consumer(here, member_options());
    look_up_and_commit(consumer).wait();
    EXPECT_EQ(cluster.committed("billing").at(first).offset, 3);
}

// Commits

TEST_F(consumer_calls, commit_a_batch_a_record_everything_or_what_is_named) {
    fill(first, 4);
    kcpp::consumer consumer(here, member_options());
    consumer.subscribe({"orders"});
    const auto batch = some(consumer);
    for (const auto& record : batch) {
        consumer.commit(record).get();
        EXPECT_EQ(cluster.committed("billing").at(first).offset, record.offset() + 1);
    }
    consumer.commit({{{"orders", 0}, 1}}).get();
    EXPECT_EQ(consumer.committed({{"orders", 0}}).get().at(first).offset, 1);
    consumer.commit(batch).get();
    EXPECT_EQ(cluster.committed("billing").at(first).offset, 4);
    consumer.commit({{first, 2}, {second, 0}}).get();
    consumer.commit().get();
    EXPECT_EQ(cluster.committed("billing").at(first).offset, 4);
}

TEST_F(consumer_calls, commit_by_themselves_what_was_done_when_closed) {
    fill(first, 4);
    auto options = member_options();
    options.auto_commit = true;
    kcpp::consumer consumer(here, options);
    consumer.subscribe({"orders"});
    EXPECT_EQ(read(consumer, 4), numbers(0, 4));
    consumer.close().value();
    EXPECT_EQ(cluster.committed("billing").at(first).offset, 4);
}

TEST_F(consumer_calls, commit_nothing_that_is_still_held) {
    fill(first, 4);
    auto options = member_options();
    options.auto_commit = true;
    kcpp::consumer consumer(here, options);
    consumer.subscribe({"orders"});
    const auto held = some(consumer);
    consumer.close().value();
    EXPECT_EQ(cluster.committed("billing").count(first), 0U);
}

TEST_F(consumer_calls, give_futures_that_outlive_the_consumer) {
    fill(first, 4);
    kcpp::future<void> committed;
    kcpp::future<kcpp::offsets> ends;
    {
        kcpp::consumer consumer(here, member_options());
        consumer.subscribe({"orders"});
        const auto batch = some(consumer);
        committed = consumer.commit(batch);
        ends = consumer.end_offsets({first});
    }
    const auto told = committed.result();
    EXPECT_TRUE(told || told.error() == client_errc::closed) << told.error().message();
    const auto found = ends.result();
    EXPECT_TRUE(found || found.error() == client_errc::closed) << found.error().message();
}

// Groups

TEST_F(consumer_calls, run_handlers_as_partitions_come_and_go) {
    fill(first, 2);
    texts told;
    const auto note = [&](const char* what) {
        return [&told, what](kcpp::rebalance_scope& scope) {
            told.push_back(what + std::to_string(scope.partitions().size()));
        };
    };
    kcpp::consumer consumer(here, member_options());
    consumer.subscribe(
        {"orders"},
        {.assigned = note("assigned "), .revoked = note("revoked "), .lost = note("lost ")});
    read(consumer, 2);
    EXPECT_EQ(told, texts{"assigned 2"});
    EXPECT_EQ(consumer.assignment(), (std::vector{first, second}));
    consumer.unsubscribe().value();
    EXPECT_EQ(told, (texts{"assigned 2", "revoked 2"}));
    EXPECT_TRUE(consumer.assignment().empty());
    consumer.close().value();
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(consumer_calls, subscribe_to_names_and_to_patterns) {
    fill(first, 2);
    for (const auto protocol : {kcpp::group_protocol::classic, kcpp::group_protocol::automatic}) {
        auto options = member_options();
        options.group_protocol = protocol;
        kcpp::consumer consumer(here, options);
        bool assigned = false;
        consumer.subscribe(kcpp::topic_pattern("order[a-z]"),
                           {.assigned = [&](auto&) { assigned = true; }});
        EXPECT_EQ(read(consumer, 2), numbers(0, 2));
        EXPECT_TRUE(assigned);
        consumer.unsubscribe().value();
        const kcpp::topic_pattern pattern("(orders|bills)(-.*)?");
        EXPECT_EQ(pattern.expression(), "(orders|bills)(-.*)?");
        consumer.subscribe(pattern);
        EXPECT_EQ(read(consumer, 2), numbers(0, 2));
        consumer.unsubscribe().value();
        const std::string name = "orders";
        consumer.subscribe({name, "bills"});
        EXPECT_EQ(read(consumer, 2), numbers(0, 2));
        consumer.subscribe(texts{name});
        EXPECT_THROW(consumer.subscribe(kcpp::topic_pattern("orders-(")), kcpp::kafka_error);
        EXPECT_THROW(consumer.subscribe({}), kcpp::kafka_error);
        consumer.close().value();
    }
}

TEST_F(consumer_calls, let_handlers_commit_seek_and_pause) {
    fill(first, 4);
    {
        kcpp::consumer consumer(here, member_options());
        consumer.subscribe({"orders"},
                           {.assigned = [](auto& scope) { scope.seek(first, 2).value(); },
                            .revoked = [](auto& scope) { scope.commit().value(); }});
        EXPECT_EQ(read(consumer, 2), numbers(2, 4));
        consumer.close().value();
        consumer.close(1s).value();
    }
    EXPECT_EQ(cluster.committed("billing").at(first).offset, 4);

    fill(first, 1);
    kcpp::consumer paused(here, member_options());
    paused.subscribe({"orders"},
                     {.assigned = [](auto& scope) { scope.pause(scope.partitions()).value(); }});
    while (paused.assignment().empty())
        EXPECT_TRUE(paused.poll(100ms).value().empty());
    EXPECT_TRUE(paused.poll(100ms).value().empty());
    paused.resume(paused.assignment()).value();
    EXPECT_EQ(read(paused, 1), numbers(0, 1));
}

TEST_F(consumer_calls, rethrow_what_a_handler_threw_after_the_rebalance) {
    fill(first, 1);
    kcpp::consumer consumer(here, member_options());
    consumer.subscribe({"orders"},
                       {.assigned = [](auto&) { throw std::runtime_error("the handler's own"); }});
    EXPECT_THROW(read(consumer, 1), std::runtime_error);
    EXPECT_EQ(consumer.assignment().size(), 2U);
    EXPECT_EQ(read(consumer, 1), numbers(0, 1));
}

TEST_F(consumer_calls, share_a_topic_and_a_client) {
    fill(first, 3);
    fill(second, 3);
    std::optional<kcpp::client> shared(std::in_place, here);
    kcpp::consumer one(*shared, member_options()), other(*shared, member_options());
    shared.reset();
    one.subscribe({"orders"});
    other.subscribe({"orders"});
    const auto join = [](kcpp::consumer& consumer) {
        while (consumer.assignment().size() != 1)
            (void)consumer.poll(10ms);
    };
    std::thread beside(join, std::ref(other));
    join(one);
    beside.join();
    EXPECT_NE(one.assignment(), other.assignment());
}

TEST_F(consumer_calls, run_no_handler_when_only_destroyed) {
    fill(first, 1);
    bool revoked = false;
    {
        kcpp::consumer consumer(here, member_options());
        consumer.subscribe({"orders"}, {.revoked = [&](auto&) { revoked = true; }});
        read(consumer, 1);
        kcpp::consumer moved(std::move(consumer));
        consumer = std::move(moved);
    }
    EXPECT_FALSE(revoked);
    EXPECT_EQ(cluster.group("billing")->member_ids.size(), 0U);
}

// What cannot be

TEST_F(consumer_calls, say_what_is_missing) {
    kcpp::consumer consumer(here);
    const auto no_group = consumer.commit({{first, 1}}).result();
    ASSERT_FALSE(no_group);
    EXPECT_NE(no_group.error().message().find("group_id"), std::string::npos)
        << no_group.error().message();
    EXPECT_FALSE(consumer.committed({first}).result());
    EXPECT_THROW(consumer.subscribe({"orders"}), std::exception);
    EXPECT_EQ(consumer.partitions_for("no-such-topic").result().error(),
              kcpp::broker_errc::unknown_topic_or_partition);
    const auto unknown = consumer.end_offsets({{"no-such-topic", 0}}).result();
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().topic(), "no-such-topic") << unknown.error().message();
}

TEST_F(consumer_calls, refuse_everything_once_closed) {
    kcpp::consumer consumer(here, member_options());
    consumer.close().value();
    EXPECT_EQ(consumer.poll(1s).error(), client_errc::closed);
    EXPECT_EQ(consumer.commit().result().error(), client_errc::closed);
    EXPECT_EQ(consumer.seek(first, 0).error(), client_errc::closed);
    EXPECT_THROW(for (const auto& record : consumer.records()) FAIL() << record.offset();
                 , kcpp::kafka_error);
}

TEST(consumer, refuses_options_that_cannot_be) {
    EXPECT_THROW(kcpp::consumer({.bootstrap_servers = ""}), kcpp::kafka_error);
    EXPECT_THROW(kcpp::consumer({.bootstrap_servers = "localhost:1"},
                                {.group_id = "g", .session_timeout = 1ms}),
                 kcpp::kafka_error);
}
