#include "core_fixture.hpp"

namespace kcpp::cluster {
namespace {

using namespace std::chrono_literals;
namespace api = protocol::find_coordinator;

class coordinators_test : public core_test {
protected:
    future<std::int32_t> find(std::string key, runtime::duration limit = 60s) {
        return run<std::int32_t>(
            core_->coordinators().find(coordinator_type::group, std::move(key), in(limit)));
    }
    api::response answer(std::int32_t node, broker_errc code = broker_errc::none) {
        api::response said;
        api::coordinator only;
        only.key = "billing";
        only.node_id = node;
        only.host = "127.0.0.1";
        only.port = broker.port();
        only.error_code = static_cast<std::int16_t>(code);
        said.coordinators = {only};
        return said;
    }
};

TEST_F(coordinators_test, a_coordinator_is_asked_for_once_and_remembered) {
    start();
    auto billing = find("billing");
    const auto asked = broker.next();
    EXPECT_EQ(asked.as<api::request>().keys, std::vector<std::string>{"billing"});
    EXPECT_EQ(asked.as<api::request>().key_type, 0);
    asked.answer(answer(7));
    EXPECT_EQ(billing.get(), 7);
    EXPECT_EQ(find("billing").get(), 7);
    EXPECT_FALSE(broker.next_now());
}

TEST_F(coordinators_test, it_can_be_reached_although_metadata_does_not_know_it) {
    start();
    auto billing = find("billing");
    broker.next().answer(answer(7));
    EXPECT_EQ(billing.get(), 7);
    auto conn = run<std::shared_ptr<network::connection>>(
        core_->pool().get(7, purpose::coordinator, in(10s)));
    EXPECT_FALSE(broker.next_now()) << "but it was greeted";
    EXPECT_EQ(conn.get()->where().node, 7);
}

TEST_F(coordinators_test, one_that_was_forgotten_is_asked_for_again) { // C16
    start();
    auto billing = find("billing");
    broker.next().answer(answer(7));
    billing.get();
    on_io_thread([&] { core_->coordinators().forget(coordinator_type::group, "billing", 9); });
    EXPECT_EQ(find("billing").get(), 7) << "another one was meant";
    on_io_thread([&] { core_->coordinators().forget(coordinator_type::group, "billing", 7); });
    billing = find("billing");
    broker.next().answer(answer(8));
    EXPECT_EQ(billing.get(), 8);
}

TEST_F(coordinators_test, brokers_before_version_4_are_asked_for_one_key) { // C17
    start();
    auto billing = find("billing");
    auto& peer = broker.accept();
    auto old = runtime::all_versions();
    for (auto& range : old.apis)
        if (range.api_key == api::request::api_key) range.max_version = 3;
    peer.answer(peer.next(), old);
    const auto asked = peer.next();
    EXPECT_EQ(asked.as<api::request>().key, "billing");
    api::response said;
    said.node_id = 7;
    said.host = "127.0.0.1";
    said.port = broker.port();
    peer.answer(asked, said);
    EXPECT_EQ(billing.get(), 7);
}

TEST_F(coordinators_test, one_that_is_not_available_yet_is_waited_for) {
    start();
    auto billing = find("billing");
    for (int i = 0; i < 3; ++i)
        broker.next().answer(answer(-1, broker_errc::coordinator_not_available));
    broker.next().answer(answer(7));
    EXPECT_EQ(billing.get(), 7);
}

TEST_F(coordinators_test, waiting_ends_at_the_deadline) {
    start();
    auto billing = find("billing", 1s);
    while (!billing.ready()) {
        if (auto asked = broker.next_now())
            asked->answer(answer(-1, broker_errc::coordinator_not_available));
        rt->run_for(10ms);
    }
    const auto said = billing.result();
    EXPECT_EQ(said.error(), broker_errc::coordinator_not_available);
    EXPECT_TRUE(says(said.error(), "no coordinator for group billing"));
}

TEST_F(coordinators_test, a_forbidden_group_is_final) {
    start();
    auto billing = find("billing");
    broker.next().answer(answer(-1, broker_errc::group_authorization_failed));
    EXPECT_EQ(billing.result().error(), broker_errc::group_authorization_failed);
}

TEST_F(coordinators_test, an_answer_that_cannot_be_is_not_believed) {
    start();
    auto billing = find("billing");
    auto nowhere = answer(7);
    nowhere.coordinators[0].port = 0;
    broker.next().answer(nowhere);
    EXPECT_EQ(billing.result().error(), client_errc::protocol_error);
    billing = find("billing");
    broker.next().answer(api::response());
    EXPECT_EQ(billing.result().error(), client_errc::protocol_error);
}

} // namespace
} // namespace kcpp::cluster
