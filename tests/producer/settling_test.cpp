// What becomes of records when the brokers do not simply take them.

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;
using testing::drop;

class settling_test : public ::testing::Test {
protected:
    virtual_cluster world{3};
    client shared = world.make_client({.request_timeout = 2s});
    outcomes told{world};

    /// A producer that knows topic "orders" of three partitions and three replicas.
    producer ready(producer_options options = {}, std::int32_t partitions = 1) {
        return ready(std::move(options), partitions, shared);
    }
    producer ready(producer_options options, std::int32_t partitions, client& of) {
        options.linger = 0ms;
        if (options.delivery_timeout == producer_options().delivery_timeout)
            options.delivery_timeout = 10s;
        world.create_topic("orders", partitions, {}, 3);
        producer p(of, std::move(options));
        for (partition_id i = 0; i < partitions; ++i)
            p.send({.topic = "orders", .value = "first", .partition = i}).get();
        return p;
    }
    std::vector<std::string> stored(partition_id p = 0) {
        auto all = world.values("orders", p);
        all.erase(all.begin()); // "first"
        return all;
    }
};

using strings = std::vector<std::string>;
constexpr std::uint16_t closed_port = 1;

TEST_F(settling_test, a_moved_leader_is_followed) {
    producer p = ready();
    auto& partition = world.partition("orders");
    ASSERT_TRUE(world.brokers->move_leader(partition, 2));
    const auto before = world.rt->now();
    EXPECT_EQ(p.send({.topic = "orders", .value = "1"}).get().offset, 1);
    EXPECT_LT(world.rt->now() - before, 1s);
    EXPECT_EQ(stored(), strings{"1"});
}

TEST_F(settling_test, a_moved_leader_is_found_without_hints_too) {
    world.brokers->faults.limit_versions(api::produce, 3, 9); // KIP-951 came with 10
    producer p = ready();
    ASSERT_TRUE(world.brokers->move_leader(world.partition("orders"), 2));
    EXPECT_EQ(p.send({.topic = "orders", .value = "1"}).get().offset, 1);
}

TEST_F(settling_test, however_long_a_partition_had_no_leader_its_new_one_is_found_at_once) {
    world.create_topic("lonely");
    const auto leader = world.partition("lonely").leader();
    producer p(shared, {.linger = 0ms, .delivery_timeout = 60s});
    p.send({.topic = "lonely", .value = "1"}).get();
    world.brokers->stop_broker(leader);
    p.send({.topic = "lonely", .value = "2"}, told.of(2));
    world.rt->run_for(30s);
    ASSERT_EQ(told.list.size(), 0u);
    world.brokers->start_broker(leader);
    const auto up = world.rt->now();
    p.flush().get();
    EXPECT_EQ(told.delivered(), std::vector<int>{2});
    EXPECT_LE(told.list.at(0).at - up, 350ms);
}

TEST_F(settling_test, however_long_a_leader_was_dead_who_follows_it_is_found_at_once) {
    producer p = ready({.delivery_timeout = 60s});
    auto& partition = world.partition("orders");
    const auto dead = partition.leader();
    world.rt->alias({"127.0.0.1", world.brokers->state.find_broker(dead)->port}, closed_port);
    world.add(api::produce, drop::before_effect);
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    world.rt->run_for(20s);
    ASSERT_EQ(told.list.size(), 0u);
    ASSERT_TRUE(world.brokers->move_leader(partition, dead % 3 + 1));
    const auto chosen = world.rt->now();
    p.flush().get();
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
    EXPECT_LE(told.list.at(0).at - chosen, 350ms);
}

TEST_F(settling_test, a_leader_that_froze_is_given_up_when_the_cluster_gives_it_up) {
    client patient = world.make_client({.request_timeout = 30s});
    producer p = ready({.delivery_timeout = 60s}, 1, patient);
    world.brokers->freeze_broker(world.partition("orders").leader());
    const auto frozen = world.rt->now();
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    p.flush().get();
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
    EXPECT_EQ(stored(), strings{"1"});
    EXPECT_LE(told.list.at(0).at - frozen, testing::cluster_settings().broker_session_timeout + 2s);
}

TEST_F(settling_test, a_slow_broker_is_no_reason_to_ask_the_cluster_all_the_time) {
    producer p = ready({.delivery_timeout = 60s});
    world.add(api::produce, testing::faults::delay{1500ms}, 20);
    const auto asked = world.requests(api::metadata);
    for (int i = 0; i < 20; ++i)
        p.send({.topic = "orders", .value = std::to_string(i)}).get();
    EXPECT_LE(world.requests(api::metadata) - asked, 20) << "in 30 s";
}

// B: librdkafka 1092, sarama 2619, KAFKA-3197
TEST_F(settling_test, the_order_of_records_survives_retries_and_moves) {
    producer p = ready({.batch_bytes = 100});
    world.fail_next(api::produce, broker_errc::not_leader_or_follower, 3);
    world.add(api::produce, drop::before_effect, 2);
    world.fail_next(api::produce, broker_errc::not_enough_replicas, 2);
    for (int i = 0; i < 100; ++i) {
        p.send({.topic = "orders", .value = std::to_string(i)}, told.of(i));
        if (i % 10 == 0) world.rt->run_for(50ms);
        if (i % 30 == 29) world.brokers->move_leader(world.partition("orders"), 1 + i % 3);
    }
    p.flush().get();
    ASSERT_EQ(told.delivered().size(), 100u);
    const auto log = stored();
    ASSERT_EQ(log.size(), 100u);
    for (std::size_t i = 0; i < 100; ++i) {
        EXPECT_EQ(told.list[i].record, static_cast<int>(i));
        EXPECT_EQ(told.list[i].outcome->offset, static_cast<offset_t>(1 + i));
        EXPECT_EQ(log[i], std::to_string(i));
    }
}

TEST_F(settling_test, one_partition_in_trouble_does_not_hold_up_another) {
    producer p = ready({}, 6);
    world.fail_next(api::produce, broker_errc::not_enough_replicas, 100,
                    {.topic = "orders", .partition = 0});
    p.send({.topic = "orders", .value = "0", .partition = 0}, told.of(0));
    p.send({.topic = "orders", .value = "3", .partition = 3}, told.of(3));
    world.rt->run_now();
    EXPECT_EQ(told.delivered(), std::vector<int>{3});
}

TEST_F(settling_test, a_connection_lost_before_the_request_took_effect_costs_nothing) {
    producer p = ready();
    world.add(api::produce, drop::before_effect);
    EXPECT_EQ(p.send({.topic = "orders", .value = "1"}).get().offset, 1);
    EXPECT_EQ(stored(), strings{"1"});
}

TEST_F(settling_test, without_idempotence_a_lost_answer_may_store_a_record_twice) {
    producer p = ready({.idempotence = false});
    world.add(api::produce, drop::after_effect);
    EXPECT_TRUE(p.send({.topic = "orders", .value = "1"}).result());
    EXPECT_EQ(stored(), (strings{"1", "1"}));
}

TEST_F(settling_test, a_broker_that_does_not_answer_is_asked_again) {
    producer p = ready();
    world.add(api::produce, testing::faults::delay{5s});
    const auto sent = world.rt->now();
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    p.flush().get();
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
    EXPECT_GE(world.rt->now() - sent, 2s) << "request_timeout";
    EXPECT_LT(world.rt->now() - sent, 5s);
}

TEST_F(settling_test, what_never_reached_a_broker_is_not_written) {
    producer p = ready();
    for (int id = 1; id <= 3; ++id)
        world.brokers->stop_broker(id);
    const auto sent = world.rt->now();
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    world.rt->run_for(20s);
    ASSERT_EQ(told.failed(), std::vector<int>{1});
    EXPECT_EQ(told.list[0].at - sent, 10s) << "delivery_timeout";
    const error& why = told.failure(1);
    EXPECT_EQ(why, client_errc::timed_out);
    EXPECT_FALSE(why.unknown_outcome());
    EXPECT_EQ(why.topic(), "orders");
    EXPECT_EQ(why.partition(), 0);
    for (const char* part : {"orders-0", "delivery_timeout", "cannot connect to broker"})
        EXPECT_NE(why.message().find(part), std::string::npos) << part << ": " << why.message();
}

TEST_F(settling_test, what_waits_for_a_connection_follows_its_leader) {
    producer p = ready();
    world.brokers->stop_broker(1); // the others have replicas, and take over
    world.rt->hang_connects({"127.0.0.1", world.brokers->state.find_broker(1)->port});
    const auto sent = world.rt->now();
    EXPECT_TRUE(p.send({.topic = "orders", .value = "1"}).result());
    EXPECT_LT(world.rt->now() - sent, 1s) << "a connect that hangs takes 10 s";
}

TEST_F(settling_test, a_broker_that_will_not_have_us_fails_records_at_once) {
    producer p = ready();
    world.fail_next(api::api_versions, broker_errc::cluster_authorization_failed, 1000);
    world.add(api::produce, drop::before_effect);
    const auto sent = world.rt->now();
    const auto refused = p.send({.topic = "orders", .value = "1"}).result();
    ASSERT_FALSE(refused);
    EXPECT_LT(world.rt->now() - sent, 1s);
    EXPECT_EQ(refused.error(), broker_errc::cluster_authorization_failed);
    EXPECT_EQ(refused.error().topic(), "orders");
    EXPECT_EQ(refused.error().partition(), 0);
    EXPECT_NE(refused.error().message().find("orders-0"), std::string::npos);
    EXPECT_TRUE(refused.error().unknown_outcome()) << "the first attempt was written";
    world.brokers->faults.clear();
    EXPECT_TRUE(p.send({.topic = "orders", .value = "2"}).result());
}

TEST_F(settling_test, a_broker_too_old_to_talk_to_fails_records_at_once) {
    world.brokers->faults.limit_versions(api::produce, 0, 2);
    world.create_topic("orders");
    producer p(shared, {.linger = 0ms});
    const auto sent = world.rt->now();
    const auto refused = p.send({.topic = "orders", .value = "1"}).result();
    ASSERT_FALSE(refused);
    EXPECT_LT(world.rt->now() - sent, 1s);
    EXPECT_EQ(refused.error(), client_errc::unsupported_version);
    EXPECT_FALSE(refused.error().unknown_outcome());
    EXPECT_NE(refused.error().message().find("orders-0"), std::string::npos);
}

TEST_F(settling_test, what_may_have_reached_a_broker_is_unknown) { // P6
    producer p = ready();
    world.add(api::produce, drop::after_effect, 1000);
    const auto sent = world.rt->now();
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    world.rt->run_for(20s);
    ASSERT_EQ(told.failed(), std::vector<int>{1});
    EXPECT_EQ(told.list[0].at - sent, 10s);
    EXPECT_TRUE(told.failure(1).unknown_outcome());
    EXPECT_FALSE(stored().empty());
}

TEST_F(settling_test, a_refusal_is_not_written) {
    producer p = ready();
    world.fail_next(api::produce, broker_errc::not_enough_replicas, 1000);
    const auto refused = p.send({.topic = "orders", .value = "1"}).result();
    ASSERT_FALSE(refused);
    EXPECT_FALSE(refused.error().unknown_outcome());
    EXPECT_NE(refused.error().message().find("min.insync.replicas"), std::string::npos)
        << refused.error().message();
    EXPECT_TRUE(stored().empty());
}

// P6: the leader may have appended it.
TEST_F(settling_test, a_broker_that_timed_out_leaves_the_outcome_open) {
    producer p = ready();
    for (const auto code :
         {broker_errc::request_timed_out, broker_errc::not_enough_replicas_after_append}) {
        world.fail_next(api::produce, code, 1);
        world.fail_next(api::produce, broker_errc::not_enough_replicas, 1000);
        const auto failed = p.send({.topic = "orders", .value = "1"}).result();
        ASSERT_FALSE(failed);
        EXPECT_TRUE(failed.error().unknown_outcome()) << name_of(code);
        world.brokers->faults.clear();
        EXPECT_TRUE(p.send({.topic = "orders", .value = "between"}).result());
    }
    world.fail_next(api::produce, broker_errc::request_timed_out, 1);
    world.fail_next(api::produce, broker_errc::topic_authorization_failed, 1);
    const auto failed = p.send({.topic = "orders", .value = "1"}).result();
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().unknown_outcome())
        << "a later refusal says nothing of the first try";
    EXPECT_EQ(failed.error(), broker_errc::topic_authorization_failed);
    EXPECT_TRUE(p.send({.topic = "orders", .value = "2"}).result());
}

TEST_F(settling_test, a_final_refusal_is_told_at_once_with_what_to_do) {
    producer p = ready();
    world.fail_next(api::produce, broker_errc::topic_authorization_failed);
    const auto sent = world.rt->now();
    const auto refused = p.send({.topic = "orders", .value = "1"}).result();
    EXPECT_EQ(world.rt->now(), sent);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), broker_errc::topic_authorization_failed);
    EXPECT_EQ(refused.error().broker(), 1);
    for (const char* part : {"orders-0", "broker 1", "TOPIC_AUTHORIZATION_FAILED", "ACL"})
        EXPECT_NE(refused.error().message().find(part), std::string::npos) << part;
}

TEST_F(settling_test, a_record_expired_in_flight_is_unknown_at_its_deadline_and_told_once) { // P21
    producer p = ready({.delivery_timeout = 2s});
    world.add(api::produce, testing::faults::delay{1900ms});
    world.add(api::produce, testing::faults::delay{1500ms});
    const auto sent = world.rt->now();
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    world.rt->run_now();
    p.send({.topic = "orders", .value = "2"}, told.of(2));
    world.rt->run_for(1950ms);
    p.send({.topic = "orders", .value = "3"}, told.of(3));
    world.rt->run_for(60s);
    // 1 was in time. 2 went out when 1 was done, and its answer came too late.
    ASSERT_EQ(told.list.size(), 3u);
    EXPECT_EQ(told.list[0].record, 1);
    EXPECT_TRUE(told.list[0].outcome);
    EXPECT_EQ(told.list[1].record, 2);
    EXPECT_EQ(told.list[1].at - sent, 2s);
    EXPECT_TRUE(told.failure(2).unknown_outcome());
    EXPECT_EQ(told.list[2].record, 3);
    EXPECT_EQ(stored(), (strings{"1", "2", "3"}));
    EXPECT_TRUE(gives_all_back(p));
}

TEST_F(settling_test, garbage_for_an_answer_loses_no_record) {
    producer p = ready();
    const auto bytes = [](std::initializer_list<int> list) {
        std::vector<std::byte> made;
        for (int b : list)
            made.push_back(static_cast<std::byte>(b));
        return made;
    };
    const std::vector<std::byte> answers[] = {
        bytes({0, 0, 0, 8, 0x7f, 0x7f, 0x7f, 0x7f, 0, 0, 0, 0}), // a wrong correlation id
        bytes({0x7f, 0xff, 0xff, 0xff, 0, 0}),                   // a length of 2 GiB
        bytes({0, 0, 0, 2, 0, 0}),                               // cut short
        bytes({'H', 'T', 'T', 'P', '/', '1'}),
    };
    int i = 0;
    for (const auto& answer : answers) {
        world.add(api::produce, testing::faults::answer_bytes{answer});
        const auto outcome = p.send({.topic = "orders", .value = std::to_string(i)}).result();
        EXPECT_TRUE(outcome) << i << ": " << outcome.error().message();
        ++i;
    }
    EXPECT_EQ(stored(), (strings{"0", "1", "2", "3"}));
}

TEST_F(settling_test, a_topic_deleted_meanwhile_fails_its_records_in_time) {
    producer p = ready();
    world.brokers->state.delete_topic("orders");
    const auto sent = world.rt->now();
    const auto refused = p.send({.topic = "orders", .value = "1"}).result();
    ASSERT_FALSE(refused);
    EXPECT_EQ(world.rt->now() - sent, 10s);
    EXPECT_FALSE(refused.error().unknown_outcome()) << refused.error().message();
}

TEST_F(settling_test, a_topic_deleted_and_created_again_is_written_to) { // L10
    producer p = ready();
    world.brokers->state.delete_topic("orders");
    world.create_topic("orders");
    const auto ack = p.send({.topic = "orders", .value = "1"}).result();
    ASSERT_TRUE(ack) << ack.error().message();
    EXPECT_EQ(ack->offset, 0);
}

// L10: it is another topic by then, with partitions of its own.
TEST_F(settling_test, a_topic_created_again_with_fewer_partitions_is_written_to) {
    producer p = ready({}, 12);
    ASSERT_EQ(p.send({.topic = "orders", .key = "user-42", .value = "1"}).get().partition, 4);
    world.brokers->state.delete_topic("orders");
    world.create_topic("orders", 3);
    (void)p.send({.topic = "orders", .value = "2", .partition = 0}).result();
    const auto sent = world.rt->now();
    const auto ack = p.send({.topic = "orders", .key = "user-42", .value = "3"}).result();
    ASSERT_TRUE(ack) << ack.error().message();
    EXPECT_EQ(ack->partition, 1); // K1
    EXPECT_LT(world.rt->now() - sent, 1s);
}

// L9: the answer names the id that was asked for, whatever metadata says by then.
TEST_F(settling_test, an_answer_about_the_topic_as_it_was_is_understood) {
    producer p = ready();
    world.add(api::produce, testing::faults::delay{1s});
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    world.rt->run_for(100ms);
    world.brokers->state.delete_topic("orders");
    world.create_topic("orders");
    shared.ping().get();
    world.rt->run_for(1s);
    world.fail_next(api::produce, broker_errc::topic_authorization_failed);
    p.flush().get();
    ASSERT_EQ(told.failed(), std::vector<int>{1});
    EXPECT_FALSE(told.failure(1).unknown_outcome()) << "UNKNOWN_TOPIC_ID was clear enough";
}

TEST_F(settling_test, without_topic_ids_names_are_used) { // L9
    world.brokers->faults.limit_versions(api::metadata, 0, 9);
    producer p = ready();
    EXPECT_EQ(p.send({.topic = "orders", .value = "1"}).get().offset, 1);
}

TEST_F(settling_test, acks_none_is_delivered_when_it_is_written) { // P22
    producer p = ready({.acks = acks::none});
    world.add(api::produce, testing::faults::delay{1s});
    const auto sent = world.rt->now();
    const auto where = p.send({.topic = "orders", .value = "1"}).get();
    EXPECT_EQ(world.rt->now(), sent);
    EXPECT_EQ(where.offset, -1);
    EXPECT_EQ(where.partition, 0);
    world.rt->run_for(2s);
    EXPECT_EQ(stored(), strings{"1"});
}

TEST_F(settling_test, acks_none_keeps_order_and_goes_on_after_a_lost_connection) {
    producer p = ready({.acks = acks::none});
    world.add(api::produce, drop::before_effect);
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(p.send({.topic = "orders", .value = std::to_string(i)}).result());
        world.rt->run_for(100ms);
    }
    const auto log = stored();
    EXPECT_GE(log.size(), 18u) << "the one that was dropped, and perhaps one more, are gone";
    for (std::size_t i = 1; i < log.size(); ++i)
        EXPECT_LT(std::stoi(log[i - 1]), std::stoi(log[i]));
}

// P22: hanging up is all that a broker can say; it may mean that it leads no more.
TEST_F(settling_test, acks_none_finds_a_moved_leader) {
    producer p = ready({.acks = acks::none});
    ASSERT_TRUE(world.brokers->move_leader(world.partition("orders"), 2));
    for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(p.send({.topic = "orders", .value = std::to_string(i)}).result());
        world.rt->run_for(100ms);
    }
    EXPECT_GE(stored().size(), 30u) << "losses are silent, but must end";
}

TEST_F(settling_test, acks_leader_is_acknowledged_with_an_offset) {
    producer p = ready({.acks = acks::leader});
    EXPECT_EQ(p.send({.topic = "orders", .value = "1"}).get().offset, 1);
}

TEST_F(settling_test, every_codec_arrives) {
    producer first = ready();
    for (const auto codec :
         {compression::gzip, compression::snappy, compression::lz4, compression::zstd}) {
        producer p(shared, {.compression = codec, .linger = 0ms, .delivery_timeout = 10s});
        EXPECT_TRUE(p.send({.topic = "orders", .value = std::string(2000, 'v')}).result());
        const auto& last = world.partition("orders").log().batches().back();
        EXPECT_EQ(last.header.codec(), codec);
        EXPECT_LT(last.size(), 500u);
    }
}

TEST_F(settling_test, a_callback_that_throws_harms_nobody) {
    producer p = ready();
    p.send({.topic = "orders", .value = "1"},
           [](result<record_metadata>) { throw std::runtime_error("mine"); });
    p.send({.topic = "orders", .value = "2"}, [](result<record_metadata>) { throw 42; });
    p.send({.topic = "orders", .value = "3"}, told.of(3));
    p.send({.topic = "", .value = "4"},
           [](result<record_metadata>) { throw std::runtime_error("mine"); });
    p.flush().get();
    EXPECT_EQ(told.delivered(), std::vector<int>{3});
    EXPECT_EQ(p.send({.topic = "orders", .value = "5"}).get().offset, 4);
}

TEST_F(settling_test, a_callback_may_send) {
    producer p = ready();
    int depth = 0;
    std::function<void(result<record_metadata>)> again = [&](result<record_metadata> r) {
        ASSERT_TRUE(r);
        if (++depth < 20)
            p.send({.topic = "orders", .value = std::to_string(depth)}, std::ref(again));
    };
    p.send({.topic = "orders", .value = "0"}, std::ref(again));
    world.rt->run_until([&] { return depth == 20; });
    EXPECT_EQ(stored().size(), 20u);
    p.close().get();
}

} // namespace
} // namespace kcpp::producing
