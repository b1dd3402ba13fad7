#include "consumer/group/classic/topic_matcher.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kcpp::consuming {
namespace {

bool matches(const std::string& expression, const std::string& name) {
    return topic_matcher::compile(topic_pattern(expression)).value().matches(name);
}

TEST(topic_matcher, a_name_matches_as_a_whole) { // java.util.regex.Pattern.matches
    EXPECT_TRUE(matches("orders", "orders"));
    EXPECT_FALSE(matches("orders", "orders-eu"));
    EXPECT_FALSE(matches("orders", "my-orders"));
    EXPECT_TRUE(matches(".*orders.*", "my-orders-eu"));
    EXPECT_TRUE(matches("orders|bills", "bills"));
    EXPECT_FALSE(matches("orders|bills", "orders-eu"));
}

TEST(topic_matcher, what_names_are_made_of_can_be_said) {
    EXPECT_TRUE(matches(R"(orders-[0-9]{4}-\d{2})", "orders-2026-11"));
    EXPECT_FALSE(matches(R"(orders-[0-9]{4}-\d{2})", "orders-2026-1"));
    EXPECT_TRUE(matches(R"(a\.b)", "a.b"));
    EXPECT_FALSE(matches(R"(a\.b)", "axb"));
    EXPECT_TRUE(matches("(?:eu|us)_[^-]+", "us_bills"));
    EXPECT_FALSE(matches("(?:eu|us)_[^-]+", "us_bills-old"));
    EXPECT_TRUE(matches(R"(\w+?)", "Orders_1"));
    EXPECT_TRUE(matches("^orders$", "orders"));
    EXPECT_FALSE(matches("ORDERS", "orders"));
}

TEST(topic_matcher, what_is_no_regular_expression_is_refused_in_words) {
    for (const std::string expression :
         {"orders-(", "orders)", "[a-", "[z-a]", "*", "a{2,1}", R"(a\)", R"((a)\1)", ""}) {
        const auto compiled = topic_matcher::compile(topic_pattern(expression));
        ASSERT_FALSE(compiled) << expression;
        EXPECT_EQ(compiled.error(), client_errc::invalid_argument);
        EXPECT_NE(compiled.error().message().find("topic_pattern(\"" + expression + "\") is "),
                  std::string::npos)
            << compiled.error().message();
    }
}

TEST(topic_matcher, an_expression_may_not_be_larger_than_the_stack_allows) {
    for (const std::string& expression :
         {std::string(1001, 'a'), std::string("((a?){100}){100}"),
          std::string("(a{999}){999}{999}"), std::string("(ab){0,600}"), std::string(2000, '('),
          std::string("a{99999999999999999999}")}) {
        const auto compiled = topic_matcher::compile(topic_pattern(expression));
        ASSERT_FALSE(compiled) << expression;
        EXPECT_NE(compiled.error().message().find("too large"), std::string::npos)
            << compiled.error().message();
    }
    EXPECT_TRUE(matches("(a?){249}", std::string(249, 'a')));
    EXPECT_TRUE(matches("[[:alpha:][:digit:]]{1,249}", std::string(249, 'a')));
    EXPECT_TRUE(matches(std::string(300, '(') + "a*" + std::string(300, ')'), "aa"));
}

// Whoever tries one way after the other is at these until the end of days.
TEST(topic_matcher, the_longest_names_take_no_longer_than_they_are) {
    const std::string longest(249, 'a');
    for (const std::string expression :
         {"(a*)*b", "(a|aa)*b", "(a|a?)+b", "(.*)(.*)(.*)(.*)(.*)(.*)b", "([a-z]+)*-x"})
        EXPECT_FALSE(matches(expression, longest)) << expression;
}

} // namespace
} // namespace kcpp::consuming
