// The whole table is compared with Kafka's jar by tests/protocol/schema.

#include "base/kafka_errors.hpp"

#include <kcpp/error_codes.hpp>

#include <gtest/gtest.h>

namespace kcpp::base {

TEST(kafka_errors, are_found_by_their_code) {
    const kafka_error_info* moved = find_kafka_error(6);
    ASSERT_NE(moved, nullptr);
    EXPECT_EQ(moved->name, "NOT_LEADER_OR_FOLLOWER");
    EXPECT_TRUE(moved->is(error_traits::retriable));
    EXPECT_TRUE(moved->is(error_traits::refresh_metadata));
    EXPECT_FALSE(moved->is(error_traits::refresh_coordinator));
}

TEST(kafka_errors, go_from_minus_1_to_136) {
    EXPECT_EQ(find_kafka_error(-1)->name, "UNKNOWN_SERVER_ERROR");
    EXPECT_EQ(find_kafka_error(136)->name, "CONTROLLER_ID_NOT_REGISTERED");
    EXPECT_EQ(find_kafka_error(-2), nullptr);
    EXPECT_EQ(find_kafka_error(137), nullptr);
    EXPECT_EQ(kafka_errors().size(), 138u);
}

TEST(kafka_errors, all_say_something) {
    for (const kafka_error_info& e : kafka_errors()) {
        EXPECT_FALSE(e.name.empty()) << e.code;
        EXPECT_FALSE(e.message.empty()) << e.code;
    }
}

// KIP-1050: a code belongs to one class only; what is refreshed is also retried.
TEST(kafka_errors, belong_to_one_class) {
    using enum error_traits;
    for (const kafka_error_info& e : kafka_errors()) {
        const bool ends = e.is(fatal_for_producer | fatal_for_member);
        EXPECT_FALSE(e.is(retriable) && (ends || e.is(abortable))) << e.name;
        const bool refreshes = e.is(refresh_metadata | refresh_coordinator);
        EXPECT_TRUE(!refreshes || e.is(retriable)) << e.name;
    }
}

TEST(kafka_errors, have_the_numbers_of_the_public_enumeration) {
    EXPECT_EQ(find_kafka_error(static_cast<int>(broker_errc::producer_fenced))->name,
              "PRODUCER_FENCED");
    EXPECT_EQ(find_kafka_error(static_cast<int>(broker_errc::controller_id_not_registered))->name,
              "CONTROLLER_ID_NOT_REGISTERED");
}

} // namespace kcpp::base
