// What the leader of a partition takes, and what it refuses.

#include "broker_fixture.hpp"

using namespace kcpp;

namespace {

using protocol::produce::partition_result;

/// What a batch of one record by this producer looks like.
std::vector<std::byte> numbered_by(std::int64_t producer, std::int16_t epoch,
                                   std::int32_t sequence) {
    return batch_maker{.records = {{{}, "v"}},
                       .producer_id = producer,
                       .producer_epoch = epoch,
                       .base_sequence = sequence}
        .make();
}

/// How a batch is answered that is in the log from `offset` on.
void expect_stored(const partition_result& r, std::int64_t offset) {
    EXPECT_EQ(r.error_code, 0);
    EXPECT_EQ(r.base_offset, offset);
    EXPECT_EQ(r.log_append_time_ms, -1);
    EXPECT_EQ(r.log_start_offset, 0);
}

/// … and one that was there before: with the time of its latest record, as Kafka does.
void expect_known(const partition_result& r, std::int64_t offset) {
    EXPECT_EQ(r.error_code, 0);
    EXPECT_EQ(r.base_offset, offset);
    EXPECT_EQ(r.log_append_time_ms, 1700000000000);
    EXPECT_EQ(r.log_start_offset, 0);
}

void expect_refused(const partition_result& r, broker_errc error) {
    EXPECT_EQ(r.error_code, code(error));
    EXPECT_EQ(r.base_offset, -1);
}

} // namespace

TEST_F(broker, every_producer_gets_an_id_of_its_own) {
    protocol::init_producer_id::request q;
    q.transactional_id.reset();
    const auto first = client.ask(q), second = client.ask(q);
    EXPECT_EQ(first.error_code, 0);
    EXPECT_EQ(first.producer_epoch, 0);
    EXPECT_EQ(second.error_code, 0);
    EXPECT_NE(first.producer_id, second.producer_id);
    // Without a transactional id, what a producer had before is nothing to build on.
    q.producer_id = first.producer_id;
    q.producer_epoch = 7;
    const auto third = client.ask(q);
    EXPECT_EQ(third.error_code, 0);
    EXPECT_NE(third.producer_id, first.producer_id);
    EXPECT_EQ(third.producer_epoch, 0);
    for (std::int16_t version = 0; version <= 5; ++version) {
        protocol::init_producer_id::request plain;
        plain.transactional_id.reset();
        EXPECT_EQ(client.ask(plain, version).error_code, 0) << version;
    }
}

TEST_F(broker, half_an_identity_is_no_request_for_an_id) {
    protocol::init_producer_id::request q;
    q.transactional_id.reset();
    q.producer_id = 5;
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::invalid_request));
    q.producer_id = -1;
    q.producer_epoch = 0;
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::invalid_request));
    q.producer_epoch = -1;
    q.transactional_id = "";
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::invalid_request));
}

TEST_F(broker, an_idempotent_batch_is_stored_once) { // P1, P2
    cluster.create_topic("t");
    for (std::int32_t i = 0; i < 6; ++i)
        expect_stored(store("t", numbered_by(9, 0, i)), i);
    for (std::int32_t i = 1; i < 6; ++i) // the last five are known again
        expect_known(store("t", numbered_by(9, 0, i)), i);
    expect_refused(store("t", numbered_by(9, 0, 0)), broker_errc::out_of_order_sequence_number);
    expect_refused(store("t", numbered_by(9, 0, 7)), broker_errc::out_of_order_sequence_number);
    expect_stored(store("t", numbered_by(9, 0, 6)), 6);
    expect_stored(store("t", numbered_by(10, 0, 0)), 7); // another producer
    EXPECT_EQ(cluster.end_offset("t", 0), 8);
}

TEST_F(broker, a_new_epoch_begins_at_zero_and_ends_the_old_one) { // P8
    cluster.create_topic("t");
    expect_stored(store("t", numbered_by(9, 0, 0)), 0);
    expect_refused(store("t", numbered_by(9, 1, 1)), broker_errc::out_of_order_sequence_number);
    expect_stored(store("t", numbered_by(9, 1, 0)), 1);
    expect_refused(store("t", numbered_by(9, 0, 1)), broker_errc::invalid_producer_epoch);
    expect_refused(store("t", numbered_by(9, 0, 0)), broker_errc::invalid_producer_epoch);
}

TEST_F(broker, sequences_are_counted_by_partition) {
    cluster.create_topic("t", {.partitions = 2});
    const auto batch = numbered_by(9, 0, 0);
    auto q = produce("t", batch);
    q.topics[0].partitions.push_back({1, batch});
    const auto r = client.ask(q).topics.at(0);
    expect_stored(r.partitions.at(0), 0);
    expect_stored(r.partitions.at(1), 0);
}

TEST_F(broker, a_producer_whom_no_partition_knows_may_begin_anywhere) { // P5
    cluster.create_topic("t");
    expect_stored(store("t", numbered_by(9, 3, 77)), 0);
    expect_stored(store("t", numbered_by(9, 3, 78)), 1);
}

TEST(new_leader, knows_what_producers_wrote_before_it_led) { // P1
    kcpp::testing::embedded_cluster cluster{{.brokers = 2}};
    cluster.create_topic("t", {.replication_factor = 2});
    const auto store = [&](std::int32_t at, const std::vector<std::byte>& batch) {
        raw_client client(cluster, at);
        protocol::produce::request q;
        q.acks = -1;
        auto& t = q.topics.emplace_back();
        t.name = "t";
        t.partitions.push_back({0, batch});
        return client.ask(q, 12).topics.at(0).partitions.at(0);
    };
    expect_stored(store(1, numbered_by(9, 0, 0)), 0);
    cluster.move_leader("t", 0, 2);
    expect_known(store(2, numbered_by(9, 0, 0)), 0);
    expect_stored(store(2, numbered_by(9, 0, 1)), 1);
    const auto asked_the_old = store(1, numbered_by(9, 0, 2));
    expect_refused(asked_the_old, broker_errc::not_leader_or_follower);
    EXPECT_EQ(asked_the_old.current_leader.leader_id, 2); // KIP-951
    EXPECT_EQ(asked_the_old.current_leader.leader_epoch, 1);
}

TEST_F(broker, nothing_is_part_of_a_transaction) {
    cluster.create_topic("t");
    const auto batch = batch_maker{.records = {{{}, "v"}},
                                   .producer_id = 9,
                                   .producer_epoch = 0,
                                   .base_sequence = 0,
                                   .attributes = 16}
                           .make();
    expect_refused(store("t", batch), broker_errc::transactional_id_authorization_failed);
    auto q = produce("t", batch);
    q.transactional_id = "mine";
    expect_refused(client.ask(q).topics.at(0).partitions.at(0), broker_errc::invalid_txn_state);
}

TEST_F(broker, refused_records_are_named) { // KIP-467
    cluster.create_topic("t", {.configs = {{"cleanup.policy", "compact"}}});
    const auto batch = batch_maker{.records = {{"k", "v"}, {{}, "v"}}}.make();
    const auto r = store("t", batch);
    expect_refused(r, broker_errc::invalid_record);
    EXPECT_EQ(r.error_message,
              "One or more records have been rejected due to 1 record errors in total");
    ASSERT_EQ(r.record_errors.size(), 1u);
    EXPECT_EQ(r.record_errors[0].batch_index, 1);
    EXPECT_EQ(r.record_errors[0].message, "Compacted topic cannot accept message without key");
}

TEST_F(broker, more_replicas_in_sync_than_there_are_cannot_be_asked_for) {
    cluster.create_topic("t", {.configs = {{"min.insync.replicas", "2"}}});
    expect_stored(store("t", numbered(1)), 0);
}

TEST(acks, need_the_replicas_in_sync_that_the_topic_asks_for) {
    kcpp::testing::embedded_cluster cluster{{.brokers = 2}};
    cluster.create_topic("t", {.replication_factor = 2, .configs = {{"min.insync.replicas", "2"}}});
    cluster.stop_broker(2);
    raw_client client(cluster, 1);
    const auto batch = numbered(1);
    const auto store = [&](std::int16_t acks) {
        protocol::produce::request q;
        q.acks = acks;
        auto& t = q.topics.emplace_back();
        t.name = "t";
        t.partitions.push_back({0, batch});
        return client.ask(q, 12).topics.at(0).partitions.at(0);
    };
    expect_refused(store(-1), broker_errc::not_enough_replicas);
    expect_stored(store(1), 0);
    cluster.start_broker(2);
    expect_stored(store(-1), 1);
}

TEST_F(broker, damaged_and_oversized_batches_are_refused) {
    cluster.create_topic("t", {.configs = {{"max.message.bytes", "100"}}});
    auto bad = numbered(1);
    bad.back() ^= std::byte{1};
    EXPECT_EQ(store("t", bad).error_code, code(broker_errc::corrupt_message));
    EXPECT_EQ(store("t", numbered(100)).error_code, code(broker_errc::message_too_large));
    EXPECT_EQ(store("t", {}).error_code, code(broker_errc::invalid_record));
    EXPECT_EQ(cluster.end_offset("t", 0), 0);
}

TEST_F(broker, without_acks_there_is_no_answer_and_an_error_hangs_up) { // P22
    cluster.create_topic("t");
    raw_client silent(cluster, 1);
    silent.send(produce("t", numbered(1), 0));
    const auto r =
        silent.receive_after_silence<protocol::metadata::response>(protocol::metadata::request{});
    EXPECT_EQ(r.brokers.size(), 1u);
    EXPECT_EQ(cluster.end_offset("t", 0), 1);
    silent.send(produce("t", {}, 0));
    EXPECT_TRUE(silent.hung_up());
}

TEST_F(broker, acks_are_minus_one_zero_or_one) {
    cluster.create_topic("t");
    EXPECT_EQ(client.ask(produce("t", numbered(1), 2)).topics.at(0).partitions.at(0).error_code,
              code(broker_errc::invalid_required_acks));
}

TEST_F(broker, append_time_comes_from_the_broker) {
    cluster.create_topic("t", {.configs = {{"message.timestamp.type", "LogAppendTime"}}});
    const auto r = store("t", numbered(1, 1000));
    EXPECT_GT(r.log_append_time_ms, 1000);
    EXPECT_EQ(cluster.stored("t", 0).at(0).timestamp.time_since_epoch().count(),
              r.log_append_time_ms);
}

TEST_F(broker, compressed_batches_are_kept_but_not_opened) {
    cluster.create_topic("t");
    auto b = numbered(2);
    kcpp::wire::store_be(&b[21], std::int16_t{4}); // zstd, it says
    b = batch_maker::sealed(b);
    EXPECT_EQ(store("t", b).error_code, 0);
    const auto stored = cluster.stored_batches("t", 0).at(0);
    EXPECT_EQ(stored.compression, compression::zstd);
    EXPECT_EQ(stored.record_count, 2);
    EXPECT_EQ(stored.size, b.size());
    EXPECT_THROW(cluster.stored("t", 0), std::logic_error);
    EXPECT_EQ(client.ask(produce("t", b), 6).topics.at(0).partitions.at(0).error_code,
              code(broker_errc::unsupported_compression_type));
}
