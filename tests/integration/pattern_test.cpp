// Subscriptions by pattern, against real Kafka: under the consumer protocol its coordinators match.

#include "kafka.hpp"
#include "wait_until.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace kcpp::integration {
namespace {

using namespace std::chrono_literals;
using names = std::set<std::string>;

class pattern : public ::testing::TestWithParam<group_protocol> {
protected:
    ~pattern() override {
        std::vector<std::string> all(made_.begin(), made_.end());
        (void)managing_.delete_topics(all).result();
    }
    std::string name(const std::string& end) const { return prefix_ + end; }
    void create(const std::string& end) {
        for (auto& [topic, made] :
             managing_.create_topics({{.name = name(end), .partitions = 2}}).get())
            made.value();
        made_.insert(name(end));
        // Brokers learn of it one after the other.
        wait_until(
            [&] { return sending_.send({.topic = name(end), .value = end}).result().has_value(); },
            "topic " + name(end));
    }
    void remove(const std::string& end) {
        for (auto& [topic, gone] : managing_.delete_topics({name(end)}).get())
            gone.value();
        made_.erase(name(end));
    }
    consumer member() const {
        client_options often = connection();
        often.metadata_max_age = 1s;
        return consumer(std::move(often), {.group_id = group_,
                                           .offset_reset = offset_reset::earliest,
                                           .group_protocol = GetParam()});
    }
    static names topics_of(const consumer& c) {
        names read;
        for (const topic_partition& p : c.assignment())
            read.insert(p.topic);
        return read;
    }
    /// Polls until exactly these topics are assigned; what was read.
    names settle_on(consumer& c, const names& ends) const {
        names wanted, seen;
        for (const std::string& end : ends)
            wanted.insert(name(end));
        for (int polls = 0; polls < 900 && topics_of(c) != wanted; ++polls)
            for (const consumer_record& r : c.poll(100ms).value())
                seen.insert(r.value().to_string());
        EXPECT_EQ(topics_of(c), wanted);
        return seen;
    }
    /// Polls until all of these were read.
    static void read(consumer& c, names wanted, const names& seen = {}) {
        std::erase_if(wanted, [&](const std::string& value) { return seen.contains(value); });
        for (int polls = 0; polls < 900 && !wanted.empty(); ++polls)
            for (const consumer_record& r : c.poll(100ms).value())
                wanted.erase(r.value().to_string());
        EXPECT_EQ(wanted, names());
    }

    admin managing_{connection()};
    producer sending_{connection()};
    const std::string prefix_ = fresh_name("pattern") + "-";
    const std::string group_ = fresh_name("group");
    names made_;
};

TEST_P(pattern, follows_topics_as_they_come_and_go) {
    create("a");
    create("b");
    consumer c = member();
    // The coordinator takes internal topics for matches, too.
    c.subscribe(topic_pattern("__consumer_offsets|" + prefix_ + "[a-c]"));
    read(c, {"a", "b"}, settle_on(c, {"a", "b"}));
    create("c");
    create("d");
    read(c, {"c"}, settle_on(c, {"a", "b", "c"}));
    remove("b");
    settle_on(c, {"a", "c"});
    c.subscribe({name("d")});
    read(c, {"d"}, settle_on(c, {"d"}));
    c.subscribe(topic_pattern(prefix_ + "[cd]"));
    settle_on(c, {"c", "d"});
    EXPECT_TRUE(c.close());
}

TEST_P(pattern, members_share_what_matches_and_hold_nothing_up) {
    create("a");
    create("b");
    consumer first = member(), second = member();
    const topic_pattern all("__.*|" + prefix_ + ".*");
    first.subscribe(all);
    settle_on(first, {"a", "b"});
    bool is_in = false;
    second.subscribe(all, {.assigned = [&](rebalance_scope&) { is_in = true; }});
    // Everybody has said what it has given up, also of internal topics.
    const auto settled = [&] {
        const auto groups = managing_.list_groups().get();
        return std::ranges::any_of(groups, [&](const group_listing& each) {
            return each.id == group_ && each.state == "Stable";
        });
    };
    const auto owned = [&] { return first.assignment().size() + second.assignment().size(); };
    for (int polls = 0; polls < 900 && !(is_in && owned() == 4 && settled()); ++polls) {
        (void)first.poll(50ms).value();
        (void)second.poll(50ms).value();
    }
    EXPECT_TRUE(is_in && settled());
    EXPECT_EQ(owned(), 4U);
    EXPECT_TRUE(first.close());
    settle_on(second, {"a", "b"});
    for (int polls = 0; polls < 900 && second.assignment().size() != 4; ++polls)
        (void)second.poll(50ms).value();
    EXPECT_EQ(second.assignment().size(), 4U);
    EXPECT_TRUE(second.close());
}

TEST_P(pattern, topics_that_are_made_while_it_joins_are_all_read) { // franz-go 1.21.6
    consumer c = member();
    c.subscribe(topic_pattern(prefix_ + ".*"));
    names made, seen;
    for (int i = 0; i < 50; ++i) {
        create(std::to_string(i));
        made.insert(std::to_string(i));
        for (const consumer_record& r : c.poll(0ms).value())
            seen.insert(r.value().to_string());
    }
    read(c, made, seen);
    EXPECT_TRUE(c.close());
}

TEST_P(pattern, what_is_no_regular_expression_is_told) {
    consumer c = member();
    try {
        c.subscribe(topic_pattern("orders-("));
        for (int polls = 0; polls < 300; ++polls)
            (void)c.poll(100ms).value();
        FAIL() << "nothing was told";
    } catch (const kafka_error& e) {
        EXPECT_EQ(e.detail() == broker_errc::invalid_regular_expression,
                  GetParam() == group_protocol::consumer)
            << e.what();
        EXPECT_NE(std::string(e.what()).find("orders-("), std::string::npos) << e.what();
    }
}

INSTANTIATE_TEST_SUITE_P(by, pattern,
                         ::testing::Values(group_protocol::classic, group_protocol::consumer),
                         [](const auto& p) {
                             return p.param == group_protocol::classic ? "classic" : "consumer";
                         });

} // namespace
} // namespace kcpp::integration
