#include "options/properties_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

using kcpp::options::property_entry;
using kcpp::options::read_properties;

namespace {

using entries = std::vector<property_entry>;

entries read(std::string_view text) {
    return read_properties(text, "test.properties").value();
}

} // namespace

TEST(properties_text, separates_key_and_value_by_equals_colon_or_blanks) {
    EXPECT_EQ(read("a=1\nb:2\nc 3\nd\t4\ne = 5\nf : 6\ng  \t 7\n"), (entries{{"a", "1", 1},
                                                                             {"b", "2", 2},
                                                                             {"c", "3", 3},
                                                                             {"d", "4", 4},
                                                                             {"e", "5", 5},
                                                                             {"f", "6", 6},
                                                                             {"g", "7", 7}}));
}

TEST(properties_text, keeps_further_separators_and_trailing_blanks_in_the_value) {
    EXPECT_EQ(read("a==1\nb = : 2 \nc 3=3\n"),
              (entries{{"a", "=1", 1}, {"b", ": 2 ", 2}, {"c", "3=3", 3}}));
}

TEST(properties_text, allows_empty_values_and_empty_keys) {
    EXPECT_EQ(read("a=\nb\n=c\n"), (entries{{"a", "", 1}, {"b", "", 2}, {"", "c", 3}}));
}

TEST(properties_text, skips_comments_and_blank_lines_and_counts_them) {
    EXPECT_EQ(read("# one\n\n  ! two\n \t\f\n  a=1 # no comment\n"),
              (entries{{"a", "1 # no comment", 5}}));
}

TEST(properties_text, ends_lines_in_each_of_the_three_ways) {
    EXPECT_EQ(read("a=1\rb=2\r\nc=3\n\rd=4"),
              (entries{{"a", "1", 1}, {"b", "2", 2}, {"c", "3", 3}, {"d", "4", 5}}));
}

TEST(properties_text, joins_lines_after_a_backslash_without_the_blanks_in_front) {
    EXPECT_EQ(read("a=1,\\\n   2,\\\r\n\t3\nb=4\n"), (entries{{"a", "1,2,3", 1}, {"b", "4", 4}}));
    EXPECT_EQ(read("bootstrap\\\n  .servers=x"), (entries{{"bootstrap.servers", "x", 1}}));
}

TEST(properties_text, joins_only_after_an_odd_number_of_backslashes) {
    EXPECT_EQ(read("a=1\\\\\nb=2\\\\\\\n3"), (entries{{"a", "1\\", 1}, {"b", "2\\3", 2}}));
}

TEST(properties_text, takes_a_comment_sign_in_a_continuation_as_text) {
    EXPECT_EQ(read("a=1\\\n#2\n"), (entries{{"a", "1#2", 1}}));
}

TEST(properties_text, ends_a_continuation_at_a_blank_line_and_at_the_end) {
    EXPECT_EQ(read("a=1\\\n\nb=2"), (entries{{"a", "1", 1}, {"b", "2", 3}}));
    EXPECT_EQ(read("a=1\\"), (entries{{"a", "1", 1}}));
    EXPECT_EQ(read("\\\na=1"), (entries{{"a", "1", 2}}));
}

TEST(properties_text, understands_escapes_in_keys_and_values) {
    EXPECT_EQ(read("a\\=b\\:c\\ d=\\t\\n\\r\\f\\\\\\q\\#"),
              (entries{{"a=b:c d", "\t\n\r\f\\q#", 1}}));
}

TEST(properties_text, turns_unicode_escapes_into_utf8) {
    EXPECT_EQ(read("a=\\u0041\\u00e9\\u20AC\\uD83D\\uDE00"), (entries{{"a", "Aé€😀", 1}}));
    EXPECT_EQ(read("a=é€😀"), (entries{{"a", "é€😀", 1}}));
}

TEST(properties_text, names_the_line_of_an_escape_that_is_none) {
    for (const std::string_view bad : {"\\u", "\\u12", "\\u12g4", "\\u+123", "\\ud83d", "\\ude00",
                                       "\\ud83dx", "\\ud83d\\u0041", "\\ud83d\\u"}) {
        const auto read = read_properties("a=1\nb=" + std::string(bad), "test.properties");
        ASSERT_FALSE(read) << bad;
        EXPECT_TRUE(read.error().message().starts_with("test.properties:2: \\u needs four"))
            << read.error().message();
    }
    EXPECT_FALSE(read_properties("\\uzzzz=1", "x"));
}

TEST(properties_text, skips_a_byte_order_mark) {
    EXPECT_EQ(read("\xEF\xBB\xBF"
                   "a=1"),
              (entries{{"a", "1", 1}}));
}

TEST(properties_text, of_nothing_is_nothing) {
    EXPECT_EQ(read(""), entries{});
    EXPECT_EQ(read("\n\r\n#\n\\"), entries{});
}

TEST(properties_text, has_no_line_where_there_is_no_text) {
    EXPECT_EQ(kcpp::options::place_of("client.properties", 3), "client.properties:3");
    EXPECT_EQ(kcpp::options::place_of("properties", 0), "properties");
}
