#include <kcpp/result.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using kcpp::client_errc;
using kcpp::error;
using kcpp::kafka_error;
using kcpp::result;

namespace {

const error late(client_errc::timed_out, "too late");

result<std::string> greeting() {
    return std::string("hello");
}

result<std::unique_ptr<int>> made(int value) {
    return std::make_unique<int>(value);
}

} // namespace

TEST(result, holds_a_value) {
    result<std::string> r = greeting();
    ASSERT_TRUE(r);
    EXPECT_TRUE(r.has_value());
    EXPECT_EQ(r.value(), "hello");
    EXPECT_EQ(*r, "hello");
    EXPECT_EQ(r->size(), 5U);
}

TEST(result, holds_the_reason_instead) {
    const result<std::string> r = late;
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error(), client_errc::timed_out);
    EXPECT_EQ(r.error().message(), "too late");
}

TEST(result, throws_the_reason_where_a_value_is_demanded) {
    result<std::string> r = late;
    try {
        (void)r.value();
        FAIL() << "nothing was thrown";
    } catch (const kafka_error& thrown) {
        EXPECT_STREQ(thrown.what(), "too late");
        EXPECT_EQ(thrown.code(), client_errc::timed_out);
    }
    EXPECT_THROW((void)std::as_const(r).value(), kafka_error);
    EXPECT_THROW((void)std::move(r).value(), kafka_error);
}

TEST(result, can_be_changed_in_place) {
    result<std::vector<int>> r = std::vector<int>{1};
    r->push_back(2);
    r.value().push_back(3);
    (*r).push_back(4);
    EXPECT_EQ(*r, (std::vector<int>{1, 2, 3, 4}));
}

TEST(result, gives_up_a_move_only_value) {
    EXPECT_EQ(*made(7).value(), 7);
    EXPECT_EQ(**made(8), 8);
    static_assert(!std::is_copy_constructible_v<result<std::unique_ptr<int>>>);
    static_assert(std::is_nothrow_move_constructible_v<result<std::unique_ptr<int>>>);
}

TEST(result, offers_another_value_instead_of_the_reason) {
    EXPECT_EQ(greeting().value_or("nothing"), "hello");
    EXPECT_EQ(result<std::string>(late).value_or("nothing"), "nothing");
}

TEST(result, keeps_a_value_that_is_itself_an_error_code) {
    const result<std::error_code> r = make_error_code(client_errc::closed);
    ASSERT_TRUE(r);
    EXPECT_EQ(*r, client_errc::closed);
}

TEST(result_of_nothing, is_success_unless_there_is_a_reason) {
    const result<void> well;
    EXPECT_TRUE(well);
    EXPECT_TRUE(well.has_value());
    EXPECT_NO_THROW(well.value());

    const result<void> badly = late;
    EXPECT_FALSE(badly);
    EXPECT_EQ(badly.error(), client_errc::timed_out);
    EXPECT_THROW(badly.value(), kafka_error);
}
