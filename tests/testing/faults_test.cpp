// What tests ask to go wrong goes wrong, as often as they asked, and nothing else.

#include "batches.hpp"
#include "protocol/all.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace kcpp;
using namespace std::chrono_literals;
using kcpp::testing::api;
using kcpp::testing::drop;
using kcpp::testing::embedded_cluster;

namespace {

constexpr std::int16_t code(broker_errc e) {
    return static_cast<std::int16_t>(e);
}

struct faults : ::testing::Test {
    embedded_cluster cluster{{.brokers = 3}};
    raw_client client{cluster, 1};

    faults() { cluster.create_topic("t", {.partitions = 3, .replication_factor = 3}); }

    protocol::produce::request produce() {
        protocol::produce::request q;
        q.acks = -1;
        auto& t = q.topics.emplace_back();
        t.name = "t";
        t.partitions.push_back({0, batch});
        return q;
    }
    std::int16_t store() {
        return client.ask(produce(), 12).topics.at(0).partitions.at(0).error_code;
    }

    std::vector<std::byte> batch = numbered(1);
};

} // namespace

TEST_F(faults, an_injected_error_has_no_effect_and_passes) {
    cluster.fail_next(api::produce, broker_errc::not_enough_replicas, 2);
    EXPECT_EQ(store(), code(broker_errc::not_enough_replicas));
    EXPECT_EQ(store(), code(broker_errc::not_enough_replicas));
    EXPECT_EQ(cluster.end_offset("t", 0), 0);
    EXPECT_EQ(store(), 0);
    EXPECT_EQ(cluster.requests(api::produce), 3);
}

TEST_F(faults, an_error_can_be_for_one_partition) {
    cluster.fail_next(api::produce, broker_errc::kafka_storage_error, 1,
                      {.topic = "t", .partition = 1});
    EXPECT_EQ(store(), 0);
    protocol::list_offsets::request q;
    cluster.fail_next(api::list_offsets, broker_errc::offset_not_available, 1,
                      {.topic = "t", .partition = 0});
    auto& t = q.topics.emplace_back();
    t.name = "t";
    t.partitions.resize(2);
    t.partitions[1].index = 1;
    const auto r = client.ask(q).topics.at(0);
    EXPECT_EQ(r.partitions.at(0).error_code, code(broker_errc::offset_not_available));
    EXPECT_EQ(r.partitions.at(1).error_code, code(broker_errc::not_leader_or_follower)); // its own
}

TEST_F(faults, dropped_before_the_effect_nothing_is_stored) {
    cluster.drop_next(api::produce, drop::before_effect);
    client.send(produce(), 12);
    EXPECT_TRUE(client.hung_up());
    EXPECT_EQ(cluster.end_offset("t", 0), 0);
}

TEST_F(faults, dropped_after_the_effect_it_is) {
    cluster.drop_next(api::produce, drop::after_effect);
    client.send(produce(), 12);
    EXPECT_TRUE(client.hung_up());
    EXPECT_EQ(cluster.end_offset("t", 0), 1);
}

TEST_F(faults, given_bytes_are_sent_as_they_are) {
    const std::vector<std::byte> absurd(4, std::byte{0x7f});
    cluster.answer_next_with_bytes(api::metadata, absurd);
    client.send(protocol::metadata::request{});
    EXPECT_EQ(client.receive_bytes(4), absurd);
}

TEST_F(faults, a_delayed_request_is_answered_all_the_same) {
    cluster.delay_next(api::produce, 20ms);
    EXPECT_EQ(store(), 0);
}

TEST_F(faults, a_broker_that_stops_does_not_wait_for_a_delay) {
    cluster.delay_next(api::produce, 1h);
    client.send(produce(), 12);
    while (cluster.requests(api::produce) == 0) {
    }
    cluster.stop_broker(1);
    EXPECT_TRUE(client.hung_up());
    EXPECT_EQ(cluster.end_offset("t", 0), 0);
}

TEST_F(faults, narrowed_versions_are_advertised_and_kept) {
    cluster.limit_versions(api::metadata, 0, 8);
    const auto versions = client.ask(protocol::api_versions::request{}, 0);
    const auto metadata =
        std::ranges::find(versions.apis, 3, &protocol::api_versions::api_version::api_key);
    ASSERT_NE(metadata, versions.apis.end());
    EXPECT_EQ(metadata->max_version, 8);
    client.send(protocol::metadata::request{}, 9);
    EXPECT_TRUE(client.hung_up());
    cluster.clear_faults();
    raw_client other(cluster, 1);
    EXPECT_EQ(other.ask(protocol::metadata::request{}).brokers.size(), 3u);
}

TEST_F(faults, an_old_broker_refuses_new_api_versions_in_version_0) {
    cluster.limit_versions(api::api_versions, 0, 2);
    client.send(protocol::api_versions::request{.client_software_name = "raw",
                                                .client_software_version = "1",
                                                .cluster_id = {}},
                4);
    const auto r = client.receive<protocol::api_versions::response>(0);
    EXPECT_EQ(r.error_code, code(broker_errc::unsupported_version));
    EXPECT_EQ(r.apis.at(0).max_version, 2);
}

TEST_F(faults, the_wrong_broker_names_the_leader) { // KIP-951, L3
    cluster.move_leader("t", 0, 2);
    const auto r = client.ask(produce(), 12);
    const auto& p = r.topics.at(0).partitions.at(0);
    EXPECT_EQ(p.error_code, code(broker_errc::not_leader_or_follower));
    EXPECT_EQ(p.current_leader.leader_id, 2);
    EXPECT_EQ(p.current_leader.leader_epoch, 1);
    ASSERT_EQ(r.node_endpoints.size(), 1u);
    EXPECT_EQ(r.node_endpoints[0].port, raw_client::port_of(cluster, 2));
    EXPECT_EQ(client.ask(produce(), 9).node_endpoints.size(), 0u);
}

TEST_F(faults, a_moved_leader_wakes_who_waits_for_records) {
    protocol::fetch::request q;
    q.max_wait_ms = 3600000;
    q.min_bytes = 1;
    auto& t = q.topics.emplace_back();
    t.name = "t";
    t.partitions.emplace_back().current_leader_epoch = 0;
    client.send(q, 12);
    while (cluster.requests(api::fetch) == 0) {
    }
    cluster.move_leader("t", 0, 2);
    const auto r = client.receive<protocol::fetch::response>(12);
    EXPECT_EQ(r.topics.at(0).partitions.at(0).error_code, code(broker_errc::fenced_leader_epoch));
}

TEST_F(faults, a_stopped_broker_is_gone_until_it_is_started) {
    EXPECT_EQ(store(), 0);
    const auto port = raw_client::port_of(cluster, 1);
    cluster.stop_broker(1);
    EXPECT_TRUE(client.hung_up());
    EXPECT_THROW(raw_client{port}, std::system_error);
    EXPECT_EQ(cluster.leader("t", 0), 2);
    raw_client second(cluster, 2);
    EXPECT_EQ(second.ask(protocol::metadata::request{}).brokers.size(), 2u);
    EXPECT_EQ(second.ask(produce(), 12).topics.at(0).partitions.at(0).base_offset, 1);
    cluster.start_broker(1);
    raw_client again(cluster, 1);
    EXPECT_EQ(again.ask(protocol::metadata::request{}).brokers.size(), 3u);
    cluster.move_leader("t", 0, 1);
    EXPECT_EQ(again.ask(produce(), 12).topics.at(0).partitions.at(0).base_offset, 2);
}

TEST_F(faults, too_few_replicas_in_sync_refuse_acks_all) {
    cluster.create_topic(
        "safe",
        {.partitions = 1, .replication_factor = 3, .configs = {{"min.insync.replicas", "3"}}});
    cluster.stop_broker(3);
    auto q = produce();
    q.topics[0].name = "safe";
    EXPECT_EQ(client.ask(q, 12).topics.at(0).partitions.at(0).error_code,
              code(broker_errc::not_enough_replicas));
    q.acks = 1;
    EXPECT_EQ(client.ask(q, 12).topics.at(0).partitions.at(0).error_code, 0);
}

TEST_F(faults, a_throttled_client_is_told_so) { // KIP-219
    cluster.throttle_next(api::produce, 3ms);
    EXPECT_EQ(client.ask(produce(), 12).throttle_time_ms, 3);
    EXPECT_EQ(client.ask(produce(), 12).throttle_time_ms, 0);
}
