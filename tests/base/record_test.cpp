#include <kcpp/record.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

using kcpp::bytes_view;
using kcpp::header;
using kcpp::headers_view;
using kcpp::owned_record;
using kcpp::producer_record;

// g++ 12 destroys aggregates with destructors twice inside an expression with co_await; these have
// none.
static_assert(std::is_trivially_destructible_v<producer_record>);
static_assert(std::is_trivially_copyable_v<headers_view>);
static_assert(std::is_trivially_destructible_v<header>);

namespace {

/// What `send` sees of a record, copied out before it returns.
struct seen {
    std::string topic;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<std::string> headers;
    std::optional<kcpp::partition_id> partition;
    friend bool operator==(const seen&, const seen&) = default;
};

std::optional<std::string> copied(bytes_view bytes) {
    if (bytes.is_null()) return std::nullopt;
    return bytes.to_string();
}

seen send(const producer_record& record) {
    seen out{
        std::string(record.topic), copied(record.key), copied(record.value), {}, record.partition};
    for (std::size_t i = 0; i < record.headers.size(); ++i) {
        const header h = record.headers[i];
        out.headers.push_back(std::string(h.name) + '=' + copied(h.value).value_or("<null>"));
    }
    return out;
}

} // namespace

TEST(producer_record, is_written_as_the_sentence_you_would_say) {
    EXPECT_EQ(send({.topic = "orders", .key = "42", .value = "paid"}),
              (seen{"orders", "42", "paid", {}, std::nullopt}));
}

TEST(producer_record, has_no_key_and_no_value_unless_given) {
    EXPECT_EQ(send({.topic = "orders"}),
              (seen{"orders", std::nullopt, std::nullopt, {}, std::nullopt}));
    EXPECT_EQ(send({.topic = "orders", .key = "", .value = kcpp::null}),
              (seen{"orders", "", std::nullopt, {}, std::nullopt}));
    EXPECT_EQ(send({.topic = "orders", .value = nullptr}),
              (seen{"orders", std::nullopt, std::nullopt, {}, std::nullopt}));
}

TEST(producer_record, takes_bytes_of_any_kind) {
    const std::string topic = "orders";
    const std::vector<std::byte> key = {std::byte{'4'}, std::byte{'2'}};
    const std::array<unsigned char, 2> value = {'o', 'k'};
    EXPECT_EQ(send({.topic = topic, .key = key, .value = value, .partition = 3}),
              (seen{"orders", "42", "ok", {}, 3}));
}

TEST(producer_record, takes_a_braced_list_of_headers) {
    const std::string id = "4bf92f35";
    EXPECT_EQ(send({.topic = "orders", .headers = {{"trace", id}, {"null", nullptr}}}).headers,
              (std::vector<std::string>{"trace=4bf92f35", "null=<null>"}));
}

TEST(producer_record, takes_one_braced_header) {
    EXPECT_EQ(send({.topic = "orders", .headers = {{"trace", "1"}}}).headers,
              (std::vector<std::string>{"trace=1"}));
}

TEST(headers_view, shows_every_kind_of_range) {
    const std::vector<std::string> expected = {"a=1", "b=2"};
    const header array[] = {{"a", "1"}, {"b", "2"}};
    const std::vector<header> vector = {{"a", "1"}, {"b", "2"}};
    const std::array<header, 2> fixed = {header{"a", "1"}, header{"b", "2"}};
    const kcpp::headers owned = {{"a", "1"}, {"b", "2"}};
    EXPECT_EQ(send({.topic = "t", .headers = array}).headers, expected);
    EXPECT_EQ(send({.topic = "t", .headers = vector}).headers, expected);
    EXPECT_EQ(send({.topic = "t", .headers = fixed}).headers, expected);
    EXPECT_EQ(send({.topic = "t", .headers = std::span(array)}).headers, expected);
    EXPECT_EQ(send({.topic = "t", .headers = owned}).headers, expected);
}

TEST(headers_view, is_empty_by_default_and_from_empty_ranges) {
    EXPECT_TRUE(headers_view().empty());
    EXPECT_TRUE(headers_view(kcpp::headers()).empty());
    EXPECT_TRUE(headers_view(std::span<const header>()).empty());
    EXPECT_EQ(headers_view().size(), 0U);
}

TEST(headers_view, sees_headers_added_before_it_was_made) {
    kcpp::headers owned;
    owned.add("a", "1");
    const headers_view view = owned;
    ASSERT_EQ(view.size(), 1U);
    EXPECT_EQ(view[0], (header{"a", "1"}));
}

TEST(owned_record, is_sent_as_what_it_owns) {
    const owned_record kept = {.topic = "orders",
                               .key = "42",
                               .value = "paid",
                               .headers = {{"trace", "1"}},
                               .partition = 2};
    EXPECT_EQ(send(kept), (seen{"orders", "42", "paid", {"trace=1"}, 2}));
}

TEST(owned_record, keeps_null_apart_from_empty) {
    EXPECT_EQ(send(owned_record{.topic = "orders", .key = "", .value = std::nullopt}),
              (seen{"orders", "", std::nullopt, {}, std::nullopt}));
}

TEST(owned_record, carries_its_timestamp) {
    const kcpp::timestamp then{std::chrono::milliseconds(1'700'000'000'000)};
    const owned_record kept = {.topic = "orders", .timestamp = then};
    const producer_record shown = kept;
    EXPECT_EQ(shown.timestamp, then);
}
