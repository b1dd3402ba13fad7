// The cluster as its users hold it.

#include "batches.hpp"
#include "process_entries.hpp"
#include "protocol/all.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

#include <thread>

using namespace kcpp;
using kcpp::testing::api;
using kcpp::testing::embedded_cluster;
using kcpp::testing::entries;

TEST(embedded_cluster, starts_and_stops_again_and_again) {
    for (int i = 0; i < 50; ++i) {
        embedded_cluster cluster{{.brokers = 3}};
        cluster.create_topic("t", {.partitions = 3, .replication_factor = 3});
        raw_client client(cluster, 1);
        EXPECT_EQ(client.ask(protocol::metadata::request{}).brokers.size(), 3u);
    }
}

namespace {

/// Files, sockets and threads of this process. What it holds of memory, the address sanitizer
/// counts.
struct held {
    std::ptrdiff_t files = entries("/proc/self/fd");
    std::ptrdiff_t threads = entries("/proc/self/task");

    friend bool operator==(const held&, const held&) = default;
};

} // namespace

TEST(embedded_cluster, a_thousand_leave_nothing_behind) {
    {
        const embedded_cluster first;
    } // what is made once in a process is made now
    const held before;
    for (int i = 0; i < 1000; ++i) {
        embedded_cluster cluster{{.brokers = 3}};
        cluster.create_topic("t", {.partitions = 3, .replication_factor = 3});
    }
    EXPECT_EQ(held(), before);
}

TEST(embedded_cluster, ends_while_clients_wait_for_answers) {
    auto cluster = std::make_unique<embedded_cluster>();
    cluster->create_topic("t");
    raw_client client(*cluster, 1);
    protocol::fetch::request q;
    q.max_wait_ms = 3600000;
    q.min_bytes = 1;
    auto& t = q.topics.emplace_back();
    t.name = "t";
    t.partitions.emplace_back();
    client.send(q, 12);
    while (cluster->requests(api::fetch) == 0) {
    }
    cluster = nullptr;
    EXPECT_TRUE(client.hung_up());
}

TEST(embedded_cluster, a_given_port_is_used_and_a_taken_one_refused) {
    const embedded_cluster first;
    const std::uint16_t port = raw_client::port_of(first, 1);
    EXPECT_THROW(embedded_cluster({.ports = {port}}), std::system_error);
}

TEST(embedded_cluster, misuse_throws) {
    EXPECT_THROW(embedded_cluster({.brokers = 0}), std::invalid_argument);
    EXPECT_THROW(embedded_cluster({.brokers = 2, .ports = {0}}), std::invalid_argument);
    embedded_cluster cluster;
    cluster.create_topic("t");
    EXPECT_THROW(cluster.create_topic("t"), std::invalid_argument);
    EXPECT_THROW(cluster.create_topic("u", {.replication_factor = 2}), std::invalid_argument);
    EXPECT_THROW(cluster.stored("t", 1), std::invalid_argument);
    EXPECT_THROW(cluster.stop_broker(2), std::invalid_argument);
    EXPECT_THROW(cluster.move_leader("t", 0, 2), std::invalid_argument);
    EXPECT_THROW(cluster.delete_topic("u"), std::invalid_argument);
    EXPECT_EQ(cluster.group("nobody"), std::nullopt);
    EXPECT_TRUE(cluster.committed("nobody").empty());
}

TEST(embedded_cluster, many_threads_use_it_at_once) {
    embedded_cluster cluster{{.brokers = 2}};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&cluster, i] {
            const std::string topic = "t" + std::to_string(i);
            cluster.create_topic(topic, {.partitions = 2, .replication_factor = 2});
            raw_client client(cluster, 1);
            const auto batch = numbered(2);
            protocol::produce::request q;
            q.acks = -1;
            auto& t = q.topics.emplace_back();
            t.name = topic;
            t.partitions.push_back({0, batch});
            for (int n = 0; n < 20; ++n)
                EXPECT_EQ(client.ask(q, 12).topics.at(0).partitions.at(0).base_offset, 2 * n);
            EXPECT_EQ(cluster.stored(topic, 0).size(), 40u);
        });
    for (std::thread& t : threads)
        t.join();
    EXPECT_EQ(cluster.requests(api::produce), 160);
}

TEST(embedded_cluster, a_deleted_topic_wakes_its_readers) {
    embedded_cluster cluster;
    cluster.create_topic("t");
    raw_client client(cluster, 1);
    protocol::fetch::request q;
    q.max_wait_ms = 3600000;
    q.min_bytes = 1;
    auto& t = q.topics.emplace_back();
    t.name = "t";
    t.partitions.emplace_back();
    client.send(q, 12);
    while (cluster.requests(api::fetch) == 0) {
    }
    cluster.delete_topic("t");
    EXPECT_EQ(
        client.receive<protocol::fetch::response>(12).topics.at(0).partitions.at(0).error_code,
        static_cast<std::int16_t>(broker_errc::unknown_topic_or_partition));
}
