#include "core_fixture.hpp"

namespace kcpp::cluster {
namespace {

using namespace std::chrono_literals;

class client_test : public core_test {
protected:
    client_test() { options.api_timeout = 5s; }
    client make() {
        return client_maker::make(options, [this] { return rt; });
    }
    /// Pings and gives the error, which must come within the deadline.
    error failed_ping() {
        const auto asked_at = rt->now();
        auto c = make();
        auto said = c.ping().result();
        EXPECT_LE(rt->now() - asked_at, options.api_timeout);
        if (said) throw std::runtime_error("this should have failed");
        return said.error();
    }
};

TEST_F(client_test, pings) {
    auto c = make();
    auto ping = c.ping();
    auto& peer = broker.accept_and_greet();
    peer.answer(peer.next(), cluster_of_one());
    EXPECT_TRUE(ping.result());
}

TEST_F(client_test, an_empty_bootstrap_list_is_refused_before_anything_is_made) {
    options.bootstrap_servers = "";
    bool made = false;
    try {
        core::start(options, [&]() -> std::shared_ptr<runtime::runtime> {
            made = true;
            return rt;
        });
        FAIL();
    } catch (const kafka_error& e) {
        EXPECT_EQ(e.detail(), client_errc::invalid_option);
        EXPECT_TRUE(says(e.detail(), "bootstrap"));
    }
    EXPECT_FALSE(made);
}

TEST_F(client_test, a_closed_port_is_an_error_that_names_server_and_call) {
    broker.close();
    const auto why = failed_ping();
    EXPECT_EQ(why, client_errc::connect_failed);
    EXPECT_TRUE(says(why, "Metadata"));
    EXPECT_TRUE(says(why, options.bootstrap_servers));
    EXPECT_TRUE(says(why, "refused"));
}

TEST_F(client_test, an_unknown_host_is_an_error_that_names_it) {
    options.bootstrap_servers = "nowhere.example:9092";
    const auto why = failed_ping();
    EXPECT_EQ(why, client_errc::host_not_found);
    EXPECT_TRUE(says(why, "nowhere.example:9092: the host name has no address"));
}

TEST_F(client_test, a_look_up_that_hangs_is_an_error_at_the_deadline) {
    options.bootstrap_servers = "slow.example:9092";
    rt->hang_lookups("slow.example");
    const auto why = failed_ping();
    EXPECT_EQ(why, client_errc::timed_out);
    EXPECT_TRUE(says(why, "slow.example:9092"));
}

TEST_F(client_test, a_network_that_swallows_packets_is_an_error_at_the_deadline) {
    rt->hang_connects({"127.0.0.1", broker.port()});
    EXPECT_EQ(failed_ping(), client_errc::timed_out);
}

TEST_F(client_test, a_broker_that_says_nothing_is_an_error_at_the_deadline) {
    // It accepts and is silent.
    EXPECT_EQ(failed_ping(), client_errc::timed_out);
}

/// What a TLS server says to a client that speaks plaintext.
std::vector<std::byte> tls_alert() {
    std::vector<std::byte> alert;
    for (int b : {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46})
        alert.push_back(static_cast<std::byte>(b));
    return alert;
}

TEST_F(client_test, a_tls_port_spoken_to_in_plain_is_named_as_such) { // C12
    auto c = make();
    auto ping = c.ping();
    broker.accept().say(tls_alert());
    const auto said = ping.result();
    EXPECT_EQ(said.error(), client_errc::protocol_error);
    EXPECT_TRUE(says(said.error(), "it answers in TLS"));
}

TEST_F(client_test, other_bootstrap_servers_are_tried_when_one_fails) {
    options.bootstrap_servers = base::text("127.0.0.1:1,127.0.0.1:2,127.0.0.1:", broker.port());
    auto c = make();
    auto ping = c.ping();
    auto& peer = broker.accept_and_greet();
    peer.answer(peer.next(), cluster_of_one());
    EXPECT_TRUE(ping.result());
}

TEST_F(client_test, a_stranger_among_the_bootstrap_servers_does_not_speak_for_the_others) {
    options.bootstrap_servers = base::text("127.0.0.1:1,127.0.0.1:", broker.port());
    auto c = make();
    auto ping = c.ping();
    broker.accept().say(tls_alert());
    rt->run_for(30ms);
    ASSERT_FALSE(ping.ready());
    auto& peer = broker.accept_and_greet();
    peer.answer(peer.next(), cluster_of_one());
    EXPECT_TRUE(ping.result());
}

/// The moments at which a client is closed.
enum class moment { looking_up, connecting, greeting, asking, pausing };

class closing : public client_test, public testing::WithParamInterface<moment> {};

TEST_P(closing, ends_what_is_under_way_at_once_and_leaves_nothing) {
    if (GetParam() == moment::looking_up) {
        options.bootstrap_servers = "slow.example:9092";
        rt->hang_lookups("slow.example");
    }
    if (GetParam() == moment::connecting) rt->hang_connects({"127.0.0.1", broker.port()});
    if (GetParam() == moment::pausing) broker.close();
    auto c = std::make_unique<client>(make());
    const std::weak_ptr<core> watched = c->core()->weak_from_this();
    auto ping = c->ping();
    if (GetParam() == moment::greeting) broker.accept().next();
    if (GetParam() == moment::asking) broker.accept_and_greet().next();
    rt->run_for(30ms);
    ASSERT_FALSE(ping.ready());

    const auto closed_at = rt->now();
    c.reset();
    EXPECT_EQ(ping.result().error(), client_errc::closed);
    rt->run_now();
    EXPECT_EQ(rt->now(), closed_at) << "closing waits for nothing";
    EXPECT_TRUE(watched.expired()) << "a coroutine did not end";
}

INSTANTIATE_TEST_SUITE_P(client_test, closing,
                         testing::Values(moment::looking_up, moment::connecting, moment::greeting,
                                         moment::asking, moment::pausing));

TEST_F(client_test, what_comes_after_closing_is_refused) {
    auto c = make();
    const auto core = c.core()->shared_from_this();
    {
        client gone = std::move(c);
    }
    const auto said = core->run<int>([]() -> runtime::task<result<int>> { co_return 1; }).result();
    EXPECT_EQ(said.error(), client_errc::closed);
}

TEST_F(client_test, an_operation_that_throws_ends_its_future_all_the_same) {
    auto c = make();
    const auto said = c.core()
                          ->run<int>([]() -> runtime::task<result<int>> {
                              throw std::runtime_error("a defect");
                              co_return 1;
                          })
                          .result();
    ASSERT_FALSE(said);
    EXPECT_TRUE(says(said.error(), "a defect"));
}

TEST_F(client_test, a_lookup_is_made_for_each_attempt_so_that_moved_servers_are_found) { // C8
    options.bootstrap_servers = base::text("kafka.example:", broker.port());
    rt->name("kafka.example", {{"10.0.0.1"}});
    auto c = make();
    auto ping = c.ping();
    rt->run_for(30ms);
    rt->name("kafka.example", {{"127.0.0.1"}});
    auto& peer = broker.accept_and_greet();
    peer.answer(peer.next(), cluster_of_one());
    EXPECT_TRUE(ping.result());
    EXPECT_GE(rt->lookups(), 2u);
}

} // namespace
} // namespace kcpp::cluster
