// Every operation of the client and the admin as programs write it, blocking and in a coroutine of
// a type that kcpp has never seen. Run under the address sanitizer: g++ 12 destroys some
// temporaries of a co_await expression twice, so there arguments are named first.

#include "eager.hpp"

#include <kcpp/admin.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using calls::eager;
using kcpp::broker_errc;

/// Too long for a string to hold it inside.
const std::string long_name(100, 'x');

template <class T>
const T& only(const std::vector<T>& list) {
    if (list.size() != 1) throw std::runtime_error("one verdict was expected");
    return list.front();
}

class admin_calls : public testing::Test {
protected:
    kcpp::testing::embedded_cluster cluster{{.brokers = 3}};
    const kcpp::client_options here{.bootstrap_servers = cluster.bootstrap_servers()};
    kcpp::client client{here};
    kcpp::admin admin{client};
};

} // namespace

TEST_F(admin_calls, block_for_topics) {
    for (auto& [topic, verdict] :
         admin
             .create_topics({{.name = "orders", .partitions = 6, .replication_factor = 3},
                             {.name = long_name, .configs = {{"cleanup.policy", "compact"}}},
                             {.name = "placed", .replicas = {{1, 2}, {2, 3}}}})
             .get())
        verdict.value();
    EXPECT_EQ(admin.list_topics().get(), (std::vector<std::string>{"orders", "placed", long_name}));
    EXPECT_EQ(only(admin.describe_topics({"orders"}).get()).second->partitions.size(), 6u);
    only(admin.create_partitions({{.topic = "orders", .total = 8}}).get()).second.value();
    EXPECT_EQ(only(admin.describe_topics({"orders"}).get()).second.value().partitions.size(), 8u);
    for (auto& [topic, verdict] : admin.delete_topics({"orders", "placed", long_name}).get())
        verdict.value();
    EXPECT_TRUE(admin.list_topics(kcpp::internal_topics::leave_out).get().empty());
}

TEST_F(admin_calls, block_for_checks_without_effect) {
    using kcpp::validate;
    only(admin.create_topics({{.name = "orders"}}, validate::only).get()).second.value();
    EXPECT_TRUE(admin.list_topics().get().empty());
}

TEST_F(admin_calls, block_for_groups_configs_and_the_cluster) {
    cluster.create_topic("orders");
    EXPECT_EQ(admin.describe_cluster().get().brokers.size(), 3u);
    EXPECT_TRUE(admin.list_groups().get().empty());
    EXPECT_EQ(only(admin.describe_groups({"billing"}).get()).second.error(),
              broker_errc::group_id_not_found);
    EXPECT_EQ(only(admin.delete_groups({"billing"}).get()).second.error(),
              broker_errc::group_id_not_found);
    EXPECT_TRUE(admin.list_group_offsets("billing").get().empty());
    using enum kcpp::config_resource_type;
    only(admin
             .alter_configs(
                 {{.resource = {topic, "orders"}, .name = "retention.ms", .value = "1000"}})
             .get())
        .second.value();
    EXPECT_FALSE(only(admin.describe_configs({{topic, "orders"}}).get()).entries.value().empty());
}

TEST_F(admin_calls, block_for_a_client) {
    client.ping().get();
    kcpp::admin own({.bootstrap_servers = cluster.bootstrap_servers(), .client_id = "own"});
    EXPECT_EQ(own.describe_cluster().get().brokers.size(), 3u);
}

TEST_F(admin_calls, outlive_the_client_they_were_made_from) {
    std::optional<kcpp::client> short_lived(std::in_place, here);
    kcpp::admin longer(*short_lived);
    short_lived.reset();
    EXPECT_EQ(longer.describe_cluster().get().brokers.size(), 3u);
}

TEST_F(admin_calls, take_failures_as_values_or_exceptions) {
    kcpp::admin nowhere(
        {.bootstrap_servers = "127.0.0.1:1", .api_timeout = std::chrono::milliseconds(50)});
    EXPECT_EQ(nowhere.list_topics().result().error(), kcpp::client_errc::connect_failed);
    EXPECT_THROW((void)nowhere.list_topics().get(), kcpp::kafka_error);
    EXPECT_THROW(kcpp::admin({.bootstrap_servers = ""}), kcpp::kafka_error);
}

namespace {

eager topics_in_a_coroutine(kcpp::admin& admin) {
    std::vector<kcpp::new_topic> topics{
        {.name = "orders", .partitions = 6, .replication_factor = 3},
        {.name = long_name, .configs = {{"cleanup.policy", "compact"}}}};
    auto made = co_await admin.create_topics(topics);
    for (auto& [topic, verdict] : made)
        verdict.value();
    auto checked = co_await admin.create_topics(std::move(topics), kcpp::validate::only);
    EXPECT_EQ(checked[0].second.error(), broker_errc::topic_already_exists);

    const std::vector<std::string> names{"orders", long_name};
    auto told = co_await admin.describe_topics(names);
    EXPECT_EQ(told[0].second.value().partitions.size(), 6u);
    const auto listed = co_await admin.list_topics();
    EXPECT_EQ(listed, names);

    const std::vector<kcpp::new_partitions> more{{.topic = "orders", .total = 8}};
    auto grown = co_await admin.create_partitions(more);
    only(grown).second.value();
    auto deleted = co_await admin.delete_topics(names);
    for (auto& [topic, verdict] : deleted)
        verdict.value();
}

eager the_rest_in_a_coroutine(kcpp::client& client, kcpp::admin& admin) {
    co_await client.ping();
    const auto described = co_await admin.describe_cluster();
    EXPECT_EQ(described.brokers.size(), 3u);
    const auto groups = co_await admin.list_groups();
    EXPECT_TRUE(groups.empty());
    const std::vector<std::string> ids{"billing", long_name};
    auto told = co_await admin.describe_groups(ids);
    EXPECT_EQ(told[1].second.error(), broker_errc::group_id_not_found);
    auto deleted = co_await admin.delete_groups(ids);
    EXPECT_EQ(deleted[0].second.error(), broker_errc::group_id_not_found);
    const auto committed = co_await admin.list_group_offsets(long_name);
    EXPECT_TRUE(committed.empty());

    const kcpp::config_resource orders{kcpp::config_resource_type::topic, "orders"};
    const std::vector<kcpp::config_change> changes{
        {.resource = orders, .name = "retention.ms", .value = "1000"}};
    auto altered = co_await admin.alter_configs(changes);
    only(altered).second.value();
    const std::vector<kcpp::config_resource> resources{orders};
    auto configs = co_await admin.describe_configs(resources);
    EXPECT_FALSE(only(configs).entries.value().empty());
}

eager failures_in_a_coroutine(std::optional<kcpp::error>& caught) {
    kcpp::client_options options;
    options.bootstrap_servers = "127.0.0.1:1";
    options.api_timeout = std::chrono::milliseconds(50);
    kcpp::admin nowhere(options);
    try {
        (void)co_await nowhere.list_topics();
    } catch (const kcpp::kafka_error& e) {
        caught = e.detail();
    }
    // The last user goes on the I/O thread.
}

} // namespace

TEST_F(admin_calls, are_awaited_for_topics) {
    topics_in_a_coroutine(admin).wait();
}

TEST_F(admin_calls, are_awaited_for_the_rest) {
    cluster.create_topic("orders");
    the_rest_in_a_coroutine(client, admin).wait();
}

TEST_F(admin_calls, throw_from_co_await) {
    std::optional<kcpp::error> caught;
    failures_in_a_coroutine(caught).wait();
    ASSERT_TRUE(caught);
    EXPECT_EQ(*caught, kcpp::client_errc::connect_failed);
}
