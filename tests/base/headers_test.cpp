#include <kcpp/headers.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

using kcpp::header;
using kcpp::headers;

TEST(headers, own_what_was_added) {
    headers owned;
    {
        std::string name = "trace";
        std::string value = "4bf92f35";
        owned.add(name, value);
        name.assign("overwritten");
        value.assign("overwritten");
    }
    ASSERT_EQ(owned.size(), 1U);
    EXPECT_EQ(owned[0], (header{"trace", "4bf92f35"}));
}

TEST(headers, keep_order_and_repeated_names) {
    const headers owned = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
    ASSERT_EQ(owned.size(), 3U);
    EXPECT_EQ(owned[0], (header{"a", "1"}));
    EXPECT_EQ(owned[1], (header{"b", "2"}));
    EXPECT_EQ(owned[2], (header{"a", "3"}));
}

TEST(headers, keep_null_apart_from_empty) {
    const headers owned = {{"null", nullptr}, {"empty", ""}};
    EXPECT_TRUE(owned[0].value.is_null());
    EXPECT_FALSE(owned[1].value.is_null());
    EXPECT_TRUE(owned[1].value.empty());
    EXPECT_NE(owned, (headers{{"null", ""}, {"empty", ""}}));
}

TEST(headers, are_empty_by_default_and_after_clear) {
    headers owned;
    EXPECT_TRUE(owned.empty());
    owned.add("a", "1");
    EXPECT_FALSE(owned.empty());
    owned.clear();
    EXPECT_TRUE(owned.empty());
}

TEST(headers, are_values) {
    headers first = {{"a", "1"}};
    const headers second = first;
    EXPECT_EQ(first, second);
    first.add("b", "2");
    EXPECT_NE(first, second);
    EXPECT_EQ(second.size(), 1U);
}

TEST(headers, carry_bytes_that_are_not_text) {
    const std::vector<unsigned char> bytes = {0, 255, 0};
    const headers owned = {{"raw", bytes}};
    EXPECT_EQ(owned[0].value, kcpp::bytes_view(bytes));
}
