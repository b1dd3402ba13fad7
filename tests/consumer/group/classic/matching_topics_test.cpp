#include "consumer/group/classic/matching_topics.hpp"

#include <kcpp/error_codes.hpp>

#include <gtest/gtest.h>

namespace kcpp::consuming {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

class matching : public ::testing::Test {
protected:
    static protocol::metadata::response list(const strings& names) {
        protocol::metadata::response said;
        said.brokers.emplace_back();
        for (const std::string& name : names)
            said.topics.emplace_back().name = name;
        return said;
    }
    bool hear(const strings& names) { return topics.apply(list(names), now); }

    matching_topics topics{topic_matcher::compile(topic_pattern("orders-.*")).value()};
    runtime::time_point now{1h};
};

TEST_F(matching, names_are_those_that_match) {
    EXPECT_TRUE(hear({"orders-us", "bills", "orders-eu", "my-orders-eu"}));
    EXPECT_EQ(topics.names(), (strings{"orders-eu", "orders-us"}));
    EXPECT_FALSE(hear({"orders-us", "bills", "orders-eu", "more-bills"})) << "nothing new";
}

TEST_F(matching, what_is_new_is_added) {
    hear({"orders-us"});
    EXPECT_TRUE(hear({"orders-us", "orders-eu"}));
    EXPECT_EQ(topics.names(), (strings{"orders-eu", "orders-us"}));
}

TEST_F(matching, internal_topics_stay_out) { // exclude.internal.topics
    auto said = list({"orders-us", "orders-of-kafka"});
    said.topics[1].is_internal = true;
    topics.apply(said, now);
    EXPECT_EQ(topics.names(), strings{"orders-us"});
}

TEST_F(matching, a_topic_is_gone_when_it_was_missing_for_long_enough) { // L2
    hear({"orders-us", "orders-eu"});
    now += 1s;
    EXPECT_FALSE(hear({"orders-us"})) << "one broker that has just started may not know it";
    EXPECT_EQ(topics.next_deletion(), now + matching_topics::missing_means_deleted);
    now += matching_topics::missing_means_deleted - 1ms;
    EXPECT_FALSE(hear({"orders-us"}));
    now += 1ms;
    EXPECT_TRUE(hear({"orders-us"}));
    EXPECT_EQ(topics.names(), strings{"orders-us"});
    EXPECT_EQ(topics.next_deletion(), runtime::never);
}

TEST_F(matching, seeing_it_again_starts_the_patience_anew) {
    hear({"orders-us"});
    hear({});
    now += 14s;
    hear({"orders-us"});
    EXPECT_EQ(topics.next_deletion(), runtime::never);
    now += 14s;
    EXPECT_FALSE(hear({}));
    EXPECT_EQ(topics.names(), strings{"orders-us"});
}

TEST_F(matching, one_that_is_said_not_to_exist_is_missing) {
    hear({"orders-us"});
    auto said = list({"orders-us"});
    said.topics[0].error_code = static_cast<std::int16_t>(broker_errc::unknown_topic_or_partition);
    topics.apply(said, now);
    EXPECT_NE(topics.next_deletion(), runtime::never);
}

TEST_F(matching, a_broker_that_is_starting_tells_nothing) { // L11
    hear({"orders-us"});
    EXPECT_FALSE(topics.apply(protocol::metadata::response(), now));
    EXPECT_EQ(topics.next_deletion(), runtime::never);
}

} // namespace
} // namespace kcpp::consuming
