// Records that are called back with a stop token.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stop_token>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;

class withdrawal_test : public ::testing::Test {
protected:
    withdrawal_test() { cluster.create_topic("orders"); }

    producer patient() { return producer(shared, {.linger = 10s, .delivery_timeout = 60s}); }
    void send(producer& p, int number, std::stop_token stop = {}) {
        const auto value = std::to_string(number);
        p.send({.topic = "orders", .value = value}, told.of(number), std::move(stop));
    }

    /// Those that were called back, in whichever order that was.
    std::set<int> withdrawn() const {
        const auto all = told.failed();
        return {all.begin(), all.end()};
    }

    virtual_cluster cluster;
    client shared = cluster.make_client();
    outcomes told{cluster};
    std::stop_source stop;
};

TEST_F(withdrawal_test, P7_takes_single_records_out_of_a_batch_that_was_not_sent) {
    auto p = patient();
    send(p, 0);
    cluster.rt->run_for(1s); // the topic is known, and what follows goes into its batch
    for (int i = 1; i < 6; ++i)
        send(p, i, i % 2 == 1 ? stop.get_token() : std::stop_token());
    stop.request_stop();
    cluster.rt->run_now();
    EXPECT_EQ(withdrawn(), (std::set{1, 3, 5}));
    EXPECT_EQ(told.failure(1), client_errc::cancelled);
    EXPECT_EQ(told.failure(1).message(),
              "produce to orders-0: a stop was requested before the record was sent");
    EXPECT_FALSE(told.failure(1).unknown_outcome());
    EXPECT_EQ(cluster.requests(api::produce), 0);

    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 2, 4}));
    EXPECT_EQ(cluster.values("orders"), (std::vector<std::string>{"0", "2", "4"}));
    // The numbers have no gap: what follows is stored behind it at once.
    send(p, 6);
    p.flush().get();
    EXPECT_EQ(told.list.back().outcome.value().offset, 3);
    EXPECT_EQ(cluster.requests(api::produce), 2);
    EXPECT_TRUE(gives_all_back(p));
}

TEST_F(withdrawal_test, of_a_whole_batch_sends_nothing_and_gives_its_memory_back) {
    auto p = patient();
    send(p, 0);
    p.flush().get();
    for (int i = 1; i < 4; ++i)
        send(p, i, stop.get_token());
    stop.request_stop();
    cluster.rt->run_now();
    EXPECT_EQ(withdrawn(), (std::set{1, 2, 3}));
    EXPECT_TRUE(gives_all_back(p));
    p.flush().get();
    EXPECT_EQ(cluster.requests(api::produce), 1);
}

TEST_F(withdrawal_test, takes_records_out_of_full_batches_that_wait_for_their_leader) {
    producer p(shared, {.linger = 0ms, .batch_bytes = 1000, .delivery_timeout = 600s});
    send(p, 0);
    p.flush().get();
    cluster.brokers->stop_broker(1);
    cluster.rt->run_now(); // nothing is sent to it any more
    const std::string large(600, 'x');
    for (int i = 1; i < 5; ++i)
        p.send({.topic = "orders", .value = large}, told.of(i),
               i < 3 ? stop.get_token() : std::stop_token());
    cluster.rt->run_for(5s);
    stop.request_stop();
    cluster.rt->run_now();
    EXPECT_EQ(withdrawn(), (std::set{1, 2}));
    cluster.brokers->start_broker(1);
    p.flush().get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 3, 4}));
    EXPECT_EQ(cluster.values("orders").size(), 3u);
    EXPECT_TRUE(gives_all_back(p));
}

TEST_F(withdrawal_test, takes_records_out_that_wait_for_their_topic) {
    auto p = patient();
    p.send({.topic = "later", .value = "a"}, told.of(1), stop.get_token());
    p.send({.topic = "later", .value = "b"}, told.of(2));
    cluster.rt->run_for(1s);
    stop.request_stop();
    cluster.rt->run_now();
    EXPECT_EQ(told.failed(), std::vector<int>{1});
    EXPECT_EQ(told.failure(1).message(),
              "produce to later: a stop was requested before the record was sent");
    cluster.create_topic("later");
    p.flush().get();
    EXPECT_EQ(cluster.values("later"), std::vector<std::string>{"b"});
    EXPECT_TRUE(gives_all_back(p));
}

TEST_F(withdrawal_test, follows_a_record_from_the_waiting_area_into_its_batch) {
    auto p = patient();
    p.send({.topic = "later", .value = "a"}, told.of(1), stop.get_token());
    cluster.create_topic("later");
    cluster.rt->run_for(1s);
    stop.request_stop();
    cluster.rt->run_now();
    EXPECT_EQ(told.failed(), std::vector<int>{1});
    p.flush().get();
    EXPECT_EQ(cluster.values("later"), std::vector<std::string>{});
}

TEST_F(withdrawal_test, P7_comes_too_late_once_the_record_was_sent) {
    auto p = patient();
    send(p, 0);
    p.flush().get();
    cluster.add(api::produce, testing::drop::after_effect);
    send(p, 1, stop.get_token());
    auto flushed = p.flush();
    cluster.rt->run_until([&] { return cluster.requests(api::produce) == 2; });
    stop.request_stop();
    flushed.get();
    EXPECT_EQ(told.delivered(), (std::vector<int>{0, 1}));
    EXPECT_EQ(cluster.values("orders"), (std::vector<std::string>{"0", "1"}));
}

TEST_F(withdrawal_test, of_a_record_whose_stop_was_requested_before_is_refused) {
    auto p = patient();
    stop.request_stop();
    auto outcome = p.send({.topic = "orders", .value = "a"}, stop.get_token()).result();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), client_errc::cancelled);
    p.flush().get();
    EXPECT_EQ(cluster.values("orders"), std::vector<std::string>{});
}

TEST_F(withdrawal_test, is_no_failure_that_somebody_should_have_looked_at) {
    int heard = 0;
    producer p(shared, {.linger = 10s, .on_unobserved_failure = [&](const error&) { ++heard; }});
    (void)p.send({.topic = "orders", .value = "dropped future"}, stop.get_token());
    p.send({.topic = "orders", .value = "no callback"}, delivery_callback(), stop.get_token());
    cluster.rt->run_for(1s);
    stop.request_stop();
    cluster.rt->run_now();
    EXPECT_TRUE(p.flush().result());
    EXPECT_EQ(heard, 0);
    EXPECT_EQ(p.metrics().total.errors, 2u);
}

TEST_F(withdrawal_test, and_expiry_tell_each_record_once) {
    producer p(shared, {.linger = 0ms, .delivery_timeout = 40s});
    send(p, 0);
    p.flush().get();
    cluster.brokers->stop_broker(1);
    cluster.rt->run_now(); // nothing is sent to it any more
    send(p, 1, stop.get_token());
    send(p, 2);
    cluster.rt->run_for(1s);
    stop.request_stop();
    p.flush().get();
    ASSERT_EQ(told.list.size(), 3u);
    EXPECT_EQ(told.failure(1), client_errc::cancelled);
    EXPECT_EQ(told.failure(2), client_errc::timed_out);
    EXPECT_TRUE(gives_all_back(p));
}

TEST_F(withdrawal_test, a_source_that_outlives_the_producer_harms_nobody) {
    {
        auto p = patient();
        send(p, 1, stop.get_token());
    }
    stop.request_stop();
    cluster.rt->run_now();
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
}

} // namespace
} // namespace kcpp::producing
