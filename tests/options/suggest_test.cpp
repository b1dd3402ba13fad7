#include "options/suggest.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

using kcpp::options::suggestion_for;

TEST(suggestion, is_near_by_letters_missing_added_changed_or_swapped) {
    EXPECT_EQ(suggestion_for("bootstrap.server"), "bootstrap.servers");
    EXPECT_EQ(suggestion_for("bootstrap.serverss"), "bootstrap.servers");
    EXPECT_EQ(suggestion_for("compression.tipe"), "compression.type");
    EXPECT_EQ(suggestion_for("acsk"), "acks");
    EXPECT_EQ(suggestion_for("lingr.ms"), "linger.ms");
}

TEST(suggestion, knows_librdkafkas_spellings_and_what_is_not_supported) {
    EXPECT_EQ(suggestion_for("metadata.broker.lst"), "metadata.broker.list");
    EXPECT_EQ(suggestion_for("enable.idempotency"), "enable.idempotence");
    EXPECT_EQ(suggestion_for("key.serialiser"), "key.serializer");
}

TEST(suggestion, looks_past_case_underscores_and_dashes) {
    EXPECT_EQ(suggestion_for("GROUP_ID"), "group.id");
    EXPECT_EQ(suggestion_for("linger-ms"), "linger.ms");
    EXPECT_EQ(suggestion_for("request_timeout"), "request.timeout.ms");
}

TEST(suggestion, is_not_made_at_any_price) {
    EXPECT_EQ(suggestion_for("colour"), std::nullopt);
    EXPECT_EQ(suggestion_for(""), std::nullopt);
    EXPECT_EQ(suggestion_for(std::string(100'000, 'a')), std::nullopt);
}
