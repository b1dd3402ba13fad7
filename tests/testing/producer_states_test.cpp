#include "testing/model/producer_states.hpp"

#include <gtest/gtest.h>

using namespace kcpp::testing;
using kcpp::broker_errc;

namespace {

batch_header batch(std::int16_t epoch, std::int32_t first, std::int32_t count,
                   std::int64_t offset = 0) {
    batch_header h;
    h.producer_id = 9;
    h.producer_epoch = epoch;
    h.base_sequence = first;
    h.last_offset_delta = count - 1;
    h.base_offset = offset;
    return h;
}

} // namespace

TEST(producer_states, an_unknown_producer_begins_with_any_sequence) {
    const producer_states s;
    EXPECT_EQ(s.check(batch(3, 77, 1)).error, broker_errc::none);
}

TEST(producer_states, sequences_must_follow) {
    producer_states s;
    s.remember(batch(0, 0, 10));
    EXPECT_EQ(s.check(batch(0, 10, 1)).error, broker_errc::none);
    EXPECT_EQ(s.check(batch(0, 11, 1)).error, broker_errc::out_of_order_sequence_number);
    EXPECT_EQ(s.check(batch(0, 9, 1)).error, broker_errc::out_of_order_sequence_number);
}

TEST(producer_states, the_last_five_batches_are_known_again) {
    producer_states s;
    for (std::int32_t i = 0; i < 6; ++i)
        s.remember(batch(0, i * 2, 2, 100 + i * 2));
    for (std::int32_t i = 1; i < 6; ++i)
        EXPECT_EQ(s.check(batch(0, i * 2, 2)).duplicate_of, 100 + i * 2);
    EXPECT_EQ(s.check(batch(0, 0, 2)).error, broker_errc::out_of_order_sequence_number);
    EXPECT_FALSE(s.check(batch(0, 10, 1)).duplicate_of); // another batch with the same beginning
}

TEST(producer_states, a_new_epoch_begins_at_zero_and_fences_the_old_one) {
    producer_states s;
    s.remember(batch(0, 0, 10));
    EXPECT_EQ(s.check(batch(1, 10, 1)).error, broker_errc::out_of_order_sequence_number);
    EXPECT_EQ(s.check(batch(1, 0, 1)).error, broker_errc::none);
    s.remember(batch(1, 0, 1));
    EXPECT_EQ(s.check(batch(0, 10, 1)).error, broker_errc::invalid_producer_epoch);
}

TEST(producer_states, sequences_wrap_to_zero) { // P1
    producer_states s;
    s.remember(batch(0, INT32_MAX - 1, 2));
    EXPECT_EQ(s.check(batch(0, 0, 5)).error, broker_errc::none);
    EXPECT_EQ(batch(0, INT32_MAX, 3).last_sequence(), 1);
}
