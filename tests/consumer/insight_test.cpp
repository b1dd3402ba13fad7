// What a consumer tells of itself: metrics, idle partitions, interceptors.

#include "consumer_world.hpp"

#include <stdexcept>

namespace kcpp::consuming::test {
namespace {

class insight : public consumer_world {
protected:
    consumer on_t(consumer_options options = from_the_beginning()) {
        consumer c(shared, std::move(options));
        c.assign({{"t", 0}, {"t", 1}, {"t", 2}});
        return c;
    }
    /// Of this partition; "" if it is not idle.
    static std::string reason(const consumer& c, partition_id partition) {
        for (const idle_partition& each : c.why_not_fetching())
            if (each.partition == topic_partition{"t", partition}) return each.reason;
        return "";
    }
};

TEST_F(insight, records_and_bytes_are_counted_by_topic) {
    world.create_topic("u", 1);
    produce({"abc", "def"});
    produce({"x"}, 0, "u");
    consumer c(shared, from_the_beginning());
    c.assign({{"t", 0}, {"u", 0}});
    ASSERT_EQ(read(c, 3).size(), 3u);
    const auto m = c.metrics();
    EXPECT_EQ(m.total.records, 3u);
    EXPECT_EQ(m.topics.at("t").records, 2u);
    EXPECT_EQ(m.topics.at("u").records, 1u);
    std::size_t stored = 0;
    for (const auto& b : world.partition("t").log().batches())
        stored += b.size();
    EXPECT_EQ(m.topics.at("t").bytes, stored);
    EXPECT_EQ(m.total.bytes, m.topics.at("t").bytes + m.topics.at("u").bytes);
}

TEST_F(insight, records_of_a_loop_are_counted_when_it_looks_around) {
    produce_numbered(5, 1);
    consumer c = on_t();
    int left = 5;
    for (const consumer_record& r : c.records()) {
        (void)r;
        if (--left == 0) break;
    }
    // The last body was not completed.
    EXPECT_EQ(c.metrics().total.records, 4u);
}

TEST_F(insight, partitions_tell_how_far_they_are) {
    produce_numbered(5, 1);
    auto options = from_the_beginning();
    options.max_poll_records = 2;
    consumer c = on_t(options);
    ASSERT_EQ(read(c, 2).size(), 2u);
    const auto m = c.metrics();
    ASSERT_EQ(m.partitions.size(), 3u);
    EXPECT_EQ(m.partitions.at({"t", 0}),
              (consumer_metrics::partition_state{.position = 2, .lag = 3}));
}

TEST_F(insight, fetches_are_counted_by_broker_with_their_time) {
    consumer c = on_t();
    read(c, 1, 3s);
    const auto m = c.metrics();
    ASSERT_EQ(m.brokers.size(), 3u);
    for (const auto& [id, broker] : m.brokers) {
        EXPECT_GE(broker.fetches, 5u);
        EXPECT_EQ(broker.errors, 0u);
        EXPECT_GE(broker.longest_fetch_time, 500ms);
        EXPECT_LE(broker.fetch_time, 3s);
    }
    world.brokers->stop_broker(2);
    read(c, 1, 3s);
    EXPECT_GE(c.metrics().brokers.at(2).errors, 1u);
}

TEST_F(insight, commits_and_rebalances_are_counted) {
    produce_numbered(1);
    auto options = in_group();
    options.auto_commit = false;
    consumer c(shared, options);
    c.subscribe({"t"});
    ASSERT_EQ(read(c, 3).size(), 3u);
    c.commit().get();
    world.fail_next(api::offset_commit, broker_errc::group_authorization_failed);
    EXPECT_FALSE(c.commit().result());
    auto m = c.metrics();
    EXPECT_EQ(m.commits, 1u);
    EXPECT_EQ(m.failed_commits, 1u);
    EXPECT_GE(m.commit_time, m.longest_commit_time);
    EXPECT_EQ(m.assignments, 1u);
    EXPECT_EQ(m.revocations, 0u);
    c.unsubscribe().value();
    EXPECT_EQ(c.metrics().revocations, 1u);
}

TEST_F(insight, memory_is_told_until_the_last_batch_is_released) {
    produce({std::string(1000, 'x')});
    consumer c = on_t();
    auto held = c.poll(5s).value();
    ASSERT_EQ(held.size(), 1u);
    EXPECT_GE(c.metrics().buffered_bytes, 1000u);
    held = {};
    EXPECT_LT(c.metrics().buffered_bytes, 1000u);
}

TEST_F(insight, what_is_unpacked_is_charged) {
    producer p(shared, {.compression = compression::zstd});
    p.send({.topic = "t", .value = std::string(100'000, 'x'), .partition = 0}).get();
    consumer c = on_t();
    auto held = c.poll(5s).value();
    EXPECT_GE(c.metrics().buffered_bytes, 100'000u);
    held = {};
    (void)c.poll(0ms);
    EXPECT_LT(c.metrics().buffered_bytes, 100'000u);
}

TEST_F(insight, an_idle_partition_says_why) {
    consumer c = on_t();
    EXPECT_EQ(reason(c, 0), "its oldest offset is being looked up, to start there");
    read(c, 1, 1s);
    EXPECT_EQ(reason(c, 0), "there is nothing new in it: its end is at offset 0");
    ASSERT_TRUE(c.pause({{"t", 1}}));
    EXPECT_EQ(reason(c, 1), "it is paused; resume() goes on");
    produce({"x"});
    world.rt->run_for(1s);
    EXPECT_NE(reason(c, 0).find(" bytes of it wait to be handed out"), std::string::npos);
}

TEST_F(insight, a_partition_whose_broker_is_gone_says_so) {
    consumer c = on_t();
    read(c, 1, 1s);
    produce({"x"});
    read(c, 1);
    for (std::int32_t id = 1; id <= 3; ++id)
        world.brokers->freeze_broker(id);
    world.brokers->stop_broker(1);
    read(c, 1, 40s);
    for (partition_id i = 0; i < 3; ++i)
        EXPECT_NE(reason(c, i), "") << i;
}

TEST_F(insight, a_partition_without_a_position_says_what_is_missing) {
    consumer c(shared, {.offset_reset = offset_reset::none});
    c.assign({{"t", 0}});
    (void)c.poll(5s);
    EXPECT_NE(reason(c, 0).find("offset_reset is none"), std::string::npos);
}

TEST_F(insight, memory_that_is_used_up_is_the_reason) {
    for (partition_id i = 0; i < 3; ++i)
        produce({std::string(5000, 'x'), std::string(5000, 'y')}, i);
    auto options = from_the_beginning();
    options.buffer_bytes = 4000;
    options.partition_fetch_bytes = 1000;
    options.max_poll_records = 1;
    consumer c = on_t(options);
    const auto held = c.poll(5s).value();
    ASSERT_EQ(held.size(), 1u);
    world.rt->run_for(1s);
    const auto told = c.why_not_fetching();
    for (const auto& each : told)
        EXPECT_TRUE(each.reason.find("buffer_bytes are in use") != std::string::npos ||
                    each.reason.find("wait to be handed out") != std::string::npos)
            << each.reason;
    EXPECT_EQ(told.size(), 3u);
}

class noting final : public consumer_interceptor {
public:
    void before_deliver(const consumer_record& record) override {
        seen.push_back(record.value().to_string());
        if (throws) throw std::runtime_error("no room");
    }
    strings seen;
    bool throws = false;
};

TEST_F(insight, an_interceptor_sees_each_record_before_the_application) { // KIP-42
    const auto first = std::make_shared<noting>();
    const auto second = std::make_shared<noting>();
    auto options = from_the_beginning();
    options.interceptors = {first, second};
    produce({"a", "b", "c"});
    consumer c = on_t(options);
    EXPECT_EQ(read(c, 3), first->seen);
    EXPECT_EQ(first->seen, (strings{"a", "b", "c"}));
    EXPECT_EQ(second->seen, first->seen);
    produce({"d", "e"});
    for (const consumer_record& r : c.records()) {
        EXPECT_EQ(first->seen.back(), r.value().text());
        if (r.value().text() == "e") break;
    }
    EXPECT_EQ(first->seen, (strings{"a", "b", "c", "d", "e"}));
}

TEST_F(insight, an_interceptor_that_throws_changes_nothing) { // KIP-42
    const auto broken = std::make_shared<noting>();
    broken->throws = true;
    auto options = from_the_beginning();
    options.interceptors = {broken};
    produce({"a", "b"});
    consumer c = on_t(options);
    EXPECT_EQ(read(c, 2), (strings{"a", "b"}));
}

} // namespace
} // namespace kcpp::consuming::test
