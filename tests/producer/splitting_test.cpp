// A batch that is too large for its topic is sent in halves (P12).

#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;

class splitting_test : public ::testing::TestWithParam<bool> {
protected:
    virtual_cluster world{1};
    client shared = world.make_client();
    outcomes told{world};

    void SetUp() override { world.create_topic("orders", 1, {{"max.message.bytes", "1000"}}); }
    producer make(producer_options options = {}) {
        options.idempotence = GetParam();
        return producer(shared, std::move(options));
    }
    std::vector<std::string> stored() { return world.values("orders"); }

    /// Bytes that no codec makes smaller.
    std::string noise(std::size_t size) {
        std::string bytes(size, ' ');
        for (char& c : bytes)
            c = static_cast<char>(random_());
        return bytes;
    }

private:
    std::mt19937 random_{1};
};

INSTANTIATE_TEST_SUITE_P(idempotent_or_not, splitting_test, ::testing::Bool());

TEST_P(splitting_test, every_record_arrives_once_and_in_order_and_is_told_where) {
    producer p = make({.linger = 1s});
    std::vector<std::string> sent;
    for (int i = 0; i < 200; ++i) {
        sent.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 90), '.'));
        p.send({.topic = "orders", .value = sent.back()}, told.of(i));
    }
    p.flush().get();
    EXPECT_EQ(stored(), sent);
    ASSERT_EQ(told.list.size(), 200u);
    for (std::size_t i = 0; i < 200; ++i) {
        EXPECT_EQ(told.list[i].record, static_cast<int>(i));
        ASSERT_TRUE(told.list[i].outcome);
        EXPECT_EQ(told.list[i].outcome->offset, static_cast<offset_t>(i));
    }
    EXPECT_TRUE(gives_all_back(p));
}

TEST_P(splitting_test, keys_nulls_headers_and_timestamps_stay) {
    producer p = make({.linger = 1s});
    const auto time = kcpp::timestamp(std::chrono::milliseconds(1'234'567));
    const std::string large(600, 'x');
    p.send({.topic = "orders", .key = "k", .value = nullptr, .timestamp = time});
    p.send({.topic = "orders", .value = large});
    p.send({.topic = "orders", .value = large, .headers = {{"h", "1"}, {"n", nullptr}}});
    p.flush().get();
    std::vector<std::string> seen;
    for (const auto& batch : world.partition("orders").log().batches()) {
        testing::record_walk walk(batch.bytes.bytes(), batch.header);
        while (auto record = walk.next())
            seen.push_back((record->key.is_null() ? "null" : record->key.to_string()) + '/' +
                           (record->value.is_null() ? "null" : record->value.to_string()) + '/' +
                           std::to_string(record->headers.size()));
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"k/null/0", "null/" + large + "/0",
                                              "null/" + large + "/2"}));
    EXPECT_EQ(world.partition("orders").log().batches().at(0).header.base_timestamp, 1'234'567);
}

TEST_P(splitting_test, compressed_batches_too) {
    producer p = make({.compression = compression::lz4, .linger = 1s});
    for (int i = 0; i < 20; ++i)
        p.send({.topic = "orders", .value = noise(100)}, told.of(i));
    p.flush().get();
    EXPECT_EQ(told.delivered().size(), 20u);
    EXPECT_EQ(world.partition("orders").log().end_offset(), 20);
    EXPECT_GT(world.batches("orders"), 2u);
}

TEST_P(splitting_test, one_record_that_is_too_large_fails_alone) {
    producer p = make({.linger = 1s});
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    p.send({.topic = "orders", .value = std::string(2000, '2')}, told.of(2));
    p.send({.topic = "orders", .value = "3"}, told.of(3));
    p.flush().get();
    EXPECT_EQ(stored(), (std::vector<std::string>{"1", "3"}));
    EXPECT_EQ(told.failed(), std::vector<int>{2});
    EXPECT_EQ(told.failure(2), broker_errc::message_too_large);
    EXPECT_FALSE(told.failure(2).unknown_outcome());
    EXPECT_NE(told.failure(2).message().find("raise the topic's max.message.bytes"),
              std::string::npos);
    EXPECT_TRUE(gives_all_back(p));
}

TEST_P(splitting_test, what_was_sent_behind_it_stays_behind_it) {
    producer p = make({.linger = 0ms, .batch_bytes = 16 * 1024});
    p.send({.topic = "orders", .value = "first"}).get();
    world.add(api::produce, testing::faults::delay{100ms}, 3);
    std::vector<std::string> sent{"first"};
    const auto send = [&](std::string value) {
        p.send({.topic = "orders", .value = value}, nullptr);
        sent.push_back(std::move(value));
    };
    for (int round = 0; round < 4; ++round) {
        for (int i = 0; i < (round % 2 == 0 ? 20 : 1); ++i)
            send(std::to_string(round) + '-' + std::to_string(i) + std::string(100, ' '));
        world.rt->run_for(1ms);
    }
    p.flush().get();
    EXPECT_EQ(stored(), sent);
}

TEST_P(splitting_test, records_that_nobody_is_told_about_are_split_as_well) {
    producer p = make({.linger = 1s});
    for (int i = 0; i < 50; ++i)
        p.send({.topic = "orders", .value = std::string(50, 'x')},
               i % 3 == 0 && i < 25 ? told.of(i) : delivery_callback());
    p.flush().get();
    EXPECT_EQ(world.partition("orders").log().end_offset(), 50);
    ASSERT_EQ(told.list.size(), 9u);
    for (const auto& each : told.list)
        EXPECT_EQ(each.outcome->offset, each.record);
}

} // namespace
} // namespace kcpp::producing
