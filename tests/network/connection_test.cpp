#include "connection_fixture.hpp"
#include "protocol/produce.hpp"

#include <climits>

namespace kcpp::network {
namespace {

using namespace std::chrono_literals;
namespace heartbeat = protocol::heartbeat;

std::vector<std::byte> raw(std::initializer_list<int> values) {
    std::vector<std::byte> bytes;
    for (int v : values)
        bytes.push_back(static_cast<std::byte>(v));
    return bytes;
}

TEST_F(connection_test, requests_are_pipelined_and_answered_in_order) { // C6
    const auto conn = connect();
    auto first = start_call(conn);
    auto second = start_call(conn);
    auto third = start_call(conn);
    const auto a = peer->next(), b = peer->next(), c = peer->next();
    EXPECT_EQ(b.header.correlation_id, a.header.correlation_id + 1);
    EXPECT_EQ(c.header.correlation_id, b.header.correlation_id + 1);
    EXPECT_EQ(conn->in_flight(), 3u);
    EXPECT_FALSE(first.done());

    heartbeat::response said;
    said.error_code = 27;
    peer->answer(a, said);
    rt.run_now();
    EXPECT_EQ(first->value().body.error_code, 27);
    EXPECT_FALSE(second.done());
    said.error_code = 25;
    peer->answer(b, said);
    peer->answer(c, heartbeat::response());
    rt.run_now();
    EXPECT_EQ(second->value().body.error_code, 25);
    EXPECT_EQ(third->value().body.error_code, 0);
    EXPECT_EQ(conn->in_flight(), 0u);
}

TEST_F(connection_test, a_response_may_come_byte_by_byte) {
    rt.wires().largest_read = 1;
    const auto conn = connect();
    auto asked = start_call(conn);
    peer->answer(peer->next(), heartbeat::response());
    rt.run_now();
    EXPECT_TRUE(asked->has_value());
}

TEST_F(connection_test, a_response_to_another_request_closes_the_connection_and_names_both) { // C6
    const auto conn = connect();
    auto first = start_call(conn);
    auto second = start_call(conn);
    const auto a = peer->next();
    peer->answer(a.header.correlation_id + 40, a.header.api_version, heartbeat::response());
    const auto why = failure(first);
    EXPECT_EQ(why, client_errc::protocol_error);
    EXPECT_TRUE(says(why, std::to_string(a.header.correlation_id + 40)));
    EXPECT_TRUE(says(why, base::text("where ", a.header.correlation_id, " (Heartbeat) was due")));
    EXPECT_EQ(why.broker(), 2);
    EXPECT_EQ(failure(second), client_errc::protocol_error);
    EXPECT_FALSE(conn->is_open());
}

TEST_F(connection_test, a_response_that_nobody_asked_for_closes_the_connection) {
    const auto conn = connect();
    peer->answer(99, 4, heartbeat::response());
    rt.run_now();
    ASSERT_FALSE(conn->is_open());
    EXPECT_EQ(*conn->closed_because(), client_errc::protocol_error);
    EXPECT_TRUE(says(*conn->closed_because(), "nobody had asked for"));
}

TEST_F(connection_test, a_response_too_short_for_a_correlation_id_closes_the_connection) {
    const auto conn = connect();
    auto asked = start_call(conn);
    peer->next();
    peer->say(raw({0, 0, 0, 2, 0, 0}));
    const auto why = failure(asked);
    EXPECT_EQ(why, client_errc::protocol_error);
    EXPECT_TRUE(says(why, "2 bytes"));
}

TEST_F(connection_test, a_response_cut_short_fails_the_request_when_the_broker_hangs_up) {
    const auto conn = connect();
    auto asked = start_call(conn);
    auto bytes =
        runtime::scripted_peer::frame(peer->next().header.correlation_id, 4, heartbeat::response());
    bytes.pop_back();
    peer->say(bytes);
    rt.run_now();
    EXPECT_FALSE(asked.done());
    peer->hang_up();
    const auto why = failure(asked);
    EXPECT_EQ(why, client_errc::connection_lost);
    EXPECT_TRUE(says(why, "Heartbeat: the connection to broker 2"));
}

TEST_F(connection_test, a_response_with_bytes_missing_inside_closes_the_connection) {
    const auto conn = connect();
    auto asked = start_call(conn);
    const auto request = peer->next();
    auto bytes = runtime::scripted_peer::frame(request.header.correlation_id,
                                               request.header.api_version, heartbeat::response());
    bytes.pop_back();
    bytes[3] = static_cast<std::byte>(bytes.size() - 4);
    peer->say(bytes);
    const auto why = failure(asked);
    EXPECT_EQ(why, client_errc::protocol_error);
    EXPECT_TRUE(says(why, "Heartbeat version 4"));
    EXPECT_FALSE(conn->is_open());
}

TEST_F(connection_test, an_array_count_of_two_billion_closes_the_connection) {
    const auto conn = connect();
    auto asked = start_call<protocol::metadata::request>(conn, patiently());
    const auto request = peer->next();
    auto bytes = runtime::scripted_peer::frame(
        request.header.correlation_id, request.header.api_version, protocol::metadata::response());
    // Length, correlation id, tags and throttle time stand before the compact count of brokers.
    constexpr std::size_t count_at = 4 + 4 + 1 + 4;
    bytes.erase(bytes.begin() + count_at);
    const auto huge = raw({0xff, 0xff, 0xff, 0xff, 0x07});
    bytes.insert(bytes.begin() + count_at, huge.begin(), huge.end());
    bytes[3] = static_cast<std::byte>(bytes.size() - 4);
    peer->say(bytes);
    EXPECT_EQ(failure(asked), client_errc::protocol_error);
    EXPECT_FALSE(conn->is_open());
}

class announced_length : public connection_test,
                         public testing::WithParamInterface<std::int32_t> {};

TEST_P(announced_length, that_cannot_be_closes_the_connection) {
    const auto conn = connect();
    auto asked = start_call(conn);
    peer->next();
    std::vector<std::byte> length(4);
    wire::store_be(length.data(), GetParam());
    peer->say(length);
    const auto why = failure(asked);
    EXPECT_EQ(why, client_errc::protocol_error);
    EXPECT_TRUE(says(why, base::text("announced a response of ", GetParam(), " bytes")));
    EXPECT_TRUE(says(why, "max_response_bytes"));
}

INSTANTIATE_TEST_SUITE_P(connection_test, announced_length,
                         testing::Values(INT32_MAX, -1, INT32_MIN, 100'000'001));

TEST_F(connection_test, a_tls_alert_is_recognized) { // C12
    const auto conn = connect();
    auto asked = start_call(conn);
    peer->next();
    peer->say(raw({0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46}));
    EXPECT_TRUE(says(failure(asked), "it answers in TLS"));
}

TEST_F(connection_test, a_web_server_is_recognized) {
    const auto conn = connect();
    auto asked = start_call(conn);
    peer->next();
    peer->say("HTTP/1.1 400 Bad Request\r\n");
    EXPECT_TRUE(says(failure(asked), "this is not a Kafka port"));
}

TEST_F(connection_test, whatever_is_under_way_fails_once_when_the_broker_hangs_up) {
    const auto conn = connect();
    auto first = start_call(conn);
    auto second = start_call(conn);
    peer->next();
    peer->next();
    int closed = 0;
    conn->on_closed = [&] { ++closed; };
    peer->hang_up();
    EXPECT_EQ(failure(first), client_errc::connection_lost);
    EXPECT_EQ(failure(second), client_errc::connection_lost);
    EXPECT_EQ(closed, 1);
    conn->close(error(client_errc::closed, "twice"));
    EXPECT_EQ(closed, 1);
    auto late = start_call(conn);
    EXPECT_EQ(failure(late), client_errc::connection_lost)
        << "a closed connection keeps its reason";
}

TEST_F(connection_test, a_lost_answer_tells_whether_the_request_may_have_been_executed) {
    const auto conn = connect();
    auto changing = patiently();
    changing.leaves = effect::lasting;
    auto change = start_call(conn, changing);
    auto look = start_call(conn);
    peer->next();
    peer->hang_up();
    EXPECT_TRUE(failure(change).unknown_outcome());
    EXPECT_FALSE(failure(look).unknown_outcome()) << "asking again costs nothing";

    auto never_written = start_call(conn, changing);
    EXPECT_FALSE(failure(never_written).unknown_outcome()) << "it was not written";
}

TEST_F(connection_test, an_unreadable_answer_to_a_change_is_an_unknown_outcome) {
    const auto conn = connect();
    auto changing = patiently();
    changing.leaves = effect::lasting;
    auto change = start_call(conn, changing);
    std::vector<std::byte> bytes(4 + 4 + 1);
    bytes[3] = std::byte{5};
    wire::store_be(bytes.data() + 4, peer->next().header.correlation_id);
    peer->say(bytes);
    const auto why = failure(change);
    EXPECT_EQ(why, client_errc::protocol_error);
    EXPECT_TRUE(why.unknown_outcome());
}

TEST_F(connection_test, produce_without_acks_is_done_when_it_is_written) {
    const auto conn = connect();
    auto how = patiently();
    how.answered = false;
    protocol::produce::request nothing;
    nothing.acks = 0;
    auto sent = start_call(conn, how, nothing);
    rt.run_until([&] { return sent.done(); });
    EXPECT_TRUE(sent->has_value());
    EXPECT_EQ(conn->in_flight(), 0u);

    // The next answer belongs to the next request.
    auto asked = start_call(conn);
    EXPECT_EQ(peer->next().header.api_key, protocol::produce::request::api_key);
    peer->answer(peer->next(), heartbeat::response());
    rt.run_now();
    EXPECT_TRUE(asked->has_value());
}

TEST_F(connection_test, record_batches_are_sent_from_where_they_are_and_held_until_written) {
    const auto conn = connect();
    auto batch = wire::shared_buffer::allocate(1'000);
    std::ranges::fill(batch.bytes(), std::byte{0x5a});
    protocol::produce::request request;
    request.acks = -1;
    request.topics.push_back({});
    request.topics[0].name = "orders";
    request.topics[0].partitions.push_back({});
    request.topics[0].partitions[0].records = std::span<const std::byte>(batch.bytes());
    request_frame frame;
    ASSERT_EQ(make_frame(frame, request, 12, "tester"), wire::codec_error::ok);
    frame.payload_owners.push_back(batch);
    bool answered = false;
    conn->send(std::move(frame), {30s}, [&](reply) { answered = true; });
    EXPECT_FALSE(batch.unique());

    const auto got = peer->next();
    EXPECT_TRUE(std::ranges::equal(
        *got.as<protocol::produce::request>().topics[0].partitions[0].records, batch.bytes()));
    rt.run_now();
    EXPECT_TRUE(batch.unique()) << "let go of as soon as it was written";
    EXPECT_FALSE(answered);
    conn->close(error(client_errc::closed, "the test is over"));
    EXPECT_TRUE(answered);
}

TEST_F(connection_test, a_call_that_the_broker_does_not_speak_says_what_it_speaks) {
    auto opening = start_open(where());
    peer = &broker.accept();
    protocol::api_versions::response old;
    old.apis.push_back({18, 0, 4});
    old.apis.push_back({heartbeat::request::api_key, 9, 11});
    peer->answer(peer->next(), old);
    rt.run_until([&] { return opening.done(); });
    const auto conn = keep(opening->value());
    auto asked = start_call(conn);
    const auto why = failure(asked);
    EXPECT_EQ(why, client_errc::unsupported_version);
    EXPECT_TRUE(says(why, "9 to 11 of Heartbeat, while 0 to 4 would be needed"));
    EXPECT_TRUE(conn->is_open());
}

} // namespace
} // namespace kcpp::network
