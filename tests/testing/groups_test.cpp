// Groups over the wire, where more than one member and more than one broker matter.

#include "protocol/all.hpp"
#include "protocol/consumer_protocol.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

using namespace kcpp;
using namespace std::chrono_literals;
using kcpp::testing::api;
using kcpp::testing::embedded_cluster;

namespace {

constexpr std::int16_t code(broker_errc e) {
    return static_cast<std::int16_t>(e);
}

struct groups : ::testing::Test {
    embedded_cluster cluster{{.brokers = 2, .min_session_timeout = 1ms}};

    std::int32_t coordinator(const std::string& group) {
        raw_client any(cluster, 1);
        protocol::find_coordinator::request q;
        q.keys = {group};
        return any.ask(q).coordinators.at(0).node_id;
    }
    static protocol::join_group::request join(const std::string& member = "",
                                              std::int32_t session_ms = 10000) {
        protocol::join_group::request q;
        q.group_id = "g";
        q.member_id = member;
        q.session_timeout_ms = session_ms;
        q.rebalance_timeout_ms = 10000;
        q.protocol_type = "consumer";
        q.protocols.push_back({"range", {}});
        return q;
    }
};

} // namespace

TEST_F(groups, another_broker_is_not_the_coordinator) {
    const std::int32_t other = 3 - coordinator("g");
    raw_client client(cluster, other);
    EXPECT_EQ(client.ask(join()).error_code, code(broker_errc::not_coordinator));
    protocol::heartbeat::request beat;
    beat.group_id = "g";
    EXPECT_EQ(client.ask(beat).error_code, code(broker_errc::not_coordinator));
    protocol::offset_fetch::request fetch;
    fetch.groups.emplace_back().group_id = "g";
    EXPECT_EQ(client.ask(fetch).groups.at(0).error_code, code(broker_errc::not_coordinator));
    fetch = {};
    fetch.group_id = "g";
    EXPECT_EQ(client.ask(fetch, 7).error_code, code(broker_errc::not_coordinator));
}

TEST_F(groups, a_group_needs_a_name) {
    raw_client client(cluster, 1);
    auto q = join();
    q.group_id = "";
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::invalid_group_id));
}

TEST_F(groups, two_members_share_a_generation) {
    raw_client a(cluster, coordinator("g")), b(cluster, coordinator("g"));
    const auto first = a.ask(join(), 3); // up to version 3 an id is not asked for first
    ASSERT_EQ(first.error_code, 0);
    b.send(join(), 3);
    while (cluster.group("g")->state != "PreparingRebalance") {
    }
    const auto a2 = a.ask(join(first.member_id), 3);
    const auto b2 = b.receive<protocol::join_group::response>(3);
    EXPECT_EQ(a2.generation_id, 2);
    EXPECT_EQ(b2.generation_id, 2);
    EXPECT_EQ(a2.members.size(), 2u);

    protocol::sync_group::request sync;
    sync.group_id = "g";
    sync.generation_id = 2;
    sync.member_id = b2.member_id;
    b.send(sync, 3);
    sync.member_id = a2.member_id;
    sync.assignments.push_back({b2.member_id, {std::byte{7}}});
    EXPECT_TRUE(a.ask(sync, 3).assignment.empty());
    EXPECT_EQ(b.receive<protocol::sync_group::response>(3).assignment,
              protocol::bytes{std::byte{7}});
    EXPECT_EQ(cluster.group("g")->member_ids.size(), 2u);
}

TEST_F(groups, a_member_that_falls_silent_makes_room) {
    raw_client a(cluster, coordinator("g")), b(cluster, coordinator("g"));
    ASSERT_EQ(a.ask(join("", 30), 3).error_code, 0);
    const auto joined = b.ask(join(), 3); // waits until a's session is over
    EXPECT_EQ(joined.error_code, 0);
    EXPECT_EQ(joined.members.size(), 1u);
}

TEST_F(groups, the_coordinator_stops_while_somebody_waits) {
    const std::int32_t first = coordinator("g");
    raw_client a(cluster, first), b(cluster, first);
    const auto joined = a.ask(join(), 3);
    b.send(join(), 3);
    while (cluster.group("g")->state != "PreparingRebalance") {
    }
    cluster.stop_broker(first);
    EXPECT_TRUE(b.hung_up());
    raw_client survivor(
        cluster, 3 - first); // which coordinates the group from now on, and knows its members
    EXPECT_EQ(survivor.ask(join(joined.member_id), 3).error_code, 0);
}

TEST_F(groups, offsets_of_topics_in_use_are_not_deleted) { // KIP-496
    cluster.create_topic("t");
    cluster.create_topic("u");
    raw_client client(cluster, coordinator("g"));
    protocol::consumer_protocol::subscription s;
    s.topics = {"t"};
    wire::writer out;
    out.integer(std::int16_t{1});
    protocol::encode(out, s, 1);
    auto q = join();
    q.protocols[0].metadata.assign(out.bytes().begin(), out.bytes().end());
    const auto joined = client.ask(q, 3);
    protocol::sync_group::request sync;
    sync.group_id = "g";
    sync.generation_id = joined.generation_id;
    sync.member_id = joined.member_id;
    client.ask(sync, 3);
    protocol::offset_commit::request commit;
    commit.group_id = "g";
    commit.member_id = joined.member_id;
    commit.generation_id_or_member_epoch = joined.generation_id;
    protocol::offset_delete::request remove;
    remove.group_id = "g";
    for (const char* name : {"t", "u"}) {
        auto& c = commit.topics.emplace_back();
        c.name = name;
        c.partitions.emplace_back().offset = 5;
        auto& r = remove.topics.emplace_back();
        r.name = name;
        r.partitions.emplace_back();
    }
    client.ask(commit, 9);
    const auto r = client.ask(remove);
    EXPECT_EQ(r.topics.at(0).partitions.at(0).error_code,
              code(broker_errc::group_subscribed_to_topic));
    EXPECT_EQ(r.topics.at(1).partitions.at(0).error_code, 0);
    EXPECT_EQ(cluster.committed("g").size(), 1u);
    protocol::delete_groups::request all;
    all.groups = {"g"};
    EXPECT_EQ(client.ask(all).groups.at(0).error_code, code(broker_errc::non_empty_group));
}

TEST_F(groups, commits_are_checked) {
    cluster.create_topic("t");
    raw_client client(cluster, coordinator("g"));
    protocol::offset_commit::request q;
    q.group_id = "g";
    auto& t = q.topics.emplace_back();
    t.name = "t";
    t.partitions.emplace_back().offset = 5;
    const auto outcome = [&](std::int16_t version) {
        return client.ask(q, version).topics.at(0).partitions.at(0).error_code;
    };
    q.generation_id_or_member_epoch = 4;
    EXPECT_EQ(outcome(8), code(broker_errc::illegal_generation));
    EXPECT_EQ(outcome(9), code(broker_errc::group_id_not_found));
    q.generation_id_or_member_epoch = -1;
    t.partitions[0].metadata = std::string(4097, 'm');
    EXPECT_EQ(outcome(9), code(broker_errc::offset_metadata_too_large));
    t.partitions[0].metadata = "";
    t.partitions[0].index = 1;
    EXPECT_EQ(outcome(9), code(broker_errc::unknown_topic_or_partition));
    EXPECT_EQ(outcome(10), code(broker_errc::unknown_topic_id));
    EXPECT_TRUE(cluster.committed("g").empty());
}

TEST_F(groups, a_coordinator_can_be_moved) {
    const std::int32_t first = coordinator("g"), second = 3 - first;
    EXPECT_EQ(cluster.coordinator("g"), first);
    raw_client member(cluster, first);
    const auto id = member.ask(join()).member_id;
    const auto joined = member.ask(join(id));
    ASSERT_EQ(joined.error_code, 0);
    // Another one wants to come in: the first is awaited until the group moves.
    raw_client other(cluster, first);
    const auto other_id = other.ask(join()).member_id;
    const auto joins = cluster.requests(api::join_group);
    other.send(join(other_id));
    while (cluster.requests(api::join_group) == joins) {
    }
    cluster.move_coordinator("g", second);
    EXPECT_EQ(other.receive<protocol::join_group::response>().error_code,
              code(broker_errc::not_coordinator));
    EXPECT_EQ(coordinator("g"), second);
    raw_client there(cluster, second);
    protocol::heartbeat::request beat;
    beat.group_id = "g";
    beat.member_id = id;
    beat.generation_id = joined.generation_id;
    EXPECT_EQ(there.ask(beat).error_code, code(broker_errc::rebalance_in_progress));
}

TEST_F(groups, a_member_can_be_expired) {
    raw_client client(cluster, coordinator("g"));
    const auto id = client.ask(join()).member_id;
    const auto joined = client.ask(join(id));
    ASSERT_EQ(joined.error_code, 0);
    cluster.expire_member("g", id);
    protocol::heartbeat::request beat;
    beat.group_id = "g";
    beat.member_id = id;
    beat.generation_id = joined.generation_id;
    EXPECT_EQ(client.ask(beat).error_code, code(broker_errc::unknown_member_id));
    EXPECT_THROW(cluster.expire_member("g", id), std::invalid_argument);
}

TEST_F(groups, sessions_take_no_real_time_to_end) {
    raw_client client(cluster, coordinator("g"));
    const auto id = client.ask(join()).member_id;
    ASSERT_EQ(client.ask(join(id, 10'000)).error_code, 0);
    ASSERT_EQ(cluster.group("g")->member_ids.size(), 1u);
    cluster.pass_group_time(9s);
    EXPECT_EQ(cluster.group("g")->member_ids.size(), 1u);
    cluster.pass_group_time(20s);
    EXPECT_EQ(cluster.group("g")->member_ids.size(), 0u);
}
