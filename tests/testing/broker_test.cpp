// One broker, asked frame by frame: what it says of itself, and what is no request.

#include "broker_fixture.hpp"

using namespace kcpp;
using kcpp::testing::embedded_cluster;

namespace {

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
    EXPECT_EQ(r.apis.size(), 26u);
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

TEST_F(broker, topics_of_kafka_itself_are_told_apart) {
    for (const char* name : {"__consumer_offsets", "__transaction_state", "__mine", "t"})
        cluster.create_topic(name);
    EXPECT_TRUE(describe("__consumer_offsets").is_internal);
    EXPECT_TRUE(describe("__transaction_state").is_internal);
    EXPECT_FALSE(describe("__mine").is_internal);
    EXPECT_FALSE(describe("t").is_internal);
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
