#include "core_fixture.hpp"

namespace kcpp::cluster {
namespace {

using namespace std::chrono_literals;
using found_topic = std::shared_ptr<const topic>;

class metadata_test : public core_test {
protected:
    future<found_topic> find(std::string name, unknown_topic policy,
                             runtime::duration limit = 60s) {
        return run<found_topic>(core_->metadata().find(std::move(name), policy, in(limit)));
    }
    /// Answers the next request with a cluster that has these topics.
    void tell(std::vector<metadata_api::topic_metadata> topics) {
        broker.next().answer(cluster_of_one(std::move(topics)));
    }
};

TEST_F(metadata_test, a_topic_is_asked_for_when_it_is_wanted) { // L4, L5
    start();
    auto orders = find("orders", unknown_topic::wait);
    const auto asked = broker.next();
    EXPECT_EQ(names(asked), std::vector<std::string>{"orders"});
    EXPECT_FALSE(asked.as<metadata_api::request>().allow_auto_topic_creation);
    asked.answer(cluster_of_one({topic("orders")}));
    EXPECT_EQ(orders.get()->partitions.size(), 1u);
    orders = find("orders", unknown_topic::wait);
    EXPECT_EQ(orders.get()->name, "orders") << "known now, without a request";
    EXPECT_FALSE(broker.next_now());
}

TEST_F(metadata_test, topics_wanted_at_the_same_time_share_a_request) {
    start();
    on_io_thread([&] {
        core_->metadata().want("b");
        core_->metadata().want("a");
    });
    EXPECT_EQ(names(broker.next()), (std::vector<std::string>{"a", "b"}));
}

TEST_F(metadata_test, an_unknown_topic_is_reported_where_that_is_wanted) {
    start();
    auto orders = find("orders", unknown_topic::fail);
    tell({topic("orders", broker_errc::unknown_topic_or_partition)});
    const auto said = orders.result();
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error(), broker_errc::unknown_topic_or_partition);
    EXPECT_EQ(said.error().topic(), "orders");
    EXPECT_TRUE(says(said.error(), "topic orders does not exist on this cluster; create it"));
}

TEST_F(metadata_test, an_unknown_topic_may_be_on_its_way) {
    start();
    auto orders = find("orders", unknown_topic::wait);
    for (int i = 0; i < 3; ++i) {
        tell({topic("orders", broker_errc::unknown_topic_or_partition)});
        rt->run_now();
        EXPECT_FALSE(orders.ready());
    }
    tell({topic("orders")});
    EXPECT_EQ(orders.get()->name, "orders");
}

TEST_F(metadata_test, waiting_for_a_topic_ends_at_the_deadline_and_says_why) {
    start();
    const auto deadline = in(3s);
    auto orders = find("orders", unknown_topic::wait, 3s);
    while (rt->now() < deadline) {
        EXPECT_FALSE(orders.ready());
        if (auto asked = broker.next_now())
            asked->answer(
                cluster_of_one({topic("orders", broker_errc::unknown_topic_or_partition)}));
        rt->run_for(10ms);
    }
    ASSERT_TRUE(orders.ready());
    EXPECT_EQ(orders.result().error(), broker_errc::unknown_topic_or_partition);
}

TEST_F(metadata_test, an_invalid_name_and_a_forbidden_topic_are_final) {
    start();
    auto bad = find("b@d", unknown_topic::wait);
    tell({topic("b@d", broker_errc::invalid_topic_exception)});
    const auto said = bad.result();
    EXPECT_EQ(said.error(), broker_errc::invalid_topic_exception);
    EXPECT_TRUE(says(said.error(), "1 to 249 letters"));
    auto secret = find("secret", unknown_topic::wait);
    tell({topic("secret", broker_errc::topic_authorization_failed)});
    EXPECT_EQ(secret.result().error(), broker_errc::topic_authorization_failed);
}

TEST_F(metadata_test, a_broker_that_is_still_starting_is_asked_again) { // L11
    start();
    const auto asked_at = rt->now();
    auto orders = find("orders", unknown_topic::wait);
    metadata_api::response starting;
    starting.topics = {topic("orders")};
    broker.next().answer(starting);
    tell({topic("orders")});
    EXPECT_EQ(orders.get()->name, "orders");
    EXPECT_LT(rt->now() - asked_at, 1s);
}

TEST_F(metadata_test, a_topic_that_the_answer_leaves_out_is_asked_for_again) {
    start();
    const auto asked_at = rt->now();
    auto orders = find("orders", unknown_topic::wait);
    tell({});
    tell({topic("orders")});
    EXPECT_EQ(orders.get()->name, "orders");
    EXPECT_LT(rt->now() - asked_at, 1s);
}

TEST_F(metadata_test, refreshes_asked_for_together_make_one_request) {
    start();
    auto orders = find("orders", unknown_topic::wait);
    tell({topic("orders")});
    orders.get();
    on_io_thread([&] {
        for (int i = 0; i < 100; ++i)
            core_->metadata().refresh();
    });
    tell({topic("orders")});
    rt->run_for(10s);
    EXPECT_FALSE(broker.next_now());
}

TEST_F(metadata_test, answers_that_change_nothing_slow_the_refreshes_down) { // L4, KIP-580
    start();
    auto orders = find("orders", unknown_topic::wait);
    tell({topic("orders")});
    orders.get();
    std::vector<runtime::duration> pauses;
    auto last = rt->now();
    for (int i = 0; i < 8; ++i) {
        on_io_thread([&] { core_->metadata().refresh(); });
        const auto asked = broker.next();
        pauses.push_back(rt->now() - last);
        last = rt->now();
        asked.answer(cluster_of_one({topic("orders")}));
        rt->run_now();
    }
    EXPECT_LE(pauses[0], 120ms);
    EXPECT_GE(pauses[1], 160ms);
    for (std::size_t i = 5; i < pauses.size(); ++i) {
        EXPECT_GE(pauses[i], 800ms) << i;
        EXPECT_LE(pauses[i], 1200ms) << i;
    }
}

TEST_F(metadata_test, old_metadata_is_asked_for_again) { // L4
    options.metadata_max_age = 60s;
    start();
    auto orders = find("orders", unknown_topic::wait);
    tell({topic("orders")});
    orders.get();
    rt->run_for(59s);
    EXPECT_FALSE(broker.next_now());
    EXPECT_EQ(names(broker.next()), std::vector<std::string>{"orders"});
    EXPECT_NEAR(std::chrono::duration<double>(rt->now() - runtime::time_point(1h)).count(), 60, 1);
}

TEST_F(metadata_test, topics_that_nobody_wants_are_forgotten) { // L4: metadata.max.idle
    options.metadata_max_age = 2min;
    start();
    auto orders = find("orders", unknown_topic::wait);
    tell({topic("orders")});
    orders.get();
    const auto wanted_until = rt->now();
    auto asked = broker.next();
    for (; !names(asked).empty(); asked = broker.next())
        asked.answer(cluster_of_one({topic("orders")}));
    asked.answer(cluster_of_one());
    rt->run_now();
    EXPECT_EQ(core_->metadata().current()->find("orders"), nullptr);
    EXPECT_GE(rt->now() - wanted_until, 5min);
}

TEST_F(metadata_test, a_topic_that_is_known_by_its_id_alone_is_found) { // G14
    start();
    const auto orders = topic("orders");
    const auto wanted = [&] {
        core_->metadata().want(orders.topic_id);
        core_->metadata().refresh();
    };
    on_io_thread(wanted);
    tell({});
    const auto asked = broker.next();
    const auto by_id = asked.as<metadata_api::request>();
    ASSERT_EQ(by_id.topics->size(), 1u);
    EXPECT_EQ(by_id.topics->at(0).topic_id, orders.topic_id);
    EXPECT_EQ(by_id.topics->at(0).name, std::nullopt);
    asked.answer(cluster_of_one({orders}));
    rt->run_now();
    EXPECT_EQ(core_->metadata().current()->find(orders.topic_id)->name, "orders");
    on_io_thread(wanted);
    EXPECT_EQ(names(broker.next()), std::vector<std::string>{"orders"}) << "by name from now on";
}

TEST_F(metadata_test, a_topic_whose_id_no_broker_knows_yet_is_asked_for_again_if_it_is_wanted) {
    start();
    const auto orders = topic("orders");
    for (int i = 0; i < 3; ++i) {
        on_io_thread([&] {
            core_->metadata().want(orders.topic_id);
            core_->metadata().refresh();
        });
        tell({});
        auto unknown = topic("", broker_errc::unknown_topic_id);
        unknown.name.reset();
        unknown.topic_id = orders.topic_id;
        tell({unknown});
        rt->run_for(10s);
        EXPECT_FALSE(broker.next_now()) << "nobody wants it";
    }
    EXPECT_EQ(core_->metadata().current()->find(orders.topic_id), nullptr);
}

TEST_F(metadata_test, a_lost_connection_does_not_lose_the_question) {
    start();
    auto orders = find("orders", unknown_topic::wait);
    broker.next().from->hang_up();
    tell({topic("orders")});
    EXPECT_EQ(orders.get()->name, "orders");
}

TEST_F(metadata_test, ping_asks_whatever_is_known) {
    start();
    auto ping = run<void>(core_->metadata().ping(in(60s)));
    const auto asked = broker.next();
    EXPECT_TRUE(names(asked).empty());
    asked.answer(cluster_of_one());
    EXPECT_TRUE(ping.result());
    EXPECT_EQ(core_->metadata().current()->controller, 1);
    EXPECT_EQ(core_->metadata().generation(), 1u);
}

} // namespace
} // namespace kcpp::cluster
