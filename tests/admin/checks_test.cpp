#include "admin/checks.hpp"

#include <gtest/gtest.h>

namespace kcpp::administration {
namespace {

TEST(checks, topic_names_are_what_kafka_takes) {
    const std::vector<std::string> good{"a", "orders", "Orders_2.eu-west",
                                        "_", "...",    std::string(249, 'x')};
    for (const std::string& name : good)
        EXPECT_EQ(wrong_topic_name(name), "") << name;
    const std::vector<std::string> bad{
        "", ".", "..", "a b", "a/b", "a\n", "\u00e4", std::string(250, 'x'), {"a\0b", 3}};
    for (const std::string& name : bad)
        EXPECT_NE(wrong_topic_name(name), "") << name;
}

TEST(checks, a_topic_has_partitions_and_replicas_or_leaves_them_to_the_broker) {
    EXPECT_EQ(wrong_topic({.name = "orders"}), "");
    EXPECT_EQ(wrong_topic({.name = "orders", .partitions = 6, .replication_factor = 3}), "");
    for (std::int32_t count : {0, -2, -100})
        EXPECT_NE(wrong_topic({.name = "orders", .partitions = count}), "") << count;
    EXPECT_NE(wrong_topic({.name = "orders", .replication_factor = 0}), "");
    EXPECT_NE(wrong_topic({.name = "orders", .replication_factor = -2}), "");
    EXPECT_NE(wrong_topic({.name = "orders", .configs = {{"", "1"}}}), "");
    EXPECT_NE(wrong_topic({.name = ""}), "");
}

TEST(checks, replicas_stand_instead_of_numbers) {
    EXPECT_EQ(wrong_topic({.name = "orders", .replicas = {{1, 2}, {2, 3}}}), "");
    EXPECT_NE(wrong_topic({.name = "orders", .partitions = 2, .replicas = {{1}, {2}}}), "");
    EXPECT_NE(wrong_topic({.name = "orders", .replication_factor = 1, .replicas = {{1}}}), "");
    EXPECT_NE(wrong_topic({.name = "orders", .replicas = {{1}, {}}}), "");
    EXPECT_NE(wrong_topic({.name = "orders", .replicas = {{-1}}}), "");
}

TEST(checks, partitions_are_raised_to_a_number_in_all) {
    EXPECT_EQ(wrong_partitions({"orders", 1}), "");
    EXPECT_NE(wrong_partitions({"orders", 0}), "");
    EXPECT_NE(wrong_partitions({"orders", -4}), "");
    EXPECT_NE(wrong_partitions({"b@d", 4}), "");
}

TEST(checks, resources_are_named_as_their_type_asks_for) {
    using enum config_resource_type;
    EXPECT_EQ(wrong_resource({topic, "orders"}), "");
    EXPECT_NE(wrong_resource({topic, ""}), "");
    EXPECT_EQ(wrong_resource({broker, "17"}), "");
    EXPECT_EQ(wrong_resource({broker, ""}), "") << "the defaults of all brokers";
    for (const std::string bad : {"one", "-1", "1 ", "12345678901"})
        EXPECT_NE(wrong_resource({broker, bad}), "") << bad;
    EXPECT_NE(wrong_resource({broker_logger, ""}), "");
    EXPECT_EQ(wrong_resource({group, "billing"}), "");
    EXPECT_NE(wrong_resource({group, ""}), "");
    EXPECT_NE(wrong_resource({client_metrics, ""}), "");
    EXPECT_NE(wrong_resource({static_cast<config_resource_type>(99), "x"}), "");
}

TEST(checks, a_change_names_a_config) {
    EXPECT_EQ(
        wrong_change({.resource = {config_resource_type::topic, "orders"}, .name = "retention.ms"}),
        "");
    EXPECT_NE(wrong_change({.resource = {config_resource_type::topic, "orders"}, .name = ""}), "");
    EXPECT_NE(wrong_change({.resource = {config_resource_type::topic, ""}, .name = "retention.ms"}),
              "");
}

} // namespace
} // namespace kcpp::administration
