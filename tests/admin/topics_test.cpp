#include "admin_fixture.hpp"
#include "fake/scripted_broker.hpp"
#include "protocol/metadata.hpp"

namespace kcpp::administration {
namespace {

using namespace std::chrono_literals;
using topics_test = admin_test;

TEST_F(topics_test, topics_are_made_described_listed_and_deleted) {
    auto made = admin()
                    .create_topics({{.name = "orders", .partitions = 6, .replication_factor = 3},
                                    {.name = "bills", .configs = {{"cleanup.policy", "compact"}}}})
                    .get();
    ASSERT_EQ(made.size(), 2u);
    EXPECT_EQ(made[0].first, "orders");
    EXPECT_TRUE(made[0].second);
    EXPECT_TRUE(made[1].second);

    auto told = admin().describe_topics({"bills", "orders"}).get();
    EXPECT_EQ(told[0].first, "bills");
    const auto& orders = told[1].second.value();
    EXPECT_EQ(orders.name, "orders");
    EXPECT_EQ(orders.id.size(), 22u);
    EXPECT_FALSE(orders.internal);
    ASSERT_EQ(orders.partitions.size(), 6u);
    EXPECT_EQ(orders.partitions[4].id, 4);
    EXPECT_EQ(orders.partitions[4].leader, cluster.state.find_partition("orders", 4)->leader());
    EXPECT_EQ(orders.partitions[4].replicas.size(), 3u);
    EXPECT_EQ(orders.partitions[4].in_sync_replicas.size(), 3u);

    EXPECT_EQ(admin().list_topics().get(), (std::vector<std::string>{"bills", "orders"}));
    EXPECT_TRUE(admin().delete_topics({"orders"}).get()[0].second);
    EXPECT_EQ(admin().list_topics().get(), std::vector<std::string>{"bills"});
}

TEST_F(topics_test, replicas_may_be_placed_by_hand) {
    admin()
        .create_topics({{.name = "orders", .replicas = {{3, 1}, {2, 3}}}})
        .get()[0]
        .second.value();
    const auto told = admin().describe_topics({"orders"}).get()[0].second.value();
    ASSERT_EQ(told.partitions.size(), 2u);
    EXPECT_EQ(told.partitions[0].replicas, (std::vector<std::int32_t>{3, 1}));
    EXPECT_EQ(told.partitions[1].replicas, (std::vector<std::int32_t>{2, 3}));
}

TEST_F(topics_test, kafkas_own_topics_are_listed_only_if_asked_for) {
    runtime::scripted_broker broker(*rt);
    options.bootstrap_servers = base::text("127.0.0.1:", broker.port());
    protocol::metadata::response said;
    said.brokers.push_back({1, "127.0.0.1", broker.port(), std::nullopt});
    for (const std::string name : {"__consumer_offsets", "orders"}) {
        auto& topic = said.topics.emplace_back();
        topic.name = name;
        topic.is_internal = name.starts_with('_');
    }
    auto without = admin().list_topics();
    auto asked = broker.next();
    EXPECT_FALSE(asked.as<protocol::metadata::request>().topics) << "null: all (L5)";
    EXPECT_FALSE(asked.as<protocol::metadata::request>().allow_auto_topic_creation);
    asked.answer(said);
    EXPECT_EQ(without.get(), std::vector<std::string>{"orders"});
    auto with = admin().list_topics(internal_topics::include);
    broker.next().answer(said);
    EXPECT_EQ(with.get(), (std::vector<std::string>{"__consumer_offsets", "orders"}));
}

TEST_F(topics_test, each_topic_gets_its_own_verdict_in_the_order_asked_for) {
    create_topic("old");
    auto made = admin()
                    .create_topics({{.name = "b@d"},
                                    {.name = "old"},
                                    {.name = "new"},
                                    {.name = "none", .partitions = 0},
                                    {.name = "wide", .replication_factor = 9},
                                    {.name = "twice"},
                                    {.name = "twice", .partitions = 3}})
                    .get();
    ASSERT_EQ(made.size(), 7u);
    EXPECT_EQ(reason(made, 0), client_errc::invalid_argument);
    EXPECT_TRUE(says(reason(made, 0), "create topic b@d: a topic's name is made of 1 to 249"));
    EXPECT_EQ(reason(made, 1), broker_errc::topic_already_exists);
    EXPECT_TRUE(says(reason(made, 1), "create topic old: TOPIC_ALREADY_EXISTS: "));
    EXPECT_TRUE(says(reason(made, 1), "choose another name"));
    EXPECT_EQ(reason(made, 1).topic(), "old");
    EXPECT_TRUE(made[2].second);
    EXPECT_EQ(reason(made, 3), client_errc::invalid_argument);
    EXPECT_EQ(reason(made, 4), broker_errc::invalid_replication_factor);
    EXPECT_EQ(reason(made, 5), client_errc::invalid_argument);
    EXPECT_EQ(reason(made, 6), client_errc::invalid_argument);
    EXPECT_EQ(cluster.state.find_topic("twice"), nullptr);
}

TEST_F(topics_test, nothing_asked_for_is_nothing_done) {
    EXPECT_TRUE(admin().create_topics({}).get().empty());
    EXPECT_TRUE(admin().delete_topics({}).get().empty());
    EXPECT_TRUE(admin().describe_topics({}).get().empty());
    EXPECT_TRUE(admin().create_partitions({}).get().empty());
    EXPECT_TRUE(cluster.requests.empty());
}

TEST_F(topics_test, what_no_broker_would_take_is_not_sent) {
    EXPECT_FALSE(admin().create_topics({{.name = ""}}).get()[0].second);
    EXPECT_FALSE(admin().delete_topics({"."}).get()[0].second);
    EXPECT_FALSE(admin().create_partitions({{"orders", -1}}).get()[0].second);
    EXPECT_TRUE(cluster.requests.empty());
}

TEST_F(topics_test, a_wish_may_only_be_checked) {
    create_topic("old");
    auto checked =
        admin().create_topics({{.name = "orders"}, {.name = "old"}}, validate::only).get();
    EXPECT_TRUE(checked[0].second);
    EXPECT_EQ(reason(checked, 1), broker_errc::topic_already_exists);
    EXPECT_EQ(cluster.state.find_topic("orders"), nullptr);
    EXPECT_TRUE(admin().create_partitions({{"old", 4}}, validate::only).get()[0].second);
    EXPECT_EQ(cluster.state.find_topic("old")->partitions.size(), 1u);
}

TEST_F(topics_test, a_topic_grows_and_never_shrinks) {
    create_topic("orders", 4);
    auto grown = admin().create_partitions({{"orders", 8}, {"nowhere", 2}}).get();
    EXPECT_TRUE(grown[0].second);
    EXPECT_EQ(reason(grown, 1), broker_errc::unknown_topic_or_partition);
    EXPECT_TRUE(says(reason(grown, 1), "raise topic nowhere to 2 partitions"));
    EXPECT_EQ(cluster.state.find_topic("orders")->partitions.size(), 8u);
    grown = admin().create_partitions({{"orders", 8}}).get();
    EXPECT_EQ(reason(grown, 0), broker_errc::invalid_partitions);
    EXPECT_TRUE(says(reason(grown, 0), "can only grow"));
}

TEST_F(topics_test, an_unknown_topic_is_an_answer_and_not_waited_for) {
    const auto asked_at = rt->now();
    auto told = admin().describe_topics({"nowhere"}).get();
    EXPECT_EQ(reason(told, 0), broker_errc::unknown_topic_or_partition);
    EXPECT_TRUE(says(reason(told, 0), "describe topic nowhere"));
    auto deleted = admin().delete_topics({"nowhere"}).get();
    EXPECT_EQ(reason(deleted, 0), broker_errc::unknown_topic_or_partition);
    EXPECT_EQ(rt->now(), asked_at);
}

TEST_F(topics_test, describing_does_not_add_to_what_the_client_keeps_fresh) {
    create_topic("orders");
    admin().describe_topics({"orders"}).get()[0].second.value();
    admin().list_topics().get();
    EXPECT_EQ(client().core()->metadata().current()->find("orders"), nullptr);
}

TEST_F(topics_test, a_controller_that_moved_is_found_again) { // C16
    fail_next(api::create_topics, broker_errc::not_controller, 2);
    auto made = admin().create_topics({{.name = "orders"}}).get();
    EXPECT_TRUE(made[0].second);
    EXPECT_EQ(requests(api::create_topics), 3);
    EXPECT_GE(requests(api::metadata), 3) << "it was looked for each time";
}

TEST_F(topics_test, only_what_failed_for_a_passing_reason_is_asked_for_again) {
    create_topic("old");
    fail_next(api::create_topics, broker_errc::throttling_quota_exceeded, 1, {.topic = "a"});
    auto made = admin().create_topics({{.name = "a"}, {.name = "b"}, {.name = "old"}}).get();
    EXPECT_TRUE(made[0].second);
    EXPECT_TRUE(made[1].second) << "asked for again, it would exist already";
    EXPECT_EQ(reason(made, 2), broker_errc::topic_already_exists);
    EXPECT_EQ(requests(api::create_topics), 2);
}

TEST_F(topics_test, retries_end_at_the_deadline_with_the_last_reason) {
    fail_next(api::create_topics, broker_errc::not_controller, 1'000);
    const auto asked_at = rt->now();
    auto made = admin().create_topics({{.name = "orders"}}).get();
    EXPECT_EQ(reason(made, 0), broker_errc::not_controller);
    EXPECT_TRUE(says(reason(made, 0), "not done within 10 s"));
    EXPECT_FALSE(reason(made, 0).unknown_outcome());
    EXPECT_LE(rt->now() - asked_at, options.api_timeout);
    EXPECT_GE(rt->now() - asked_at, options.api_timeout - options.retry_backoff_max * 2);
    EXPECT_LE(requests(api::create_topics), 20) << "with growing pauses";
}

TEST_F(topics_test, a_request_that_was_lost_before_it_took_effect_is_repeated) {
    drop_next(api::create_topics, drop::before_effect);
    EXPECT_TRUE(admin().create_topics({{.name = "orders"}}).get()[0].second);
    drop_next(api::delete_topics, drop::before_effect);
    EXPECT_TRUE(admin().delete_topics({"orders"}).get()[0].second);
}

TEST_F(topics_test, a_lost_answer_leaves_an_unknown_outcome_where_asking_again_cannot_tell) {
    drop_next(api::create_topics, drop::after_effect);
    auto made = admin().create_topics({{.name = "orders"}}).get();
    EXPECT_EQ(reason(made, 0), broker_errc::topic_already_exists);
    EXPECT_TRUE(reason(made, 0).unknown_outcome());
    EXPECT_TRUE(says(reason(made, 0), "perhaps this very call did it"));
    drop_next(api::delete_topics, drop::after_effect);
    auto deleted = admin().delete_topics({"orders"}).get();
    EXPECT_EQ(reason(deleted, 0), broker_errc::unknown_topic_or_partition);
    EXPECT_TRUE(reason(deleted, 0).unknown_outcome());
}

TEST_F(topics_test, a_broker_that_never_answers_leaves_an_unknown_outcome) {
    cluster.faults.add({api::create_topics, {}, kcpp::testing::faults::delay{60s}, 1'000});
    const auto asked_at = rt->now();
    auto made = admin().create_topics({{.name = "orders"}}).get();
    EXPECT_EQ(reason(made, 0), client_errc::timed_out);
    EXPECT_TRUE(reason(made, 0).unknown_outcome());
    EXPECT_LE(rt->now() - asked_at, options.api_timeout);
}

TEST_F(topics_test, the_operation_fails_as_a_whole_if_no_broker_can_be_asked) {
    for (std::int32_t id : {1, 2, 3})
        cluster.stop_broker(id);
    const auto asked_at = rt->now();
    auto made = admin().create_topics({{.name = "orders"}}).result();
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), client_errc::connect_failed);
    EXPECT_TRUE(says(made.error(), "CreateTopics: no broker could be asked for Metadata"));
    EXPECT_TRUE(says(made.error(), options.bootstrap_servers));
    EXPECT_LE(rt->now() - asked_at, options.api_timeout);
}

TEST_F(topics_test, a_controller_that_dies_is_replaced) {
    admin().list_topics().get();
    client().ping().get();
    cluster.stop_broker(cluster.state.controller());
    EXPECT_TRUE(
        admin().create_topics({{.name = "orders", .replication_factor = 1}}).get()[0].second);
}

TEST_F(topics_test, brokers_before_2_8_are_told_names_only) { // KIP-516
    cluster.faults.limit_versions(api::delete_topics, 1, 5);
    cluster.faults.limit_versions(api::create_topics, 2, 5);
    create_topic("a");
    create_topic("b");
    auto deleted = admin().delete_topics({"a", "b"}).get();
    EXPECT_TRUE(deleted[0].second);
    EXPECT_TRUE(deleted[1].second);
    EXPECT_TRUE(admin().create_topics({{.name = "c"}}).get()[0].second);
}

TEST_F(topics_test, what_is_under_way_ends_as_closed_with_the_client) {
    cluster.faults.add({api::create_topics, {}, kcpp::testing::faults::delay{60s}, 1});
    std::optional<kcpp::admin> own(std::in_place, client());
    auto making = own->create_topics({{.name = "orders"}});
    rt->run_for(1s);
    EXPECT_FALSE(making.ready());
    own.reset();
    {
        auto last = std::move(client());
    }
    auto made = making.result();
    const auto& why = made ? reason(*made, 0) : made.error();
    EXPECT_EQ(why, client_errc::closed);
    EXPECT_TRUE(why.unknown_outcome());
}

TEST_F(topics_test, an_admin_that_was_moved_from_says_so) {
    kcpp::admin a(client());
    kcpp::admin b(std::move(a));
    EXPECT_THROW((void)a.list_topics(), std::logic_error);
    EXPECT_TRUE(b.list_topics().get().empty());
}

} // namespace
} // namespace kcpp::administration
