// What readers get: Fetch and ListOffsets.

#include "broker_fixture.hpp"

using namespace kcpp;

TEST_F(broker, what_is_produced_is_fetched) {
    cluster.create_topic("t");
    EXPECT_EQ(store("t", numbered(3)).base_offset, 0);
    EXPECT_EQ(store("t", numbered(2)).base_offset, 3);
    const auto r = read(fetch("t", 0));
    EXPECT_EQ(r.high_watermark, 5);
    const auto first = kcpp::testing::read_batch_header(*r.records);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->base_offset, 0);
    EXPECT_EQ(first->leader_epoch, 0);
    EXPECT_EQ(kcpp::testing::read_batch_header(*read(fetch("t", 4)).records)->base_offset,
              3); // the batch that holds 4
    EXPECT_TRUE(read(fetch("t", 5)).records->empty());
    EXPECT_EQ(read(fetch("t", 6)).error_code, code(broker_errc::offset_out_of_range));
    EXPECT_EQ(read(fetch("t", -1)).error_code, code(broker_errc::offset_out_of_range));

    const auto stored = cluster.stored("t", 0);
    ASSERT_EQ(stored.size(), 5u);
    EXPECT_EQ(stored[4].offset, 4);
    EXPECT_EQ(stored[4].value, "v1");
    EXPECT_EQ(stored[4].key, std::nullopt);
}

TEST_F(broker, a_fetch_ends_at_its_limits_but_always_has_a_batch) { // KIP-74, F5, F14
    cluster.create_topic("t");
    const auto batch = numbered(3);
    store("t", batch);
    store("t", batch);
    auto q = fetch("t", 0);
    q.topics[0].partitions[0].max_bytes = 1;
    EXPECT_EQ(read(q).records->size(), batch.size());
    q.topics[0].partitions[0].max_bytes = static_cast<std::int32_t>(batch.size() + 10);
    EXPECT_EQ(read(q).records->size(), batch.size() + 10); // cut inside a batch, as Kafka does
    q.topics[0].partitions[0].max_bytes = 1 << 20;
    q.max_bytes = 0;
    EXPECT_EQ(read(q).records->size(), batch.size());
}

TEST_F(broker, a_fetch_waits_for_records) {
    cluster.create_topic("t");
    auto q = fetch("t", 0);
    q.max_wait_ms = 60000;
    client.send(q);
    raw_client other(cluster, 1);
    const auto batch = numbered(1);
    auto p = protocol::produce::request{};
    p.acks = -1;
    auto& t = p.topics.emplace_back();
    t.name = "t";
    t.partitions.push_back({0, batch});
    EXPECT_EQ(other.ask(p, 12).topics.at(0).partitions.at(0).error_code, 0);
    EXPECT_EQ(
        client.receive<protocol::fetch::response>().topics.at(0).partitions.at(0).records->size(),
        batch.size());
}

TEST_F(broker, a_fetch_stops_waiting_when_its_time_is_over) {
    cluster.create_topic("t");
    auto q = fetch("t", 0);
    q.max_wait_ms = 20;
    EXPECT_TRUE(read(q).records->empty());
}

TEST_F(broker, only_readers_of_committed_records_hear_of_aborted_ones) { // F11
    cluster.create_topic("t");
    store("t", numbered(1));
    auto q = fetch("t", 0);
    auto r = read(q);
    EXPECT_EQ(r.aborted_transactions, std::nullopt);
    EXPECT_EQ(r.last_stable_offset, 1);
    q.isolation_level = 1;
    r = read(q);
    ASSERT_TRUE(r.aborted_transactions);
    EXPECT_TRUE(r.aborted_transactions->empty());
    EXPECT_FALSE(r.records->empty());
}

TEST_F(broker, offsets_beyond_the_log_are_answered_with_nothing_else) {
    cluster.create_topic("t");
    store("t", numbered(1));
    const auto r = read(fetch("t", 2));
    EXPECT_EQ(r.error_code, code(broker_errc::offset_out_of_range));
    EXPECT_EQ(r.high_watermark, -1);
    EXPECT_EQ(r.last_stable_offset, -1);
    EXPECT_EQ(r.log_start_offset, -1);
    EXPECT_TRUE(r.records->empty());
}

TEST_F(broker, a_partition_that_there_is_not_hurries_nobody) {
    cluster.create_topic("t");
    auto q = fetch("t", 0);
    q.topics[0].partitions.emplace_back().index = 1;
    q.max_wait_ms = 60000;
    client.send(q);
    raw_client other(cluster, 1);
    const auto batch = numbered(1);
    protocol::produce::request p;
    p.acks = -1;
    auto& t = p.topics.emplace_back();
    t.name = "t";
    t.partitions.push_back({0, batch});
    other.ask(p, 12);
    const auto r = client.receive<protocol::fetch::response>().topics.at(0).partitions;
    EXPECT_EQ(r.at(0).records->size(), batch.size());
    EXPECT_EQ(r.at(1).error_code, code(broker_errc::unknown_topic_or_partition));
}

TEST_F(broker, a_fetch_of_nothing_that_there_is_is_answered_at_once) {
    auto q = protocol::fetch::request{};
    q.max_wait_ms = 60000;
    q.min_bytes = 1;
    EXPECT_TRUE(client.ask(q).topics.empty());
    auto& t = q.topics.emplace_back();
    t.topic_id.bytes[0] = 1;
    t.partitions.emplace_back();
    EXPECT_EQ(read(q).error_code, code(broker_errc::unknown_topic_id));
}

TEST_F(broker, leader_epochs_are_compared) { // KIP-320
    cluster.create_topic("t");
    auto q = fetch("t", 0);
    q.topics[0].partitions[0].current_leader_epoch = 1;
    EXPECT_EQ(read(q).error_code, code(broker_errc::unknown_leader_epoch));
    q.topics[0].partitions[0].current_leader_epoch = 0;
    EXPECT_EQ(read(q).error_code, 0);
}

TEST_F(broker, offsets_are_found_by_time_and_by_name) {
    cluster.create_topic("t");
    store("t", numbered(2, 1000));
    store("t", numbered(2, 2000));
    const auto at = [&](std::int64_t time, std::int16_t version = 11) {
        protocol::list_offsets::request q;
        auto& t = q.topics.emplace_back();
        t.name = "t";
        t.partitions.emplace_back().timestamp = time;
        return client.ask(q, version).topics.at(0).partitions.at(0);
    };
    EXPECT_EQ(at(-2).offset, 0);
    EXPECT_EQ(at(-1).offset, 4);
    EXPECT_EQ(at(1500).offset, 2);
    EXPECT_EQ(at(1500).timestamp, 2000);
    EXPECT_EQ(at(2001).offset, -1);
    EXPECT_EQ(at(-3).offset, 2);
    EXPECT_EQ(at(-3, 6).error_code, code(broker_errc::unsupported_version));
    EXPECT_EQ(at(-4).offset, 0);
    EXPECT_EQ(at(-5).offset, -1);
}

TEST_F(broker, what_no_offset_can_be_listed_for_is_refused) {
    cluster.create_topic("t");
    protocol::list_offsets::request q;
    auto& t = q.topics.emplace_back();
    t.name = "t";
    t.partitions.emplace_back().timestamp = -7;
    EXPECT_EQ(client.ask(q).topics.at(0).partitions.at(0).error_code,
              code(broker_errc::unsupported_version));
    t.partitions[0].timestamp = -1;
    t.partitions.push_back(t.partitions[0]);
    t.partitions.emplace_back().index = 1;
    const auto r = client.ask(q).topics.at(0).partitions;
    ASSERT_EQ(r.size(), 2u);
    EXPECT_EQ(r[0].error_code, code(broker_errc::invalid_request)); // named twice
    EXPECT_EQ(r[1].error_code, code(broker_errc::unknown_topic_or_partition));
}
