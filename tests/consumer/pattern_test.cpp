// Subscriptions by pattern, under both protocols: whoever matches, the members or the coordinator.

#include "consumer_world.hpp"

#include <memory>
#include <set>

namespace kcpp::consuming::test {
namespace {

class pattern : public consumer_world, public ::testing::WithParamInterface<group_protocol> {
protected:
    /// How long it may take until a topic that is there is read, or one that is not is given up:
    /// the longest until all topics are asked for (metadata.max.age.ms).
    static constexpr auto late = 6min;

    static consumer_options member() { return in_group("g", GetParam()); }
    /// "topic/n"; by a client that has nothing in common with the consumers'.
    void fill(const std::string& topic, int records = 2) {
        producer p(writer);
        for (int n = 0; n < records; ++n) {
            const std::string value = topic + "/" + std::to_string(n);
            p.send({.topic = topic, .value = value, .partition = 0}, {});
        }
        p.flush().get();
    }
    void create(const strings& names, partition_id partitions = 1) {
        for (const std::string& name : names) {
            world.create_topic(name, partitions);
            fill(name);
        }
    }
    void remove(const std::string& topic) {
        world.brokers->state.delete_topic(topic);
        world.brokers->log_news.notify();
    }
    static strings records_of(const strings& topics, int each = 2) {
        strings list;
        for (const std::string& name : topics)
            for (int n = 0; n < each; ++n)
                list.push_back(name + "/" + std::to_string(n));
        return sorted(list);
    }
    static std::set<std::string> topics_of(const consumer& c) {
        std::set<std::string> names;
        for (const topic_partition& p : c.assignment())
            names.insert(p.topic);
        return names;
    }
    void settle_on(const std::vector<consumer*>& all, const std::set<std::string>& topics) {
        poll_until(
            all,
            [&] {
                std::set<std::string> read;
                for (const consumer* c : all)
                    read.merge(topics_of(*c));
                return read == topics;
            },
            late);
    }

    client writer = world.make_client();
};

TEST_P(pattern, every_topic_that_matches_is_read) {
    create({"orders-eu", "orders-us", "my-orders-eu", "orders"});
    consumer c(shared, member());
    c.subscribe(topic_pattern("orders-.*"));
    EXPECT_EQ(sorted(read(c, 4)), records_of({"orders-eu", "orders-us"}));
    EXPECT_EQ(topics_of(c), (std::set<std::string>{"orders-eu", "orders-us"}));
}

TEST_P(pattern, a_topic_that_is_made_later_is_read) {
    create({"orders-eu"});
    events told;
    consumer c(shared, member());
    c.subscribe(topic_pattern("orders-.*"), writing(told));
    EXPECT_EQ(read(c, 2).size(), 2U);
    create({"bills", "orders-us"}, 2);
    EXPECT_EQ(sorted(read(c, 2, late)), records_of({"orders-us"}));
    EXPECT_EQ(topics_of(c), (std::set<std::string>{"orders-eu", "orders-us"}));
}

TEST_P(pattern, members_wait_for_the_first_topic_that_matches) {
    consumer a(shared, member()), b(shared, member());
    a.subscribe(topic_pattern("orders-.*"));
    b.subscribe(topic_pattern("orders-.*"));
    EXPECT_EQ(read(a, 1, 5s), strings());
    EXPECT_EQ(read(b, 1, 5s), strings());
    create({"orders-eu"}, 2);
    poll_until(
        {&a, &b}, [&] { return a.assignment().size() == 1 && b.assignment().size() == 1; }, late);
}

TEST_P(pattern, a_topic_that_is_deleted_goes_away) {
    create({"orders-eu", "orders-us"});
    consumer c(shared, member());
    c.subscribe(topic_pattern("orders-.*"));
    EXPECT_EQ(read(c, 4).size(), 4U);
    c.poll(0ms).value(); // all are done
    remove("orders-us");
    const auto before = world.rt->now();
    settle_on({&c}, {"orders-eu"});
    EXPECT_LE(world.rt->now() - before, 1min) << "much sooner than metadata grows old";
    fill("orders-eu", 1);
    EXPECT_EQ(read(c, 1), strings{"orders-eu/0"});
}

TEST_P(pattern, internal_topics_stay_out) { // exclude.internal.topics
    create({"__consumer_offsets", "__transaction_state"}, 6);
    fill("t");
    consumer a(shared, member());
    a.subscribe(topic_pattern(".*"));
    EXPECT_EQ(read(a, 2), records_of({"t"}));
    EXPECT_EQ(read(a, 1, 60s), strings());
    EXPECT_EQ(a.assignment().size(), 3U);
    // Nor do they keep a partition from anybody.
    consumer b(shared, member());
    b.subscribe(topic_pattern(".*"));
    const auto shared_out = [&] {
        return !a.assignment().empty() && !b.assignment().empty() &&
               a.assignment().size() + b.assignment().size() == 3;
    };
    poll_until({&a, &b}, shared_out);
    fill("t");
    auto seen = read(a, 2, 5s);
    for (const auto& value : read(b, 2 - seen.size(), 5s))
        seen.push_back(value);
    EXPECT_EQ(seen, records_of({"t"}));
}

TEST_P(pattern, an_internal_topic_may_be_named) {
    create({"__consumer_offsets"});
    consumer c(shared, member());
    c.subscribe({"__consumer_offsets"});
    EXPECT_EQ(read(c, 2), records_of({"__consumer_offsets"}));
}

TEST_P(pattern, members_share_what_matches) {
    create({"orders-eu", "orders-us"}, 2);
    consumer a(shared, member()), b(shared, member());
    a.subscribe(topic_pattern("orders-.*"));
    b.subscribe(topic_pattern("orders-.*"));
    poll_until({&a, &b}, [&] { return a.assignment().size() == 2 && b.assignment().size() == 2; });
    settle_on({&a, &b}, {"orders-eu", "orders-us"});
    create({"orders-asia"}, 2);
    poll_until(
        {&a, &b}, [&] { return a.assignment().size() == 3 && b.assignment().size() == 3; }, late);
}

TEST_P(pattern, one_member_matches_and_another_names) {
    create({"orders-eu"}, 2);
    consumer a(shared, member()), b(shared, member());
    a.subscribe(topic_pattern("orders-.*"));
    b.subscribe({"orders-eu", "t"});
    poll_until({&a, &b}, [&] { return a.assignment().size() == 1 && b.assignment().size() == 4; });
}

TEST_P(pattern, names_replace_it_and_are_replaced_by_it) { // G8
    create({"orders-eu", "orders-us", "bills"});
    consumer c(shared, member());
    c.subscribe(topic_pattern("orders-.*"));
    settle_on({&c}, {"orders-eu", "orders-us"});
    c.subscribe({"bills", "t"});
    settle_on({&c}, {"bills", "t"});
    world.create_topic("orders-asia");
    c.poll(1min).value();
    EXPECT_EQ(topics_of(c), (std::set<std::string>{"bills", "t"}));
    c.subscribe(topic_pattern("orders-.*"));
    settle_on({&c}, {"orders-asia", "orders-eu", "orders-us"});
    c.subscribe(topic_pattern("orders-[eu]+|t"));
    settle_on({&c}, {"orders-eu", "t"});
    c.unsubscribe().value();
    c.subscribe(topic_pattern("b.*"));
    settle_on({&c}, {"bills"});
}

// franz-go 1.21.6: the coordinator gave away a topic that metadata had not heard of, and nobody
// ever read it.
TEST_P(pattern, topics_that_are_made_while_it_joins_are_all_read) { // G14
    consumer c(shared, member());
    c.subscribe(topic_pattern("orders-.*"));
    strings made, seen;
    for (int i = 0; i < 50; ++i) {
        made.push_back("orders-" + std::to_string(i));
        world.create_topic(made.back());
        fill(made.back(), 1);
        for (const auto& value : read(c, 1, 20ms))
            seen.push_back(value);
    }
    for (const auto& value : read(c, made.size() - seen.size(), late))
        seen.push_back(value);
    EXPECT_EQ(sorted(seen), records_of(made, 1));
}

TEST_P(pattern, what_is_no_regular_expression_is_told_in_words) { // G11
    consumer c(shared, member());
    std::optional<error> told;
    try {
        c.subscribe(topic_pattern("orders-("));
        if (auto outcome = c.poll(10s); !outcome) told = outcome.error();
    } catch (const kafka_error& e) {
        told = e.detail();
    }
    ASSERT_TRUE(told);
    EXPECT_NE(told->message().find("orders-("), std::string::npos) << told->message();
    if (GetParam() == group_protocol::consumer) {
        EXPECT_EQ(*told, broker_errc::invalid_regular_expression);
        EXPECT_NE(told->message().find("RE2"), std::string::npos) << told->message();
        EXPECT_EQ(c.poll(1s).error(), broker_errc::invalid_regular_expression) << "it is out";
        c.unsubscribe().value();
    } else {
        EXPECT_EQ(*told, client_errc::invalid_argument);
        EXPECT_EQ(c.poll(0ms).error(), client_errc::wrong_state) << "nothing of it was done";
    }
    fill("t");
    c.subscribe(topic_pattern("t"));
    EXPECT_EQ(read(c, 2), records_of({"t"}));
}

TEST_P(pattern, an_empty_one_is_refused) {
    consumer c(shared, member());
    EXPECT_THROW(c.subscribe(topic_pattern("")), kafka_error);
}

INSTANTIATE_TEST_SUITE_P(group, pattern,
                         ::testing::Values(group_protocol::classic, group_protocol::consumer,
                                           group_protocol::automatic),
                         [](const auto& p) {
                             switch (p.param) {
                             case group_protocol::classic: return "classic";
                             case group_protocol::consumer: return "consumer";
                             default: return "automatic";
                             }
                         });

class classic_pattern : public pattern {};
INSTANTIATE_TEST_SUITE_P(group, classic_pattern, ::testing::Values(group_protocol::classic));

TEST_P(classic_pattern, all_topics_are_asked_for_only_as_long_as_it_is_subscribed_to) {
    const auto asked_in_an_hour = [&](consumer& c) {
        const auto before = world.requests(api::metadata);
        for (int i = 0; i < 60; ++i)
            c.poll(1min).value();
        return world.requests(api::metadata) - before;
    };
    consumer c(shared, member());
    c.subscribe({"t"});
    settle_on({&c}, {"t"});
    const auto by_name = asked_in_an_hour(c);
    c.subscribe(topic_pattern("t"));
    const auto by_pattern = asked_in_an_hour(c);
    EXPECT_GE(by_pattern, by_name + 12) << "every five minutes";
    EXPECT_LE(by_pattern, by_name + 14);
    c.subscribe({"t"});
    EXPECT_LE(asked_in_an_hour(c), by_name + 1);
}

TEST_P(classic_pattern, members_under_the_cooperative_protocol_keep_what_they_have) { // KIP-429
    create({"orders-eu"});
    auto options = member();
    options.assignment_strategies = {assignment_strategy::cooperative_sticky};
    events told;
    consumer c(shared, options);
    c.subscribe(topic_pattern("orders-.*"), writing(told));
    settle_on({&c}, {"orders-eu"});
    world.create_topic("orders-us");
    settle_on({&c}, {"orders-eu", "orders-us"});
    EXPECT_EQ(told, (events{"assigned orders-eu-0", "assigned orders-us-0"}));
}

TEST_P(classic_pattern, nobody_joins_before_it_is_known_what_matches) {
    create({"orders-eu"});
    world.add(api::metadata, testing::faults::delay{2s}, 3);
    events told;
    consumer c(shared, member());
    c.subscribe(topic_pattern("orders-.*"), writing(told));
    settle_on({&c}, {"orders-eu"});
    EXPECT_EQ(told, events{"assigned orders-eu-0"}) << "not with nothing first";
}

class server_pattern : public pattern {};
INSTANTIATE_TEST_SUITE_P(group, server_pattern, ::testing::Values(group_protocol::consumer));

// Coordinators keep what a static member does not say anew.
TEST_P(server_pattern, a_static_member_that_comes_back_with_names_has_no_pattern_any_more) { // G8
    create({"orders-eu"});
    auto options = member();
    options.group_instance_id = "one";
    auto first = std::make_unique<consumer>(shared, options);
    first->subscribe(topic_pattern("orders-.*"));
    settle_on({first.get()}, {"orders-eu"});
    first->close().value();
    consumer second(shared, options);
    second.subscribe({"t"});
    settle_on({&second}, {"t"});
}

// Though it never read them: the coordinator waits for its word until the rebalance timeout.
TEST_P(server_pattern, internal_topics_are_given_up_in_words) { // G10
    create({"__consumer_offsets"}, 6);
    create({"orders-eu"});
    const auto& group = world.brokers->state.make_group("g").consumers;
    const auto settled = [&](std::size_t members) {
        return group.members().size() == members && group.state_name() == std::string("Stable");
    };
    consumer a(shared, member()), b(shared, member());
    a.subscribe(topic_pattern(".*-eu|__.*"));
    poll_until({&a}, [&] { return settled(1); });
    b.subscribe(topic_pattern(".*-eu|__.*"));
    const auto before = world.rt->now();
    poll_until({&a, &b}, [&] { return settled(2); }, late);
    EXPECT_LE(world.rt->now() - before, 1min);
    EXPECT_EQ(a.assignment().size() + b.assignment().size(), 1U);
}

TEST_P(server_pattern, brokers_that_match_none_are_named_as_the_reason) {
    world.brokers->faults.limit_versions(api::consumer_group_heartbeat, 0, 0);
    client older = world.make_client();
    consumer c(older, member());
    c.subscribe(topic_pattern("t"));
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), client_errc::unsupported_version);
    EXPECT_NE(outcome.error().message().find("group_protocol::classic"), std::string::npos)
        << outcome.error().message();
}

class automatic_pattern : public pattern {};
INSTANTIATE_TEST_SUITE_P(group, automatic_pattern, ::testing::Values(group_protocol::automatic));

TEST_P(automatic_pattern, goes_along_to_the_classic_protocol) {
    create({"orders-eu"});
    world.fail_next(api::consumer_group_heartbeat, broker_errc::unsupported_version);
    consumer c(shared, member());
    c.subscribe(topic_pattern("orders-.*"));
    EXPECT_EQ(read(c, 2), records_of({"orders-eu"}));
    EXPECT_EQ(world.brokers->state.make_group("g").members.members().size(), 1U);
}

} // namespace
} // namespace kcpp::consuming::test
