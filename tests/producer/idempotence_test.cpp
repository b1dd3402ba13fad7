// A producer whose batches are numbered: stored once and in order, whatever happens to answers,
// connections and leaders.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;
using testing::drop;
using strings = std::vector<std::string>;

class idempotence_test : public ::testing::Test {
protected:
    virtual_cluster world{3};
    client shared = world.make_client({.request_timeout = 2s});
    outcomes told{world};

    void SetUp() override { world.create_topic("orders", 2, {}, 3); }

    /// A producer whose leaders know it already: one record of partition 0 and one of 1 are stored.
    producer ready(producer_options options = {.batch_bytes = 62}) { // one record each
        options.linger = 0ms;
        if (options.delivery_timeout == producer_options().delivery_timeout)
            options.delivery_timeout = 10s;
        producer p(shared, std::move(options));
        for (partition_id i : {0, 1})
            p.send({.topic = "orders", .value = "first", .partition = i}).get();
        return p;
    }
    void send(producer& p, int number, partition_id to = 0) {
        p.send({.topic = "orders", .value = std::to_string(number), .partition = to},
               told.of(number));
    }
    strings stored(partition_id p = 0) {
        auto all = world.values("orders", p);
        all.erase(all.begin()); // "first"
        return all;
    }
    /// Producer epoch and first sequence number of every batch.
    std::vector<std::pair<int, int>> numbers(partition_id p = 0) {
        std::vector<std::pair<int, int>> all;
        for (const auto& batch : world.partition("orders", p).log().batches())
            all.emplace_back(batch.header.producer_epoch, batch.header.base_sequence);
        return all;
    }
    void fail_next(broker_errc error, partition_id p = 0) {
        world.fail_next(api::produce, error, 1, {.topic = "orders", .partition = p});
    }
};

using pairs = std::vector<std::pair<int, int>>;

TEST_F(idempotence_test, one_id_serves_all_partitions_and_numbers_count_records) { // P1
    producer p = ready();
    send(p, 1);
    send(p, 2, 1);
    send(p, 3);
    p.flush().get();
    EXPECT_EQ(world.requests(api::init_producer_id), 1);
    EXPECT_EQ(numbers(0), (pairs{{0, 0}, {0, 1}, {0, 2}}));
    EXPECT_EQ(numbers(1), (pairs{{0, 0}, {0, 1}}));
}

TEST_F(idempotence_test, a_lost_answer_does_not_store_a_record_twice) {
    producer p = ready();
    world.add(api::produce, drop::after_effect, 2);
    EXPECT_EQ(p.send({.topic = "orders", .value = "1", .partition = 0}).get().offset, 1);
    EXPECT_EQ(stored(), strings{"1"});
}

// Kafka answers a duplicate as if its latest timestamp were the time of appending. (Found by
// simulation.)
TEST_F(idempotence_test, records_of_a_duplicate_keep_their_timestamps) {
    producer p = ready({.batch_bytes = 1000});
    world.add(api::produce, drop::after_effect);
    const auto at = [](int ms) { return kcpp::timestamp(std::chrono::milliseconds(ms)); };
    for (int i = 1; i <= 3; ++i)
        p.send({.topic = "orders", .value = "v", .partition = 0, .timestamp = at(i)}, told.of(i));
    p.flush().get();
    for (const auto& each : told.list)
        EXPECT_EQ(each.outcome->timestamp, at(each.record));
}

TEST_F(idempotence_test, a_request_that_arrives_after_its_retry_is_not_stored_again) {
    producer p = ready();
    world.add(api::produce, testing::faults::delay{5s});
    send(p, 1);
    p.flush().get();
    world.rt->run_for(10s);
    EXPECT_EQ(told.list.at(0).outcome->offset, 1);
    EXPECT_EQ(stored(), strings{"1"});
}

TEST_F(idempotence_test, five_are_under_way_once_the_leader_knows_the_producer) { // P2, P5
    producer p = ready({.batch_bytes = 1000});
    world.add(api::produce, testing::faults::delay{100ms}, 100);
    for (int i = 1; i <= 9; ++i) {
        send(p, i);
        world.rt->run_now();
    }
    p.flush().get();
    // The others have waited for an answer, and left together.
    EXPECT_EQ(numbers(), (pairs{{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 6}}));
    EXPECT_EQ(stored(), (strings{"1", "2", "3", "4", "5", "6", "7", "8", "9"}));
}

// P5: franz-go 223
TEST_F(idempotence_test, a_leader_that_does_not_know_the_producer_is_sent_one) {
    producer p = ready();
    world.brokers->move_leader(world.partition("orders"),
                               1 + world.partition("orders").leader() % 3);
    send(p, 1);
    world.rt->run_now(); // refused, and sent to the new one
    world.add(api::produce, testing::faults::delay{1s}, 100);
    for (int i = 2; i <= 4; ++i) {
        send(p, i);
        world.rt->run_now();
    }
    p.flush().get();
    EXPECT_EQ(stored(), (strings{"1", "2", "3", "4"}));
    EXPECT_EQ(numbers(), (pairs{{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}}));
}

// B: librdkafka 1092, KAFKA-3197; P3, P4
TEST_F(idempotence_test, order_survives_everything_with_five_under_way) {
    producer p = ready({.batch_bytes = 62, .delivery_timeout = 60s});
    for (int i = 0; i < 200; ++i) {
        switch (i % 40) {
        case 5: world.add(api::produce, drop::before_effect, 2); break;
        case 12: world.add(api::produce, drop::after_effect, 3); break;
        case 20: fail_next(broker_errc::not_leader_or_follower); break;
        case 25: fail_next(broker_errc::request_timed_out); break;
        case 30: fail_next(broker_errc::out_of_order_sequence_number); break;
        case 35: world.brokers->move_leader(world.partition("orders"), 1 + i % 3); break;
        default: break;
        }
        send(p, i);
        if (i % 3 == 0) world.rt->run_for(1ms);
    }
    p.flush().get();
    const auto log = stored();
    ASSERT_EQ(log.size(), 200u);
    ASSERT_EQ(told.delivered().size(), 200u);
    for (std::size_t i = 0; i < 200; ++i) {
        EXPECT_EQ(log[i], std::to_string(i));
        EXPECT_EQ(told.list[i].record, static_cast<int>(i)) << "reported in order";
        EXPECT_EQ(told.list[i].outcome->offset, static_cast<offset_t>(1 + i));
    }
}

// B: librdkafka 4953
TEST_F(idempotence_test, another_epoch_of_one_partition_renumbers_no_other) { // P8, P9
    producer p = ready();
    world.add(api::produce, testing::faults::delay{500ms}, 1, {.topic = "orders", .partition = 1});
    send(p, 10, 1);
    world.rt->run_now();
    fail_next(broker_errc::out_of_order_sequence_number, 0);
    send(p, 1, 0);
    send(p, 11, 1);
    p.flush().get();
    send(p, 2, 0);
    send(p, 12, 1);
    p.flush().get();
    EXPECT_EQ(numbers(0), (pairs{{0, 0}, {1, 0}, {1, 1}}));
    EXPECT_EQ(numbers(1), (pairs{{0, 0}, {0, 1}, {0, 2}, {0, 3}}));
    EXPECT_EQ(stored(0), (strings{"1", "2"}));
    EXPECT_EQ(stored(1), (strings{"10", "11", "12"}));
    EXPECT_EQ(world.requests(api::init_producer_id), 1);
}

TEST_F(idempotence_test, a_leader_that_lost_the_end_of_its_log_is_met_with_another_epoch) { // P9
    producer p = ready();
    send(p, 1);
    p.flush().get();
    world.partition("orders").truncate(1);
    send(p, 2);
    p.flush().get();
    EXPECT_EQ(stored(), strings{"2"});
    EXPECT_EQ(told.list.at(1).outcome->offset, 1);
}

TEST_F(idempotence_test, a_leader_that_forgot_the_producer_is_met_with_another_epoch) { // P10
    producer p = ready();
    fail_next(broker_errc::unknown_producer_id);
    send(p, 1);
    p.flush().get();
    EXPECT_EQ(told.list.at(0).outcome->offset, 1);
    EXPECT_EQ(numbers(), (pairs{{0, 0}, {1, 0}}));
}

TEST_F(idempotence_test, a_duplicate_of_long_ago_is_delivered_at_an_unknown_offset) { // P11
    producer p = ready();
    fail_next(broker_errc::duplicate_sequence_number);
    send(p, 1);
    p.flush().get();
    EXPECT_EQ(told.list.at(0).outcome->offset, -1);
}

// A: franz-go 1217 and 1484; P6, P7
TEST_F(idempotence_test, what_follows_an_unknown_batch_is_not_taken_for_it) {
    producer p = ready({.batch_bytes = 62, .delivery_timeout = 3s});
    world.add(api::produce, drop::after_effect, 1000);
    send(p, 1);
    world.rt->run_for(4s);
    world.brokers->faults.clear();
    ASSERT_EQ(told.failed(), std::vector<int>{1});
    EXPECT_TRUE(told.failure(1).unknown_outcome());
    send(p, 2);
    p.flush().get();
    EXPECT_EQ(stored(), (strings{"1", "2"}));
    EXPECT_EQ(told.list.at(1).outcome->offset, 2);
}

// A leader that is replaced while it waits for its followers says NOT_LEADER_OR_FOLLOWER of a batch
// that its successor may have. (Found by simulation.)
TEST_F(idempotence_test, what_became_of_an_unknown_batch_is_asked_for_with_pauses) { // P7
    producer p = ready();
    world.add(api::produce, drop::after_effect);
    world.add(api::produce, testing::faults::delay{1ms}, 1'000'000);
    world.fail_next(api::produce, broker_errc::not_enough_replicas, 1'000'000);
    send(p, 1);
    p.flush().get();
    EXPECT_TRUE(told.failure(1).unknown_outcome());
    const auto before = world.requests(api::produce);
    world.rt->run_for(60s);
    const auto asked = world.requests(api::produce) - before;
    EXPECT_GE(asked, 40);
    EXPECT_LE(asked, 80) << "retry_backoff_max is a second";
    world.brokers->faults.clear();
    send(p, 2);
    p.flush().get();
    EXPECT_EQ(stored(), (strings{"1", "2"}));
}

TEST_F(idempotence_test, what_a_former_leader_has_appended_is_unknown) { // P6
    producer p = ready({.batch_bytes = 62, .delivery_timeout = 3s});
    auto& partition = world.partition("orders");
    const auto leader = partition.leader(), next = 1 + leader % 3, last = 1 + next % 3;
    world.brokers->change_links([&](testing::links& all) { all.cut(leader, last); });
    send(p, 1);
    world.rt->run_for(100ms);
    world.fail_next(api::produce, broker_errc::not_enough_replicas, 1000);
    ASSERT_TRUE(world.brokers->move_leader(partition, next));
    world.rt->run_for(4s);
    ASSERT_EQ(told.failed(), std::vector<int>{1});
    EXPECT_EQ(stored(), strings{"1"});
    EXPECT_TRUE(told.failure(1).unknown_outcome());
}

TEST_F(idempotence_test, what_waits_behind_an_unknown_batch_is_not_written_if_it_expires) { // P7
    producer p = ready({.batch_bytes = 62, .delivery_timeout = 3s});
    const auto leader = world.partition("orders").leader();
    send(p, 1);
    world.brokers->freeze_broker(leader);
    world.rt->run_for(1s);
    send(p, 2);
    world.rt->run_for(10s);
    ASSERT_EQ(told.failed(), (std::vector<int>{1, 2}));
    EXPECT_EQ(told.list.at(0).at - told.list.at(1).at, -1s) << "each by its own deadline";
    world.brokers->thaw_broker(leader);
    world.rt->run_for(5s);
    send(p, 3);
    p.flush().get();
    const auto log = stored();
    for (const auto& record : {"1", "2"})
        EXPECT_LE(std::ranges::count(log, record), 1) << "at most once";
    EXPECT_EQ(log.back(), "3");
    EXPECT_EQ(told.list.back().outcome->offset, static_cast<offset_t>(log.size()));
}

TEST_F(idempotence_test, what_is_stored_behind_an_unknown_batch_is_told_in_time) { // P3
    producer p = ready({.batch_bytes = 62, .delivery_timeout = 3s});
    world.add(api::produce, drop::after_effect, 1);
    send(p, 1);
    send(p, 2);
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{1, 2}));
    EXPECT_EQ(stored(), (strings{"1", "2"}));
}

TEST_F(idempotence_test, a_refused_batch_in_the_middle_costs_the_others_nothing) {
    producer p = ready();
    send(p, 1);
    send(p, 2);
    send(p, 3);
    world.brokers->faults.add({api::produce,
                               {.topic = "orders", .partition = 0},
                               testing::faults::fail{broker_errc::invalid_record},
                               1});
    p.flush().get();
    EXPECT_EQ(told.failed(), std::vector<int>{1});
    EXPECT_FALSE(told.failure(1).unknown_outcome());
    EXPECT_EQ(stored(), (strings{"2", "3"}));
    EXPECT_EQ(told.delivered(), (std::vector<int>{2, 3}));
}

TEST_F(idempotence_test, brokers_that_give_no_id_yet_are_asked_until_they_do) {
    world.fail_next(api::init_producer_id, broker_errc::coordinator_load_in_progress, 3);
    producer p = ready();
    EXPECT_EQ(world.requests(api::init_producer_id), 4);
}

TEST_F(idempotence_test, who_may_not_have_an_id_is_told_what_to_do) {
    world.fail_next(api::init_producer_id, broker_errc::cluster_authorization_failed);
    producer p(shared, {.linger = 0ms});
    send(p, 1);
    p.flush().get();
    const error& why = told.failure(1);
    EXPECT_EQ(why, broker_errc::cluster_authorization_failed);
    EXPECT_FALSE(why.unknown_outcome());
    EXPECT_EQ(why.message(),
              "produce to orders-0: no producer id from the brokers: CLUSTER_AUTHORIZATION_FAILED; "
              "ask for the ACL Write on the topic (or, before Kafka 2.8, IdempotentWrite on the "
              "cluster), or set producer_options::idempotence to false");
    world.rt->run_for(1s);
    send(p, 2);
    p.flush().get();
    EXPECT_EQ(told.delivered(), std::vector<int>{2}) << "the ACL may have come";
}

TEST_F(idempotence_test, who_gets_no_id_in_time_is_told_why) {
    world.fail_next(api::init_producer_id, broker_errc::coordinator_load_in_progress, 1000);
    producer p(shared, {.linger = 0ms, .delivery_timeout = 3s});
    send(p, 1);
    p.flush().get();
    EXPECT_EQ(told.failure(1), client_errc::timed_out);
    EXPECT_NE(told.failure(1).message().find("COORDINATOR_LOAD_IN_PROGRESS"), std::string::npos)
        << told.failure(1).message();
    EXPECT_FALSE(told.failure(1).unknown_outcome());
}

TEST_F(idempotence_test, closing_tells_what_is_under_way_that_it_is_unknown) {
    producer p = ready();
    world.brokers->freeze_broker(world.partition("orders").leader());
    send(p, 1);
    world.rt->run_for(100ms);
    send(p, 2);
    EXPECT_FALSE(p.close(1s).result());
    EXPECT_EQ(told.failed(), (std::vector<int>{1, 2}));
    EXPECT_TRUE(told.failure(1).unknown_outcome());
}

TEST_F(idempotence_test, without_acks_from_all_there_is_none) { // P2
    producer p(shared, {.acks = acks::leader, .linger = 0ms});
    send(p, 1);
    p.flush().get();
    EXPECT_EQ(world.requests(api::init_producer_id), 0);
    EXPECT_EQ(world.partition("orders").log().batches().at(0).header.producer_id, -1);
}

TEST_F(idempotence_test, asking_for_it_with_options_that_do_not_allow_it_is_refused) { // P2
    const auto complaint = [&](producer_options options) -> std::string {
        try {
            producer p(shared, std::move(options));
        } catch (const kafka_error& e) {
            return e.what();
        }
        return "";
    };
    EXPECT_EQ(complaint({.acks = acks::leader, .idempotence = true}),
              "producer_options::idempotence (enable.idempotence) is true, but acks is leader; set "
              "acks::all, or leave idempotence out");
    EXPECT_EQ(complaint({.idempotence = true, .max_in_flight = 6}),
              "producer_options::idempotence (enable.idempotence) is true, but max_in_flight "
              "(max.in.flight.requests.per.connection) is 6; brokers remember 5 batches: lower it "
              "to that, or leave idempotence out");
    EXPECT_EQ(complaint({.acks = acks::none, .idempotence = false, .max_in_flight = 6}), "");
}

} // namespace
} // namespace kcpp::producing
