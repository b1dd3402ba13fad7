#include "admin_fixture.hpp"

#include <algorithm>

namespace kcpp::administration {
namespace {

using enum config_resource_type;

class configs_test : public admin_test {
protected:
    static const config_entry& entry(const config_verdict& verdict, const std::string& name) {
        const auto& all = verdict.entries.value();
        const auto found = std::ranges::find(all, name, &config_entry::name);
        if (found == all.end()) throw std::runtime_error("no config " + name);
        return *found;
    }
};

TEST_F(configs_test, topic_configs_are_changed_one_by_one_and_told) {
    create_topic("orders");
    const config_resource orders{topic, "orders"};
    auto changed = admin()
                       .alter_configs({{orders, "retention.ms", "1000"},
                                       {orders, "cleanup.policy", "compact"}})
                       .get();
    ASSERT_EQ(changed.size(), 2u);
    EXPECT_EQ(changed[0].first, "orders");
    EXPECT_TRUE(changed[0].second);
    EXPECT_TRUE(changed[1].second);
    EXPECT_EQ(requests(api::incremental_alter_configs), 1);

    auto told = admin().describe_configs({orders}).get();
    EXPECT_EQ(told[0].resource.name, "orders");
    EXPECT_EQ(entry(told[0], "retention.ms").value, "1000");
    EXPECT_FALSE(entry(told[0], "retention.ms").is_default);
    EXPECT_EQ(entry(told[0], "cleanup.policy").value, "compact");
    EXPECT_TRUE(entry(told[0], "max.message.bytes").is_default);

    admin()
        .alter_configs({{orders, "retention.ms", "", config_operation::remove}})
        .get()[0]
        .second.value();
    told = admin().describe_configs({orders}).get();
    EXPECT_TRUE(entry(told[0], "retention.ms").is_default);
    EXPECT_EQ(entry(told[0], "cleanup.policy").value, "compact") << "the rest is left";
}

TEST_F(configs_test, a_change_may_only_be_checked) {
    create_topic("orders");
    const config_resource orders{topic, "orders"};
    admin()
        .alter_configs({{orders, "retention.ms", "1000"}}, validate::only)
        .get()[0]
        .second.value();
    EXPECT_TRUE(entry(admin().describe_configs({orders}).get()[0], "retention.ms").is_default);
}

TEST_F(configs_test, each_resource_gets_its_own_verdict_in_the_order_asked_for) {
    create_topic("orders");
    auto told = admin()
                    .describe_configs(
                        {{topic, "nowhere"}, {topic, "orders"}, {topic, "b@d"}, {broker, "one"}})
                    .get();
    ASSERT_EQ(told.size(), 4u);
    EXPECT_EQ(told[0].entries.error(), broker_errc::unknown_topic_or_partition);
    EXPECT_TRUE(says(told[0].entries.error(), "describe configs of topic nowhere"));
    EXPECT_TRUE(told[1].entries);
    EXPECT_EQ(told[2].entries.error(), client_errc::invalid_argument);
    EXPECT_EQ(told[3].entries.error(), client_errc::invalid_argument);
    EXPECT_EQ(told[3].resource.name, "one");
}

TEST_F(configs_test, an_invalid_value_is_named) {
    create_topic("orders");
    auto changed = admin()
                       .alter_configs({{{topic, "orders"}, "retention.ms", "soon"},
                                       {{topic, "orders"}, "", "1"}})
                       .get();
    EXPECT_EQ(reason(changed, 0), broker_errc::invalid_config);
    EXPECT_TRUE(says(reason(changed, 0), "set retention.ms of topic orders: INVALID_CONFIG"));
    EXPECT_EQ(reason(changed, 1), client_errc::invalid_argument);
}

TEST_F(configs_test, a_config_that_is_changed_twice_in_one_call_is_refused) {
    create_topic("orders");
    const config_resource orders{topic, "orders"};
    auto changed =
        admin().alter_configs({{orders, "retention.ms", "1"}, {orders, "retention.ms", "2"}}).get();
    EXPECT_EQ(reason(changed, 0), client_errc::invalid_argument);
    EXPECT_EQ(reason(changed, 1), client_errc::invalid_argument);
    EXPECT_TRUE(cluster.requests.empty());
}

TEST_F(configs_test, a_brokers_configs_are_asked_of_that_broker) {
    for (std::int32_t id : {1, 2, 3}) {
        // Only this broker would fail.
        fail_next(api::describe_configs, broker_errc::invalid_request, 1, {.broker = id});
        auto told = admin().describe_configs({{broker, std::to_string(id)}}).get();
        EXPECT_EQ(told[0].entries.error(), broker_errc::invalid_request) << id;
        EXPECT_EQ(told[0].entries.error().broker(), id);
    }
}

TEST_F(configs_test, a_broker_that_is_not_there_is_no_reason_to_wait) {
    create_topic("orders");
    const auto asked_at = rt->now();
    auto told = admin().describe_configs({{broker, "77"}, {topic, "orders"}}).get();
    EXPECT_EQ(told[0].entries.error(), broker_errc::broker_not_available);
    EXPECT_TRUE(says(told[0].entries.error(), "broker 77 is not part of the cluster"));
    EXPECT_TRUE(told[1].entries);
    EXPECT_EQ(rt->now(), asked_at);
}

TEST_F(configs_test, a_lost_answer_to_a_change_is_cleared_up_by_repeating_it) {
    create_topic("orders");
    drop_next(api::incremental_alter_configs, drop::after_effect);
    auto changed = admin().alter_configs({{{topic, "orders"}, "retention.ms", "1000"}}).get();
    EXPECT_TRUE(changed[0].second);
}

} // namespace
} // namespace kcpp::administration
