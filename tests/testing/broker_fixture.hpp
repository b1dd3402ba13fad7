#pragma once

#include "batches.hpp"
#include "protocol/all.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>

constexpr std::int16_t code(kcpp::broker_errc e) {
    return static_cast<std::int16_t>(e);
}

/// One broker, asked frame by frame.
struct broker : ::testing::Test {
    kcpp::testing::embedded_cluster cluster{{.brokers = 1}};
    raw_client client{cluster, 1};

    kcpp::protocol::metadata::topic_metadata describe(const std::string& topic) {
        kcpp::protocol::metadata::request q;
        q.allow_auto_topic_creation = true;
        q.topics->emplace_back().name = topic;
        return client.ask(q).topics.at(0);
    }
    kcpp::protocol::produce::request
    produce(const std::string& topic, const std::vector<std::byte>& batch, std::int16_t acks = -1) {
        kcpp::protocol::produce::request q;
        q.acks = acks;
        auto& t = q.topics.emplace_back();
        t.name = topic;
        t.topic_id = describe(topic).topic_id;
        t.partitions.push_back({0, batch});
        return q;
    }
    kcpp::protocol::produce::partition_result store(const std::string& topic,
                                                    const std::vector<std::byte>& batch) {
        return client.ask(produce(topic, batch)).topics.at(0).partitions.at(0);
    }
    kcpp::protocol::fetch::request fetch(const std::string& topic, std::int64_t offset) {
        kcpp::protocol::fetch::request q;
        q.min_bytes = 1;
        q.max_bytes = 1 << 20;
        auto& t = q.topics.emplace_back();
        t.name = topic;
        t.topic_id = describe(topic).topic_id;
        auto& p = t.partitions.emplace_back();
        p.fetch_offset = offset;
        p.max_bytes = 1 << 20;
        return q;
    }
    kcpp::protocol::fetch::partition_result read(const kcpp::protocol::fetch::request& q) {
        return client.ask(q).topics.at(0).partitions.at(0);
    }
};
