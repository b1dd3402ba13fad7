/// Ten tests of somebody else, each with a cluster of its own.

#include <kcpp/admin.hpp>
#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kcpp::testing::api;

struct service : testing::Test {
    kcpp::testing::embedded_cluster kafka{{.brokers = 3}};
    kcpp::client client{{.bootstrap_servers = kafka.bootstrap_servers()}};

    void SetUp() override { kafka.create_topic("t", {.replication_factor = 3}); }

    void write(std::initializer_list<const char*> values) {
        kcpp::producer producer{client};
        for (const char* value : values)
            producer.send({.topic = "t", .value = value});
        producer.flush().get();
    }
    /// What the next `count` records for a member of group "g" hold.
    std::vector<std::string> read(std::size_t count) {
        kcpp::consumer consumer{
            client,
            {.group_id = "g", .offset_reset = kcpp::offset_reset::earliest, .auto_commit = false}};
        consumer.subscribe({"t"});
        std::vector<std::string> values;
        while (values.size() < count) {
            const auto batch = consumer.poll(10s).value();
            for (const kcpp::consumer_record& r : batch)
                values.push_back(r.value().to_string());
            consumer.commit(batch).get();
        }
        consumer.close().value();
        return values;
    }
    std::vector<std::string> stored() {
        std::vector<std::string> values;
        for (const auto& r : kafka.stored("t", 0))
            values.push_back(*r.value);
        return values;
    }
};

using values = std::vector<std::string>;

} // namespace

TEST_F(service, writes) {
    write({"a", "b"});
    EXPECT_EQ(stored(), (values{"a", "b"}));
}

TEST_F(service, reads) {
    write({"a", "b"});
    EXPECT_EQ(read(2), (values{"a", "b"}));
}

TEST_F(service, goes_on_where_it_was) {
    write({"a"});
    read(1);
    write({"b"});
    EXPECT_EQ(read(1), (values{"b"}));
    EXPECT_EQ(kafka.committed("g").at({"t", 0}).offset, 2);
}

TEST_F(service, writes_again_what_was_refused) {
    kafka.fail_next(api::produce, kcpp::broker_errc::not_enough_replicas);
    write({"a"});
    EXPECT_EQ(stored(), (values{"a"}));
    EXPECT_EQ(kafka.requests(api::produce), 2);
}

TEST_F(service, survives_the_leader) {
    write({"a"});
    kafka.stop_broker(kafka.leader("t", 0));
    write({"b"});
    EXPECT_EQ(stored(), (values{"a", "b"}));
}

TEST_F(service, finds_a_leader_that_moved) {
    write({"a"});
    kafka.move_leader("t", 0, kafka.leader("t", 0) % 3 + 1);
    write({"b"});
    EXPECT_EQ(read(2), (values{"a", "b"}));
}

TEST_F(service, is_told_what_can_never_be_written) {
    kafka.create_topic("small", {.configs = {{"max.message.bytes", "100"}}});
    kcpp::producer producer{client};
    const auto refused = producer.send({.topic = "small", .value = std::string(200, 'x')}).result();
    EXPECT_EQ(refused.error(), kcpp::broker_errc::message_too_large);
}

TEST_F(service, reads_in_spite_of_a_lost_connection) {
    write({"a"});
    kafka.drop_next(api::fetch, kcpp::testing::drop::before_effect);
    EXPECT_EQ(read(1), (values{"a"}));
}

TEST_F(service, makes_topics) {
    kcpp::admin admin{client};
    for (auto& [name, made] : admin.create_topics({{.name = "u", .partitions = 4}}).get())
        EXPECT_TRUE(made) << name;
    EXPECT_EQ(kafka.end_offset("u", 3), 0);
}

TEST_F(service, works_with_brokers_of_the_past) {
    kafka.limit_versions(api::produce, 0, 7);
    kafka.limit_versions(api::fetch, 4, 10);
    kafka.limit_versions(api::metadata, 0, 7);
    write({"a"});
    EXPECT_EQ(read(1), (values{"a"}));
}
