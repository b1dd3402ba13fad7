#include "batches.hpp"
#include "consumer/aborted_transactions.hpp"

#include <gtest/gtest.h>

namespace kcpp::consuming::test {
namespace {

using list = std::vector<protocol::fetch::aborted_transaction>;

bool hides(aborted_transactions& aborted, const byte_vector& bytes) {
    return aborted.hides(record::batch_view(bytes));
}

TEST(aborted_transactions, hide_their_batches_until_the_marker) { // F11
    aborted_transactions aborted(list{{.producer_id = 7, .first_offset = 10}});
    EXPECT_FALSE(hides(
        aborted, batch{.base_offset = 5, .values = {"earlier"}, .transaction_of = 7}.bytes()));
    EXPECT_TRUE(
        hides(aborted, batch{.base_offset = 10, .values = {"a"}, .transaction_of = 7}.bytes()));
    EXPECT_TRUE(
        hides(aborted, batch{.base_offset = 11, .values = {"b"}, .transaction_of = 7}.bytes()));
    EXPECT_FALSE(hides(aborted, marker(12, 7, false)));
    aborted.end_of(7);
    EXPECT_FALSE(
        hides(aborted, batch{.base_offset = 13, .values = {"next"}, .transaction_of = 7}.bytes()));
}

TEST(aborted_transactions, leave_other_producers_alone) { // F11
    aborted_transactions aborted(list{{.producer_id = 7, .first_offset = 10}});
    EXPECT_FALSE(
        hides(aborted, batch{.base_offset = 10, .values = {"a"}, .transaction_of = 8}.bytes()));
    EXPECT_FALSE(hides(aborted, batch{.base_offset = 11, .values = {"plain"}}.bytes()));
}

TEST(aborted_transactions, do_not_trust_the_order_of_the_list) { // F11; franz-go 1.21.4
    aborted_transactions aborted(
        list{{.producer_id = 8, .first_offset = 20}, {.producer_id = 7, .first_offset = 10}});
    EXPECT_TRUE(
        hides(aborted, batch{.base_offset = 10, .values = {"a"}, .transaction_of = 7}.bytes()));
    EXPECT_FALSE(
        hides(aborted, batch{.base_offset = 11, .values = {"a"}, .transaction_of = 8}.bytes()));
    EXPECT_TRUE(
        hides(aborted, batch{.base_offset = 20, .values = {"a"}, .transaction_of = 8}.bytes()));
}

TEST(aborted_transactions, without_records_here_end_with_their_marker) { // librdkafka 1.7.0
    aborted_transactions aborted(list{{.producer_id = 7, .first_offset = 10}});
    EXPECT_FALSE(hides(aborted, marker(10, 7, false)));
    aborted.end_of(7);
    EXPECT_FALSE(hides(
        aborted, batch{.base_offset = 11, .values = {"committed"}, .transaction_of = 7}.bytes()));
}

} // namespace
} // namespace kcpp::consuming::test
