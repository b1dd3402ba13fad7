#include "connection_fixture.hpp"
#include "protocol/produce.hpp"

namespace kcpp::network {
namespace {

using namespace std::chrono_literals;
namespace heartbeat = protocol::heartbeat;

heartbeat::response throttled(std::chrono::milliseconds pause) {
    heartbeat::response said;
    said.throttle_time_ms = static_cast<std::int32_t>(pause.count());
    return said;
}

TEST_F(connection_test, a_broker_that_does_not_answer_in_time_is_taken_for_dead) {
    const auto conn = connect();
    const auto asked_at = rt.now();
    auto impatient = start_call(conn, patiently(5s));
    auto patient = start_call(conn, patiently(30s));
    const auto why = failure(impatient);
    EXPECT_EQ(rt.now() - asked_at, 5s);
    EXPECT_EQ(why, client_errc::timed_out);
    EXPECT_TRUE(says(why, "did not answer Heartbeat within 5 s"));
    EXPECT_FALSE(conn->is_open());
    EXPECT_EQ(failure(patient), client_errc::timed_out)
        << "everything on the connection ends with it";
}

TEST_F(connection_test, giving_up_on_one_request_leaves_the_others_alone) { // C6
    const auto conn = connect();
    auto how = patiently();
    how.limits.give_up = rt.now() + 1s;
    auto unwanted = start_call(conn, how);
    auto wanted = start_call(conn);
    const auto a = peer->next(), b = peer->next();
    EXPECT_EQ(failure(unwanted), client_errc::timed_out);
    EXPECT_TRUE(conn->is_open());

    // Its answer still comes first, and is dropped.
    peer->answer(a, throttled(0ms));
    heartbeat::response said;
    said.error_code = 25;
    peer->answer(b, said);
    rt.run_now();
    EXPECT_EQ(wanted->value().body.error_code, 25);
}

TEST_F(connection_test, a_request_that_was_not_written_is_not_written_after_giving_up) {
    const auto conn = connect();
    conn->throttle(10s);
    auto how = patiently();
    how.limits.give_up = rt.now() + 1s;
    how.leaves = effect::lasting;
    auto unwanted = start_call(conn, how);
    const auto why = failure(unwanted);
    EXPECT_EQ(why, client_errc::timed_out);
    EXPECT_FALSE(why.unknown_outcome());
    rt.run_for(20s);
    EXPECT_FALSE(peer->next_now());
}

TEST_F(connection_test, a_broker_may_ask_for_a_pause) { // C10, KIP-219
    const auto conn = connect();
    auto first = start_call(conn);
    peer->answer(peer->next(), throttled(2s));
    rt.run_until([&] { return first.done(); });
    const auto asked_at = rt.now();
    auto second = start_call(conn);
    rt.run_for(1999ms);
    EXPECT_FALSE(peer->next_now());
    peer->answer(peer->next(), throttled(0ms));
    EXPECT_EQ(rt.now() - asked_at, 2s);
    rt.run_until([&] { return second.done(); });
    EXPECT_TRUE(second->has_value());
}

TEST_F(connection_test, a_pause_that_is_longer_than_the_timeout_does_not_count_as_silence) { // C10
    const auto conn = connect();
    auto first = start_call(conn, patiently(5s));
    auto written_before = start_call(conn, patiently(5s));
    const auto a = peer->next(), b = peer->next();
    peer->answer(a, throttled(60s));
    rt.run_until([&] { return first.done(); });
    auto waiting = start_call(conn, patiently(5s));
    rt.run_for(61s);
    EXPECT_FALSE(written_before.done()) << "the broker reads it after the pause";
    EXPECT_TRUE(conn->is_open());
    peer->answer(b, throttled(0ms));
    peer->answer(peer->next(), throttled(0ms));
    rt.run_now();
    EXPECT_TRUE(written_before->has_value());
    EXPECT_TRUE(waiting->has_value());
}

TEST_F(connection_test, an_unused_connection_is_closed) { // C9
    options.connections_max_idle = 60s;
    const auto conn = connect();
    rt.run_for(30s);
    auto asked = start_call(conn);
    peer->answer(peer->next(), throttled(0ms));
    rt.run_for(59s);
    EXPECT_TRUE(conn->is_open());
    rt.run_for(2s);
    EXPECT_FALSE(conn->is_open());
    EXPECT_TRUE(says(*conn->closed_because(), "was idle and was closed"));
    EXPECT_TRUE(peer->gone());
}

TEST_F(connection_test, a_connection_with_a_request_under_way_is_not_idle) {
    options.connections_max_idle = 10s;
    const auto conn = connect();
    auto slow = start_call(conn, patiently(100s));
    const auto request = peer->next();
    rt.run_for(50s);
    EXPECT_TRUE(conn->is_open());
    peer->answer(request, throttled(0ms));
    rt.run_now();
    EXPECT_TRUE(slow->has_value());
}

TEST_F(connection_test, a_peer_that_stops_reading_is_noticed_even_if_no_answer_is_due) {
    const auto conn = connect();
    rt.wires().stalled = true;
    auto how = patiently(5s);
    how.answered = false;
    protocol::produce::request nothing;
    nothing.acks = 0;
    const auto asked_at = rt.now();
    auto sent = start_call(conn, how, nothing);
    const auto why = failure(sent);
    EXPECT_EQ(rt.now() - asked_at, 5s);
    EXPECT_TRUE(says(why, "Produce: broker 2"));
    EXPECT_FALSE(conn->is_open());
}

} // namespace
} // namespace kcpp::network
