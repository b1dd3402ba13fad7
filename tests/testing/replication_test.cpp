// Brokers that lose one another, as clients see it.

#include "batches.hpp"
#include "protocol/all.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

#include <thread>

using namespace kcpp;
using namespace std::chrono_literals;
using kcpp::testing::embedded_cluster;

namespace {

constexpr std::int16_t all = -1, leader_only = 1;

constexpr std::int16_t code(broker_errc e) {
    return static_cast<std::int16_t>(e);
}

using ids = std::vector<std::int32_t>;

struct replication : ::testing::Test {
    explicit replication(std::chrono::milliseconds lag = 50ms)
        : cluster({.brokers = 3, .replica_lag_time_max = lag, .broker_session_timeout = 50ms}) {}

    embedded_cluster cluster;

    void create(const char* min_in_sync = "1", const char* unclean = "false") {
        cluster.create_topic("t", {.partitions = 1,
                                   .replication_factor = 2,
                                   .configs = {{"min.insync.replicas", min_in_sync},
                                               {"unclean.leader.election.enable", unclean}}});
    }
    protocol::produce::request write(std::int16_t acks, std::chrono::milliseconds timeout) {
        protocol::produce::request q;
        q.acks = acks;
        q.timeout_ms = static_cast<std::int32_t>(timeout.count());
        auto& t = q.topics.emplace_back();
        t.name = "t";
        t.partitions.push_back({0, batch});
        return q;
    }
    std::int16_t store(std::int32_t broker, std::int16_t acks,
                       std::chrono::milliseconds timeout = 10s) {
        raw_client client(cluster, broker);
        return client.ask(write(acks, timeout), 12).topics.at(0).partitions.at(0).error_code;
    }
    /// As long as it takes; a test that waits for ever is ended from outside.
    template <class Condition>
    static void until(Condition holds) {
        while (!holds())
            std::this_thread::yield();
    }

    std::vector<std::byte> batch = numbered(1);
};

/// A replica that was cut off stays in sync for as long as a test takes, however slow that is.
struct patient_replication : replication {
    patient_replication() : replication(10min) {}
};

} // namespace

TEST_F(patient_replication, acks_all_waits_for_every_replica_in_sync) {
    create();
    cluster.cut_brokers(1, 2);
    raw_client client(cluster, 1);
    client.send(write(all, 10s), 12);
    EXPECT_EQ(store(1, leader_only), 0);
    EXPECT_EQ(cluster.high_watermark("t", 0), 0);
    cluster.heal_brokers(1, 2);
    const auto said = client.receive<protocol::produce::response>(12);
    EXPECT_EQ(said.topics.at(0).partitions.at(0).error_code, 0);
    EXPECT_EQ(cluster.high_watermark("t", 0), 2);
}

TEST_F(patient_replication, replicas_that_are_too_late_leave_the_outcome_open) {
    create();
    cluster.cut_brokers(1, 2);
    EXPECT_EQ(store(1, all, 1ms), code(broker_errc::request_timed_out));
    EXPECT_EQ(cluster.end_offset("t", 0), 1);
}

TEST_F(replication, a_replica_that_lags_too_long_is_not_in_sync) {
    create();
    cluster.cut_brokers(1, 2);
    EXPECT_EQ(store(1, all), 0);
    EXPECT_EQ(cluster.in_sync("t", 0), (ids{1}));
    EXPECT_EQ(cluster.high_watermark("t", 0), 1);
    cluster.heal_brokers(1, 2);
    EXPECT_EQ(cluster.in_sync("t", 0), (ids{1, 2}));
}

TEST_F(replication, too_few_in_sync_are_reported_though_the_batch_is_written) { // KIP-966's reason
    create("2");
    cluster.cut_brokers(1, 2);
    EXPECT_EQ(store(1, all), code(broker_errc::not_enough_replicas_after_append));
    EXPECT_EQ(store(1, all), code(broker_errc::not_enough_replicas));
    EXPECT_EQ(cluster.end_offset("t", 0), 1);
}

TEST_F(patient_replication, a_leader_that_loses_its_power_loses_what_nobody_else_has) {
    create();
    cluster.cut_brokers(1, 2);
    EXPECT_EQ(store(1, leader_only), 0);
    cluster.crash_broker(1);
    EXPECT_EQ(cluster.leader("t", 0), 2);
    EXPECT_EQ(cluster.end_offset("t", 0), 0);
    cluster.start_broker(1);
    cluster.heal_brokers(1, 2);
    EXPECT_EQ(cluster.in_sync("t", 0), (ids{2, 1}));
    EXPECT_EQ(store(2, all), 0);
}

TEST_F(patient_replication, a_batch_that_lost_its_leader_is_not_acknowledged) {
    create();
    cluster.cut_brokers(1, 2);
    raw_client client(cluster, 1);
    client.send(write(all, 10s), 12);
    EXPECT_EQ(store(1, leader_only), 0); // the first one is written by now
    cluster.move_leader("t", 0, 2);
    const auto said = client.receive<protocol::produce::response>(12);
    EXPECT_EQ(said.topics.at(0).partitions.at(0).error_code,
              code(broker_errc::not_leader_or_follower));
    EXPECT_EQ(cluster.end_offset("t", 0), 0);
}

TEST_F(replication, others_lead_for_a_frozen_broker_after_its_session) {
    create();
    cluster.freeze_broker(1);
    raw_client waiting(cluster, 1);
    waiting.send(write(leader_only, 10s), 12);
    until([&] { return cluster.leader("t", 0) == 2; });
    EXPECT_EQ(store(2, all), 0);
    cluster.thaw_broker(1);
    const auto said = waiting.receive<protocol::produce::response>(12);
    EXPECT_EQ(said.topics.at(0).partitions.at(0).error_code,
              code(broker_errc::not_leader_or_follower));
    EXPECT_EQ(cluster.in_sync("t", 0), (ids{2, 1}));
}

TEST_F(replication, an_unclean_election_is_held_if_the_topic_wants_it) {
    create("1", "true");
    cluster.stop_broker(2);
    EXPECT_EQ(store(1, all), 0);
    cluster.stop_broker(1);
    EXPECT_EQ(cluster.leader("t", 0), -1);
    cluster.start_broker(2);
    EXPECT_EQ(cluster.leader("t", 0), 2);
    EXPECT_EQ(cluster.end_offset("t", 0), 0);
}

TEST_F(replication, a_broker_that_clients_cannot_reach_goes_on_without_them) {
    create();
    raw_client client(cluster, 1);
    cluster.cut_clients(1);
    client.send(write(all, 10s), 12);
    EXPECT_EQ(cluster.end_offset("t", 0), 0);
    EXPECT_EQ(cluster.leader("t", 0), 1);
    cluster.heal_clients(1);
    EXPECT_EQ(client.receive<protocol::produce::response>(12).topics.size(), 1u);
    EXPECT_EQ(cluster.end_offset("t", 0), 1);
}

TEST_F(replication, a_log_can_be_truncated) {
    create();
    EXPECT_EQ(store(1, all), 0);
    EXPECT_EQ(store(1, all), 0);
    cluster.truncate("t", 0, 1);
    EXPECT_EQ(cluster.end_offset("t", 0), 1);
    EXPECT_EQ(cluster.high_watermark("t", 0), 1);
}

TEST_F(replication, connections_are_counted_per_broker) {
    EXPECT_EQ(cluster.connections(3), 0u);
    {
        raw_client one(cluster, 3), other(cluster, 3);
        one.ask(protocol::api_versions::request());
        other.ask(protocol::api_versions::request());
        EXPECT_EQ(cluster.connections(3), 2u);
        EXPECT_EQ(cluster.connections(1), 0u);
    }
    until([&] { return cluster.connections(3) == 0; });
    EXPECT_THROW(cluster.connections(4), std::invalid_argument);
}
