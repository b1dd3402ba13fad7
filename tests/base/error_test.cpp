#include <kcpp/error.hpp>

#include <gtest/gtest.h>

#include <system_error>
#include <type_traits>
#include <utility>

using kcpp::broker_errc;
using kcpp::client_errc;
using kcpp::condition;
using kcpp::error;

TEST(error, holds_a_code_a_sentence_and_a_place) {
    const error e(broker_errc::not_enough_replicas, "produce to orders-3 on broker 2: …",
                  {.topic = "orders", .partition = 3, .broker = 2});
    EXPECT_EQ(e, broker_errc::not_enough_replicas);
    EXPECT_EQ(e.code(), make_error_code(broker_errc::not_enough_replicas));
    EXPECT_EQ(e.message(), "produce to orders-3 on broker 2: …");
    EXPECT_EQ(e.topic(), "orders");
    EXPECT_EQ(e.partition(), 3);
    EXPECT_EQ(e.broker(), 2);
}

TEST(error, leaves_an_unknown_place_empty) {
    const error e(client_errc::closed, "the producer was closed");
    EXPECT_EQ(e.topic(), "");
    EXPECT_EQ(e.partition(), std::nullopt);
    EXPECT_EQ(e.broker(), std::nullopt);
}

TEST(error, says_what_its_code_means_when_it_has_no_sentence) {
    EXPECT_EQ(error(client_errc::timed_out, "").message(), "the deadline passed");
}

TEST(error, copies_share_the_sentence) {
    const error first(client_errc::timed_out, "the deadline passed while asking for metadata");
    const error second = first;
    EXPECT_EQ(second.message().data(), first.message().data());
    EXPECT_EQ(second.code(), first.code());
}

TEST(error, can_be_asked_after_it_was_moved_from) {
    error first(client_errc::timed_out, "late", {.topic = "orders"});
    const error second = std::move(first);
    EXPECT_EQ(second.message(), "late");
    EXPECT_EQ(first.message(), ""); // NOLINT: that is the point
    EXPECT_EQ(first.topic(), "");
    EXPECT_FALSE(first.unknown_outcome());
}

TEST(error, knows_its_class_by_its_code) {
    EXPECT_TRUE(error(client_errc::connection_lost, "").retriable());
    EXPECT_FALSE(error(client_errc::connection_lost, "").fatal());
    EXPECT_TRUE(error(client_errc::closed, "").fatal());
    EXPECT_TRUE(error(broker_errc::not_leader_or_follower, "").retriable());
    EXPECT_TRUE(error(broker_errc::producer_fenced, "").is(condition::fenced));
    EXPECT_TRUE(error(broker_errc::transaction_abortable, "").is(condition::abortable));
    EXPECT_FALSE(error(broker_errc::topic_already_exists, "").retriable());
}

TEST(error, says_when_the_outcome_is_unknown_and_only_then) {
    const error known(client_errc::connection_lost, "not sent");
    const error unknown = error::unknown_outcome(client_errc::connection_lost, "sent",
                                                 {.topic = "orders", .partition = 1});
    EXPECT_FALSE(known.unknown_outcome());
    EXPECT_TRUE(unknown.unknown_outcome());
    EXPECT_TRUE(unknown.is(condition::unknown_outcome));
    EXPECT_TRUE(unknown.retriable());
    EXPECT_EQ(unknown, client_errc::connection_lost);
    EXPECT_EQ(unknown.topic(), "orders");
    EXPECT_TRUE(error(unknown).unknown_outcome());
}

TEST(error, is_not_equal_to_the_same_number_of_the_other_kind) {
    const error e(client_errc::timed_out, "");
    EXPECT_EQ(e, client_errc::timed_out);
    EXPECT_FALSE(e == static_cast<broker_errc>(static_cast<int>(client_errc::timed_out)));
}

TEST(kafka_error, is_a_system_error_that_speaks_the_sentence) {
    try {
        throw kcpp::kafka_error(error(broker_errc::topic_already_exists, "create topic orders"));
    } catch (const std::system_error& thrown) {
        EXPECT_EQ(thrown.code(), broker_errc::topic_already_exists);
        EXPECT_STREQ(thrown.what(), "create topic orders");
    }
}

TEST(kafka_error, gives_the_whole_error_back) {
    const kcpp::kafka_error thrown(
        error::unknown_outcome(client_errc::timed_out, "late", {.topic = "orders"}));
    EXPECT_TRUE(thrown.detail().unknown_outcome());
    EXPECT_EQ(thrown.detail().topic(), "orders");
    static_assert(std::is_nothrow_copy_constructible_v<kcpp::error>);
}
