// What administrators ask, over the wire.

#include "batches.hpp"
#include "protocol/all.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace kcpp;
using kcpp::testing::api;
using kcpp::testing::embedded_cluster;

namespace {

constexpr std::int16_t code(broker_errc e) {
    return static_cast<std::int16_t>(e);
}

struct admin : ::testing::Test {
    embedded_cluster cluster{{.brokers = 3}};
    raw_client client{cluster, 1};

    protocol::create_topics::topic wish(const std::string& name, std::int32_t partitions = 1,
                                        std::int16_t factor = 1) {
        protocol::create_topics::topic t;
        t.name = name;
        t.num_partitions = partitions;
        t.replication_factor = factor;
        return t;
    }
};

} // namespace

TEST_F(admin, topics_are_made_with_verdicts_one_by_one) {
    protocol::create_topics::request q;
    q.topics = {wish("good", 2, 3), wish("a b"),   wish("wide", 1, 4),
                wish("none", 0),    wish("twice"), wish("twice")};
    const auto r = client.ask(q);
    std::map<std::string, std::int16_t> errors;
    for (const auto& t : r.topics)
        errors[t.name] = t.error_code;
    EXPECT_EQ(errors.at("good"), 0);
    EXPECT_EQ(errors.at("a b"), code(broker_errc::invalid_topic_exception));
    EXPECT_EQ(errors.at("wide"), code(broker_errc::invalid_replication_factor));
    EXPECT_EQ(errors.at("none"), code(broker_errc::invalid_partitions));
    EXPECT_EQ(errors.at("twice"), code(broker_errc::invalid_request));
    EXPECT_EQ(r.topics.size(), 5u);
    EXPECT_EQ(client.ask(q, 4).topics.at(1).error_code, code(broker_errc::topic_already_exists));
}

TEST_F(admin, validation_alone_makes_nothing) {
    protocol::create_topics::request q;
    q.topics = {wish("t", -1, -1)};
    q.topics[0].configs.push_back({"cleanup.policy", "compact"});
    q.validate_only = true;
    const auto t = client.ask(q).topics.at(0);
    EXPECT_EQ(t.error_code, 0);
    EXPECT_EQ(t.num_partitions, 1);
    EXPECT_FALSE(t.topic_id.is_zero()); // as Kafka does, although nothing has this id
    const auto policy = std::ranges::find(*t.configs, "cleanup.policy",
                                          &protocol::create_topics::config_result::name);
    ASSERT_NE(policy, t.configs->end());
    EXPECT_EQ(policy->value, "compact");
    EXPECT_EQ(policy->source, 1);
    EXPECT_THROW(cluster.leader("t", 0), std::invalid_argument);
}

TEST_F(admin, replicas_can_be_placed_by_hand) {
    protocol::create_topics::request q;
    q.topics = {wish("t", -1, -1)};
    q.topics[0].assignments = {{1, {2, 1}}, {0, {3, 2}}};
    EXPECT_EQ(client.ask(q).topics.at(0).error_code, 0);
    EXPECT_EQ(cluster.leader("t", 0), 3);
    EXPECT_EQ(cluster.leader("t", 1), 2);
    q.topics[0].name = "u";
    q.topics[0].assignments = {{1, {2, 1}}};
    EXPECT_EQ(client.ask(q).topics.at(0).error_code, code(broker_errc::invalid_replica_assignment));
}

TEST_F(admin, topics_are_deleted_by_name_or_id) {
    cluster.create_topic("t");
    protocol::metadata::request find;
    find.topics->emplace_back().name = "t";
    const auto id = client.ask(find).topics.at(0).topic_id;
    protocol::delete_topics::request q;
    q.topics.emplace_back().topic_id = id;
    EXPECT_EQ(client.ask(q).topics.at(0).name, "t");
    EXPECT_EQ(client.ask(q).topics.at(0).error_code, code(broker_errc::unknown_topic_id));
    q.topics[0] = {"t", {}};
    EXPECT_EQ(client.ask(q).topics.at(0).error_code, code(broker_errc::unknown_topic_or_partition));
}

TEST_F(admin, a_topic_that_comes_again_is_another_one) {
    protocol::metadata::request find;
    find.topics->emplace_back().name = "t";
    cluster.create_topic("t");
    const auto first = client.ask(find).topics.at(0).topic_id;
    cluster.delete_topic("t");
    cluster.create_topic("t");
    EXPECT_NE(client.ask(find).topics.at(0).topic_id, first);
}

TEST_F(admin, partitions_come_page_by_page) { // KIP-966
    cluster.create_topic("a", {.partitions = 3});
    cluster.create_topic("b", {.partitions = 2});
    protocol::describe_topic_partitions::request q;
    q.response_partition_limit = 2;
    std::vector<std::string> seen;
    for (int page = 0; page < 3; ++page) {
        const auto r = client.ask(q);
        for (const auto& t : r.topics)
            for (const auto& p : t.partitions)
                seen.push_back(*t.name + std::to_string(p.index));
        EXPECT_EQ(r.next_cursor.has_value(), page < 2);
        q.cursor = r.next_cursor;
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"a0", "a1", "a2", "b0", "b1"}));
    q.topics.emplace_back().name = "none";
    EXPECT_EQ(client.ask(q).topics.at(0).error_code, code(broker_errc::unknown_topic_or_partition));
}

TEST_F(admin, the_cluster_is_described) {
    cluster.stop_broker(3);
    protocol::describe_cluster::request q;
    EXPECT_EQ(client.ask(q).brokers.size(), 2u);
    EXPECT_EQ(client.ask(q).controller_id, 1);
    q.include_fenced_brokers = true;
    EXPECT_TRUE(client.ask(q).brokers.at(2).is_fenced);
    q.endpoint_type = 2;
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::mismatched_endpoint_type));
}

TEST_F(admin, configs_are_changed_all_or_none) {
    cluster.create_topic("t");
    protocol::incremental_alter_configs::request q;
    auto& t = q.resources.emplace_back();
    t.type = 2;
    t.name = "t";
    t.configs = {{"max.message.bytes", 0, "5"}, {"no.such", 0, "1"}};
    EXPECT_EQ(client.ask(q).resources.at(0).error_code, code(broker_errc::invalid_config));
    protocol::describe_configs::request d;
    auto& asked = d.resources.emplace_back();
    asked.type = 2;
    asked.name = "t";
    asked.config_names = {"max.message.bytes"};
    EXPECT_EQ(client.ask(d).resources.at(0).configs.at(0).value, "1048588");
    EXPECT_EQ(client.ask(d).resources.at(0).configs.at(0).source, 5);
    t.configs.pop_back();
    q.validate_only = true;
    EXPECT_EQ(client.ask(q).resources.at(0).error_code, 0);
    EXPECT_EQ(client.ask(d).resources.at(0).configs.at(0).value, "1048588");
    q.validate_only = false;
    client.ask(q);
    EXPECT_EQ(client.ask(d).resources.at(0).configs.at(0).value, "5");
}

TEST_F(admin, a_broker_describes_itself_only) {
    protocol::describe_configs::request d;
    auto& asked = d.resources.emplace_back();
    asked.type = 4;
    asked.name = "1";
    asked.config_names.reset();
    EXPECT_GT(client.ask(d).resources.at(0).configs.size(), 3u);
    asked.name = "2";
    EXPECT_EQ(client.ask(d).resources.at(0).error_code, code(broker_errc::invalid_request));
}

TEST_F(admin, a_leader_epoch_ends_where_the_next_began) { // KIP-320
    cluster.create_topic("t", {.replication_factor = 3});
    const auto batch = numbered(2);
    protocol::produce::request p;
    p.acks = -1;
    auto& to = p.topics.emplace_back();
    to.name = "t";
    to.partitions.push_back({0, batch});
    client.ask(p, 12);
    cluster.move_leader("t", 0, 2);
    cluster.move_leader("t", 0, 1);
    client.ask(p, 12);

    protocol::offset_for_leader_epoch::request q;
    auto& t = q.topics.emplace_back();
    t.name = "t";
    auto& asked = t.partitions.emplace_back();
    const auto end = client.ask(q).topics.at(0).partitions.at(0);
    EXPECT_EQ(end.leader_epoch, 0);
    EXPECT_EQ(end.end_offset, 2);
    asked.leader_epoch = 2;
    EXPECT_EQ(client.ask(q).topics.at(0).partitions.at(0).end_offset, 4);
    asked.current_leader_epoch = 1;
    EXPECT_EQ(client.ask(q).topics.at(0).partitions.at(0).error_code,
              code(broker_errc::fenced_leader_epoch));

    protocol::fetch::request f; // KIP-595: at offset 3, said to be of epoch 0, which ended at 2
    auto& ft = f.topics.emplace_back();
    ft.name = "t";
    auto& fp = ft.partitions.emplace_back();
    fp.fetch_offset = 3;
    fp.last_fetched_epoch = 0;
    const auto diverged = client.ask(f, 12).topics.at(0).partitions.at(0);
    EXPECT_EQ(diverged.diverging_epoch.epoch, 0);
    EXPECT_EQ(diverged.diverging_epoch.end_offset, 2);
    EXPECT_TRUE(diverged.records->empty());
}

TEST_F(admin, followers_serve_consumers_too) { // KIP-392
    cluster.create_topic("t", {.replication_factor = 2});
    const auto batch = numbered(2);
    protocol::produce::request p;
    p.acks = -1;
    auto& to = p.topics.emplace_back();
    to.name = "t";
    to.partitions.push_back({0, batch});
    client.ask(p, 12);
    protocol::fetch::request q;
    auto& t = q.topics.emplace_back();
    t.name = "t";
    t.partitions.emplace_back().max_bytes = 1000;
    raw_client follower(cluster, 2), stranger(cluster, 3);
    const auto outcome = [&](raw_client& c, std::int16_t version) {
        return c.ask(q, version).topics.at(0).partitions.at(0);
    };
    EXPECT_EQ(outcome(follower, 11).records->size(), batch.size());
    EXPECT_EQ(outcome(follower, 10).error_code, code(broker_errc::not_leader_or_follower));
    EXPECT_EQ(outcome(stranger, 11).error_code, code(broker_errc::not_leader_or_follower));
}
