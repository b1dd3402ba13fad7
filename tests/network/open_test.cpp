#include "connection_fixture.hpp"

namespace kcpp::network {
namespace {

using namespace std::chrono_literals;
namespace api_versions = protocol::api_versions;

using open_test = connection_test;

api_versions::response refusal(std::vector<api_versions::api_version> offered = {}) {
    api_versions::response said;
    said.error_code = static_cast<std::int16_t>(broker_errc::unsupported_version);
    said.apis = std::move(offered);
    return said;
}

TEST_F(open_test, every_connection_begins_with_api_versions_that_name_the_client) { // C1
    auto opening = start_open(where());
    auto& peer = broker.accept();
    const auto hello = peer.next();
    EXPECT_EQ(hello.header.api_version, 4);
    EXPECT_EQ(hello.header.client_id, "kcpp");
    const auto said = hello.as<api_versions::request>();
    EXPECT_EQ(said.client_software_name, "kcpp");
    EXPECT_FALSE(said.client_software_version.empty());
    EXPECT_FALSE(opening.done());
    peer.answer(hello, runtime::all_versions());
    rt.run_now();
    EXPECT_TRUE(keep(opening->value())->is_open());
}

TEST_F(open_test,
       a_broker_that_refuses_the_version_in_version_0_is_asked_in_what_it_offers) { // C2, KIP-511
    auto opening = start_open(where());
    auto& peer = broker.accept();
    auto hello = peer.next();
    peer.answer(hello.header.correlation_id, 0, refusal({{18, 0, 2}}));
    hello = peer.next();
    EXPECT_EQ(hello.header.api_version, 2);
    peer.answer(hello, runtime::all_versions());
    rt.run_now();
    EXPECT_TRUE(keep(opening->value())->is_open());
}

TEST_F(open_test, a_refusal_that_offers_nothing_leads_to_version_0) { // C2
    auto opening = start_open(where());
    auto& peer = broker.accept();
    auto hello = peer.next();
    peer.answer(hello.header.correlation_id, 0, refusal());
    hello = peer.next();
    EXPECT_EQ(hello.header.api_version, 0);
    peer.answer(hello, runtime::all_versions());
    rt.run_now();
    EXPECT_TRUE(keep(opening->value())->is_open());
}

TEST_F(open_test, only_lower_versions_are_tried_so_that_it_ends) { // C2
    auto opening = start_open(where());
    auto& peer = broker.accept();
    auto hello = peer.next();
    peer.answer(hello.header.correlation_id, 0, refusal({{18, 0, 4}}));
    hello = peer.next();
    EXPECT_LT(hello.header.api_version, 4);
    while (hello.header.api_version > 0) {
        const auto before = hello.header.api_version;
        peer.answer(hello.header.correlation_id, 0, refusal({{18, 0, before}}));
        hello = peer.next();
        EXPECT_LT(hello.header.api_version, before);
    }
    peer.answer(hello.header.correlation_id, 0, refusal());
    const auto why = failure(opening);
    EXPECT_EQ(why, broker_errc::unsupported_version);
    EXPECT_TRUE(says(why, "ApiVersions to broker 2"));
    rt.run_now();
    EXPECT_TRUE(peer.gone());
}

TEST_F(open_test, a_plain_greeting_is_version_0) { // C3
    auto opening = start_open(where(), greeting::plain);
    auto& peer = broker.accept();
    const auto hello = peer.next();
    EXPECT_EQ(hello.header.api_version, 0);
    peer.answer(hello, runtime::all_versions());
    rt.run_now();
    EXPECT_TRUE(keep(opening->value())->is_open());
}

TEST_F(open_test, another_error_is_told) {
    auto opening = start_open(where());
    auto& peer = broker.accept();
    api_versions::response said;
    said.error_code = static_cast<std::int16_t>(broker_errc::invalid_request);
    peer.answer(peer.next(), said);
    const auto why = failure(opening);
    EXPECT_EQ(why, broker_errc::invalid_request);
    EXPECT_TRUE(says(why, "INVALID_REQUEST"));
}

TEST_F(open_test, hanging_up_before_the_greeting_hints_at_tls) { // C12
    auto opening = start_open(where());
    broker.accept().hang_up();
    EXPECT_TRUE(says(failure(opening), "perhaps it expects TLS on this port"));
}

TEST_F(open_test, hanging_up_on_the_greeting_hints_at_tls) { // C12
    auto opening = start_open(where());
    auto& peer = broker.accept();
    peer.next();
    peer.hang_up();
    const auto why = failure(opening);
    EXPECT_EQ(why, client_errc::connection_lost);
    EXPECT_TRUE(says(why, "before it said anything; perhaps it expects TLS on this port"));
}

TEST_F(open_test, a_greeting_without_answer_ends_at_the_deadline) {
    const auto asked_at = rt.now();
    auto opening = start_open(where());
    broker.accept();
    EXPECT_EQ(failure(opening), client_errc::timed_out);
    EXPECT_EQ(rt.now() - asked_at, options.connect_timeout);
}

TEST_F(open_test, a_closed_port_is_named) {
    broker.close();
    auto opening = start_open(where());
    const auto why = failure(opening);
    EXPECT_EQ(why, client_errc::connect_failed);
    EXPECT_TRUE(
        says(why, base::text("cannot connect to broker 2 (127.0.0.1:", broker.port(), ")")));
    EXPECT_TRUE(says(why, "refused"));
}

TEST_F(open_test, an_unknown_host_is_named) {
    auto opening = start_open({-1, "nowhere.example", 9092});
    const auto why = failure(opening);
    EXPECT_EQ(why, client_errc::host_not_found);
    EXPECT_TRUE(says(why, "bootstrap server nowhere.example:9092: the host name has no address"));
}

TEST_F(open_test, a_look_up_that_hangs_ends_at_the_deadline) {
    rt.hang_lookups("slow.example");
    const auto asked_at = rt.now();
    auto opening = start_open({-1, "slow.example", 9092});
    const auto why = failure(opening);
    EXPECT_EQ(why, client_errc::timed_out);
    EXPECT_TRUE(says(why, "the name look-up did not answer in time"));
    EXPECT_EQ(rt.now() - asked_at, options.connect_timeout);
}

TEST_F(open_test, all_addresses_of_a_name_are_tried) { // C8, KIP-302
    rt.name("kafka.example", {{"10.0.0.1"}, {"10.0.0.2"}, {"127.0.0.1"}});
    auto opening = start_open({-1, "kafka.example", broker.port()});
    broker.accept_and_greet();
    rt.run_now();
    EXPECT_TRUE(keep(opening->value())->is_open());
    ASSERT_EQ(rt.connects().size(), 3u);
    EXPECT_EQ(rt.connects()[0].ip, "10.0.0.1");
    EXPECT_EQ(rt.connects()[1].ip, "10.0.0.2");
}

TEST_F(open_test, an_address_that_swallows_packets_leaves_time_for_the_others) { // C8
    rt.name("kafka.example", {{"10.0.0.1"}, {"127.0.0.1"}});
    rt.hang_connects({"10.0.0.1", broker.port()});
    auto opening = start_open({-1, "kafka.example", broker.port()});
    broker.accept_and_greet();
    rt.run_now();
    ASSERT_TRUE(opening.done());
    EXPECT_TRUE(keep(opening->value())->is_open());
}

TEST_F(open_test, a_connect_that_hangs_ends_at_the_deadline) {
    rt.hang_connects({"127.0.0.1", broker.port()});
    const auto asked_at = rt.now();
    auto opening = start_open(where());
    EXPECT_EQ(failure(opening), client_errc::timed_out);
    EXPECT_EQ(rt.now() - asked_at, options.connect_timeout);
}

} // namespace
} // namespace kcpp::network
