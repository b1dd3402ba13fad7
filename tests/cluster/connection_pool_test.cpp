#include "core_fixture.hpp"
#include "protocol/heartbeat.hpp"

namespace kcpp::cluster {
namespace {

using namespace std::chrono_literals;
using ready = std::shared_ptr<network::connection>;
namespace heartbeat = protocol::heartbeat;

/// The one bootstrap server, which is the scripted broker.
constexpr std::int32_t bootstrap = -1;

class connection_pool_test : public core_test {
protected:
    future<ready> get(std::int32_t node = bootstrap, channel over = purpose::general,
                      runtime::duration limit = 60s) {
        return run<ready>(core_->pool().get(node, over, in(limit)));
    }
    void know_brokers(std::map<std::int32_t, std::uint16_t> ports) {
        std::map<std::int32_t, cluster::broker> brokers;
        for (const auto& [id, port] : ports)
            brokers[id] = {{id, "127.0.0.1", port}, ""};
        on_io_thread([&, brokers] { core_->pool().set_brokers(brokers); });
    }
};

TEST_F(connection_pool_test, one_connection_per_broker_and_purpose) {
    start();
    auto first = get();
    auto second = get();
    broker.accept_and_greet();
    const auto conn = first.get();
    EXPECT_EQ(second.get(), conn);
    EXPECT_EQ(get().get(), conn);
    EXPECT_EQ(broker.accepted(), 1u);
    auto other = get(bootstrap, purpose::fetch);
    broker.accept_and_greet();
    EXPECT_NE(other.get(), conn);
}

TEST_F(connection_pool_test, a_broker_that_nobody_told_of_is_an_error) {
    start();
    const auto said = get(9).result();
    EXPECT_EQ(said.error(), client_errc::connect_failed);
    EXPECT_TRUE(says(said.error(), "broker 9 is not known"));
}

TEST_F(connection_pool_test, a_failed_attempt_tells_what_came_of_it) {
    broker.close();
    start();
    const auto said = get().result();
    EXPECT_EQ(said.error(), client_errc::connect_failed);
    EXPECT_TRUE(says(said.error(), options.bootstrap_servers));
}

TEST_F(connection_pool_test, attempts_are_made_after_growing_pauses) { // C7, KIP-144
    broker.close();
    start();
    EXPECT_FALSE(get().result());
    auto expected = 50ms;
    for (int i = 0; i < 10; ++i) {
        const auto asked_at = rt->now();
        EXPECT_FALSE(get().result());
        EXPECT_GE(rt->now() - asked_at, expected * 8 / 10) << i;
        EXPECT_LE(rt->now() - asked_at, expected * 12 / 10) << i;
        expected = std::min<std::chrono::milliseconds>(expected * 2, 1000ms);
    }
    EXPECT_EQ(rt->connects().size(), 11u);
}

TEST_F(connection_pool_test, pauses_differ_so_that_clients_do_not_come_back_together) { // C7
    broker.close();
    options.reconnect_backoff = options.reconnect_backoff_max = 1000ms;
    start();
    EXPECT_FALSE(get().result());
    std::set<runtime::duration> pauses;
    for (int i = 0; i < 10; ++i) {
        const auto asked_at = rt->now();
        EXPECT_FALSE(get().result());
        pauses.insert(rt->now() - asked_at);
    }
    EXPECT_GT(pauses.size(), 5u);
}

TEST_F(connection_pool_test, a_lost_connection_is_made_anew_after_the_pause) {
    start();
    auto first = get();
    auto& peer = broker.accept_and_greet();
    first.get();
    peer.hang_up();
    rt->run_now();
    const auto asked_at = rt->now();
    auto second = get();
    broker.accept_and_greet();
    EXPECT_TRUE(second.get()->is_open());
    EXPECT_GE(rt->now() - asked_at, 40ms);
    EXPECT_LE(rt->now() - asked_at, 60ms);
}

TEST_F(connection_pool_test, an_idle_connection_that_was_closed_is_made_anew_at_once) { // C9
    options.connections_max_idle = 10s;
    start();
    auto first = get();
    broker.accept_and_greet();
    first.get();
    rt->run_for(10s);
    const auto asked_at = rt->now();
    auto second = get();
    broker.accept_and_greet();
    EXPECT_TRUE(second.get()->is_open());
    EXPECT_EQ(rt->now(), asked_at);
}

TEST_F(connection_pool_test, waiting_for_a_connection_ends_at_the_callers_deadline) {
    rt->hang_connects({"127.0.0.1", broker.port()});
    start();
    const auto asked_at = rt->now();
    const auto said = get(bootstrap, purpose::general, 2s).result();
    EXPECT_EQ(rt->now() - asked_at, 2s);
    EXPECT_EQ(said.error(), client_errc::timed_out);
}

TEST_F(connection_pool_test, a_slow_network_gets_more_time_each_time) { // C7, KIP-601
    rt->hang_connects({"127.0.0.1", broker.port()});
    start();
    std::vector<runtime::duration> taken;
    for (int i = 0; i < 4; ++i) {
        rt->run_for(2s); // past the pause between attempts
        const auto asked_at = rt->now();
        EXPECT_FALSE(get(bootstrap, purpose::general, 120s).result());
        taken.push_back(rt->now() - asked_at);
    }
    const std::vector<runtime::duration> expected{10s, 20s, 30s, 30s};
    for (std::size_t i = 0; i < taken.size(); ++i) {
        EXPECT_GE(taken[i], expected[i] * 8 / 10) << i;
        EXPECT_LE(taken[i], expected[i] * 12 / 10) << i;
    }
}

TEST_F(connection_pool_test, a_broker_that_hangs_up_on_the_greeting_is_greeted_in_version_0) { // C3
    start();
    auto first = get();
    auto& rude = broker.accept();
    EXPECT_EQ(rude.next().header.api_version, 4);
    rude.hang_up();
    EXPECT_FALSE(first.result());
    auto second = get();
    auto& again = broker.accept();
    const auto hello = again.next();
    EXPECT_EQ(hello.header.api_version, 0);
    again.answer(hello, runtime::all_versions());
    EXPECT_TRUE(second.get()->is_open());
}

TEST_F(connection_pool_test, brokers_that_are_gone_lose_their_connections) {
    runtime::scripted_broker other(*rt);
    start();
    know_brokers({{1, broker.port()}, {2, other.port()}});
    auto one = get(1), two = get(2);
    broker.accept_and_greet();
    auto& peer = other.accept_and_greet();
    const auto stays = one.get(), goes = two.get();
    know_brokers({{1, broker.port()}});
    EXPECT_TRUE(stays->is_open());
    EXPECT_FALSE(goes->is_open());
    EXPECT_TRUE(peer.gone());
    EXPECT_EQ(get(2).result().error(), client_errc::connect_failed);
}

TEST_F(connection_pool_test, a_broker_with_a_new_address_is_connected_to_there) {
    runtime::scripted_broker other(*rt);
    start();
    know_brokers({{1, broker.port()}});
    auto before = get(1);
    broker.accept_and_greet();
    const auto old = before.get();
    know_brokers({{1, other.port()}});
    EXPECT_FALSE(old->is_open());
    auto after = get(1);
    other.accept_and_greet();
    EXPECT_EQ(after.get()->where().port, other.port());
}

TEST_F(connection_pool_test, any_broker_means_one_that_is_connected_and_has_little_to_do) {
    runtime::scripted_broker other(*rt);
    start();
    EXPECT_EQ(core_->pool().any_node(), bootstrap) << "nothing else is known";
    know_brokers({{1, broker.port()}, {2, other.port()}});
    auto one = get(1), two = get(2);
    auto& busy = broker.accept_and_greet();
    other.accept_and_greet();
    one.get();
    two.get();
    const network::call_options patient{{30s}};
    const heartbeat::request beat;
    auto asked = run<network::answer<heartbeat::response>>(
        core_->call(1, purpose::general, beat, patient));
    const auto request = busy.next();
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(core_->pool().any_node(), 2);
    busy.answer(request, heartbeat::response());
    asked.get();
}

TEST_F(connection_pool_test,
       the_bootstrap_servers_are_asked_when_all_brokers_are_unwell) { // L6, KIP-899
    runtime::scripted_broker other(*rt);
    start();
    know_brokers({{5, other.port()}});
    auto conn = get(5);
    other.accept_and_greet();
    conn.get();
    EXPECT_EQ(core_->pool().any_node(), 5);
    other.close();
    know_brokers({{5, 1}}); // an address that refuses
    EXPECT_FALSE(get(5).result());
    EXPECT_EQ(core_->pool().any_node(), bootstrap);
}

TEST_F(connection_pool_test, a_lane_has_connections_of_its_own_and_loses_them_when_it_is_closed) {
    start();
    std::uint32_t lane = 0;
    on_io_thread([&] { lane = core_->pool().open_lane(); });
    auto shared = get(bootstrap, purpose::fetch);
    broker.accept_and_greet();
    auto own = get(bootstrap, {purpose::fetch, lane});
    auto& peer = broker.accept_and_greet();
    const auto stays = shared.get(), goes = own.get();
    EXPECT_NE(stays, goes);
    on_io_thread([&] { core_->pool().close_lane(lane, error(client_errc::closed, "gone")); });
    EXPECT_TRUE(stays->is_open());
    EXPECT_FALSE(goes->is_open());
    EXPECT_TRUE(peer.gone());
    EXPECT_EQ(get(bootstrap, {purpose::fetch, lane}).result().error(), client_errc::closed);
}

TEST_F(connection_pool_test, a_lane_closed_while_it_connects_leaves_nothing_behind) {
    start();
    std::uint32_t lane = 0;
    on_io_thread([&] { lane = core_->pool().open_lane(); });
    auto own = get(bootstrap, {purpose::fetch, lane});
    auto& peer = broker.accept();
    const auto hello = peer.next();
    on_io_thread([&] { core_->pool().close_lane(lane, error(client_errc::closed, "gone")); });
    EXPECT_EQ(own.result().error(), client_errc::closed);
    peer.answer(hello, runtime::all_versions());
    rt->run_now();
    EXPECT_TRUE(peer.gone());
}

// Seed 4915 of the simulation's group workload: a consumer on a client whose earlier consumer had
// just been closed heard that "the consumer was closed".
TEST_F(connection_pool_test, a_lane_closed_while_it_connects_is_no_failure_of_the_broker) {
    start();
    std::uint32_t lane = 0;
    on_io_thread([&] { lane = core_->pool().open_lane(); });
    auto own = get(bootstrap, {purpose::fetch, lane});
    broker.accept().next();
    on_io_thread([&] { core_->pool().close_lane(lane, error(client_errc::closed, "gone")); });
    rt->run_now();
    EXPECT_FALSE(core_->pool().last_failure());
    const auto asked_at = rt->now();
    auto shared = get(bootstrap, purpose::fetch);
    broker.accept_and_greet();
    EXPECT_TRUE(shared.get()->is_open());
    EXPECT_EQ(rt->now(), asked_at);
}

TEST_F(connection_pool_test, closing_ends_whoever_waits) {
    rt->hang_connects({"127.0.0.1", broker.port()});
    start();
    auto waiting = get();
    rt->run_for(1s);
    const auto asked_at = rt->now();
    stop();
    EXPECT_EQ(waiting.result().error(), client_errc::closed);
    EXPECT_EQ(rt->now(), asked_at);
}

} // namespace
} // namespace kcpp::cluster
