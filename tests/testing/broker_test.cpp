// One broker, asked frame by frame.

#include "batches.hpp"
#include "protocol/all.hpp"
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

struct broker : ::testing::Test {
    embedded_cluster cluster{{.brokers = 1}};
    raw_client client{cluster, 1};

    protocol::metadata::topic_metadata describe(const std::string& topic) {
        protocol::metadata::request q;
        q.allow_auto_topic_creation = true;
        q.topics->emplace_back().name = topic;
        return client.ask(q).topics.at(0);
    }
    protocol::produce::request
    produce(const std::string& topic, const std::vector<std::byte>& batch, std::int16_t acks = -1) {
        protocol::produce::request q;
        q.acks = acks;
        auto& t = q.topics.emplace_back();
        t.name = topic;
        t.topic_id = describe(topic).topic_id;
        t.partitions.push_back({0, batch});
        return q;
    }
    protocol::produce::partition_result store(const std::string& topic,
                                              const std::vector<std::byte>& batch) {
        return client.ask(produce(topic, batch)).topics.at(0).partitions.at(0);
    }
    protocol::fetch::request fetch(const std::string& topic, std::int64_t offset) {
        protocol::fetch::request q;
        q.min_bytes = 1;
        q.max_bytes = 1 << 20;
        auto& t = q.topics.emplace_back();
        t.name = topic;
        t.topic_id = describe(topic).topic_id;
        auto& p = t.partitions.emplace_back();
        p.fetch_offset = offset;
        p.max_bytes = 1 << 20;
        return q;
    }
    protocol::fetch::partition_result read(const protocol::fetch::request& q) {
        return client.ask(q).topics.at(0).partitions.at(0);
    }
};

std::vector<std::byte> hex_frame(std::initializer_list<int> list) {
    std::vector<std::byte> bytes;
    for (const int b : list)
        bytes.push_back(static_cast<std::byte>(b));
    return bytes;
}

} // namespace

TEST_F(broker, api_versions_tells_what_is_answered_and_no_more) {
    const auto r = client.ask(protocol::api_versions::request{
        .client_software_name = "raw", .client_software_version = "1", .cluster_id = {}});
    ASSERT_EQ(r.error_code, 0);
    for (const auto& a : r.apis) {
        const auto* info = protocol::find_api(a.api_key);
        ASSERT_NE(info, nullptr) << a.api_key;
        EXPECT_EQ(a.max_version, info->newest) << info->name;
        EXPECT_EQ(a.min_version, a.api_key == 0 ? 0 : info->oldest)
            << info->name; // Produce claims 0 (KAFKA-18659)
    }
    EXPECT_EQ(r.apis.size(), 25u);
}

TEST_F(broker, api_versions_from_the_future_are_answered_in_version_0) { // KIP-511, C2
    const auto from_the_future = hex_frame({0, 0, 0, 11, 0, 18, 0, 99, 0, 0, 0, 1, 0xff, 0xff, 0});
    client.send_bytes(from_the_future);
    const auto r = client.receive<protocol::api_versions::response>(0);
    EXPECT_EQ(r.error_code, code(broker_errc::unsupported_version));
    ASSERT_EQ(r.apis.size(), 1u);
    EXPECT_EQ(r.apis[0].api_key, 18);
    EXPECT_EQ(r.apis[0].max_version, 5);
}

TEST_F(broker, a_client_at_the_wrong_cluster_is_told) { // KIP-1242
    protocol::api_versions::request q{
        .client_software_name = "raw", .client_software_version = "1", .cluster_id = "other"};
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::rebootstrap_required));
    q.cluster_id.reset();
    q.node_id = 2;
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::rebootstrap_required));
    q.node_id = 1;
    EXPECT_EQ(client.ask(q).error_code, 0);
}

TEST_F(broker, a_strange_software_name_is_refused) {
    const protocol::api_versions::request q{
        .client_software_name = "-raw", .client_software_version = "1", .cluster_id = {}};
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::invalid_request));
}

TEST_F(broker, what_is_no_request_ends_the_connection) {
    const auto unknown_api = hex_frame({0, 0, 0, 10, 0x7f, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff});
    const auto version_99 = hex_frame({0, 0, 0, 10, 0, 3, 0, 99, 0, 0, 0, 1, 0xff, 0xff});
    const auto too_long = hex_frame({6, 0x40, 0, 1}); // 100 MiB and a byte
    const auto negative = hex_frame({0xff, 0xff, 0xff, 0xff});
    const auto no_header = hex_frame({0, 0, 0, 1, 0});
    const auto cut_body = hex_frame({0, 0, 0, 12, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0});
    const auto trailing = hex_frame({0, 0, 0, 11, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0});
    for (const auto& bad :
         {unknown_api, version_99, too_long, negative, no_header, cut_body, trailing}) {
        raw_client other(cluster, 1);
        other.send_bytes(bad);
        EXPECT_TRUE(other.hung_up());
    }
    EXPECT_EQ(client.ask(protocol::metadata::request{}).brokers.size(), 1u);
}

TEST_F(broker, metadata_without_topics_means_what_its_version_says) { // L5
    cluster.create_topic("t");
    protocol::metadata::request all, none;
    all.topics.reset();
    EXPECT_EQ(client.ask(none, 0).topics.size(), 1u);
    EXPECT_EQ(client.ask(none, 1).topics.size(), 0u);
    EXPECT_EQ(client.ask(all, 1).topics.size(), 1u);
    EXPECT_EQ(client.ask(all).topics.size(), 1u);
}

TEST_F(broker, topics_are_found_by_id_from_version_12_on) {
    cluster.create_topic("t");
    protocol::metadata::request q;
    auto& t = q.topics->emplace_back();
    t.topic_id = describe("t").topic_id;
    t.name.reset();
    EXPECT_EQ(client.ask(q).topics.at(0).name, "t");
    t.topic_id.bytes[0] ^= 1;
    EXPECT_EQ(client.ask(q).topics.at(0).error_code, code(broker_errc::unknown_topic_id));
    EXPECT_EQ(client.ask(q, 12).topics.at(0).name, std::nullopt);
    t.name = "t";
    EXPECT_EQ(client.ask(q, 10).topics.at(0).error_code, code(broker_errc::invalid_request));
}

TEST_F(broker, unknown_topics_are_made_only_where_cluster_and_client_want_it) {
    EXPECT_EQ(describe("t").error_code, code(broker_errc::unknown_topic_or_partition));
    EXPECT_EQ(describe("t").error_code, code(broker_errc::unknown_topic_or_partition));
    EXPECT_EQ(describe("a b").error_code, code(broker_errc::invalid_topic_exception));

    const embedded_cluster willing{{.auto_create_topics = true, .default_partitions = 2}};
    raw_client other(willing, 1);
    protocol::metadata::request q;
    q.topics->emplace_back().name = "t";
    q.allow_auto_topic_creation = false;
    other.ask(q);
    EXPECT_EQ(other.ask(q).topics.at(0).error_code, code(broker_errc::unknown_topic_or_partition));
    q.allow_auto_topic_creation = true;
    EXPECT_EQ(other.ask(q).topics.at(0).error_code, code(broker_errc::unknown_topic_or_partition));
    EXPECT_EQ(other.ask(q).topics.at(0).partitions.size(), 2u);
}

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

TEST_F(broker, leader_epochs_are_compared) { // KIP-320
    cluster.create_topic("t");
    auto q = fetch("t", 0);
    q.topics[0].partitions[0].current_leader_epoch = 1;
    EXPECT_EQ(read(q).error_code, code(broker_errc::unknown_leader_epoch));
    q.topics[0].partitions[0].current_leader_epoch = 0;
    EXPECT_EQ(read(q).error_code, 0);
}

TEST_F(broker, fetch_sessions_are_not_kept) {
    auto q = protocol::fetch::request{};
    q.session_id = 7;
    q.session_epoch = 1;
    EXPECT_EQ(client.ask(q).error_code, code(broker_errc::fetch_session_id_not_found));
    q.session_id = 0;
    q.session_epoch = 0;
    EXPECT_EQ(client.ask(q).session_id, 0);
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

TEST_F(broker, idempotent_batches_are_stored_once) {
    cluster.create_topic("t");
    const auto id =
        client.ask(protocol::init_producer_id::request{.transactional_id = std::nullopt});
    ASSERT_EQ(id.error_code, 0);
    const auto batch = [&](std::int32_t sequence) {
        return batch_maker{.records = {{{}, "v"}},
                           .producer_id = id.producer_id,
                           .producer_epoch = 0,
                           .base_sequence = sequence}
            .make();
    };
    EXPECT_EQ(store("t", batch(0)).base_offset, 0);
    EXPECT_EQ(store("t", batch(1)).base_offset, 1);
    const auto again = store("t", batch(0));
    EXPECT_EQ(again.error_code, 0);
    EXPECT_EQ(again.base_offset, 0);
    EXPECT_EQ(store("t", batch(3)).error_code, code(broker_errc::out_of_order_sequence_number));
    EXPECT_EQ(cluster.end_offset("t", 0), 2);
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
