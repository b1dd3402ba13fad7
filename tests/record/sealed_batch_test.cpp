#include "record/batch_builder.hpp"
#include "record/sealed_batch.hpp"
#include "test_bytes.hpp"

#include <gtest/gtest.h>

namespace kcpp::record::test {
namespace {

sealed_batch sample(compression codec = compression::none) {
    batch_builder builder(10000);
    const std::string value(700, 'v');
    for (int i = 0; i < 3; ++i) {
        const record_fields fields{at_ms(1000 + i), "k", value, {}};
        builder.append(fields, builder.measure(fields));
    }
    return std::move(builder).seal(codec);
}

batch_view view(const sealed_batch& batch) {
    batch_cursor cursor(batch.bytes().bytes);
    EXPECT_TRUE(cursor.next());
    return cursor.batch();
}

std::string hex(const sealed_batch& batch) {
    return to_hex(batch.bytes().bytes);
}

constexpr producer_stamp idempotent{.producer_id = 9, .producer_epoch = 1, .base_sequence = 100};
constexpr producer_stamp bumped{.producer_id = 9, .producer_epoch = 2, .base_sequence = 0};

TEST(SealedBatch, IsValidBeforeAnyStamp) {
    const sealed_batch batch = sample();
    const batch_view header = view(batch);
    EXPECT_EQ(header.check(), errc::none);
    EXPECT_EQ(header.producer_id(), -1);
    EXPECT_EQ(header.base_sequence(), -1);
    EXPECT_EQ(header.partition_leader_epoch(), -1);
    EXPECT_EQ(header.base_offset(), 0);
    EXPECT_EQ(header.last_offset(), 2);
    EXPECT_EQ(header.base_timestamp(), at_ms(1000));
    EXPECT_EQ(header.max_timestamp(), at_ms(1002));
    EXPECT_EQ(batch.about().record_count, 3);
}

TEST(SealedBatch, AStampKeepsTheCrcTrueInEveryCodec) {
    for (const auto codec : {compression::none, compression::gzip, compression::snappy,
                             compression::lz4, compression::zstd}) {
        sealed_batch batch = sample(codec);
        batch.stamp({.producer_id = 4711,
                     .producer_epoch = 3,
                     .base_sequence = 42,
                     .transactional = true,
                     .partition_leader_epoch = 6});
        const batch_view header = view(batch);
        EXPECT_EQ(header.check(), errc::none);
        EXPECT_EQ(header.codec(), codec);
        EXPECT_EQ(header.producer_id(), 4711);
        EXPECT_EQ(header.producer_epoch(), 3);
        EXPECT_EQ(header.base_sequence(), 42);
        EXPECT_EQ(header.partition_leader_epoch(), 6);
        EXPECT_TRUE(header.is_transactional());
        EXPECT_EQ(read_all(batch.bytes().bytes).records.size(), 3u);
    }
}

// librdkafka 2.5.0: a retried batch that is not identical is rejected, or stored twice.
TEST(SealedBatch, TheSameStampGivesTheSameBytes) {
    sealed_batch batch = sample(compression::zstd);
    batch.stamp(idempotent);
    const std::string first = hex(batch);
    const wire::slice on_the_wire = batch.bytes();
    batch.stamp(idempotent);
    EXPECT_EQ(hex(batch), first);
    EXPECT_EQ(batch.bytes().bytes.data(), on_the_wire.bytes.data());

    batch.stamp(bumped);
    EXPECT_NE(hex(batch), first);
    batch.stamp(idempotent);
    EXPECT_EQ(hex(batch), first);
}

TEST(SealedBatch, RestampsInPlaceWhenNobodyElseHoldsTheBytes) {
    sealed_batch batch = sample();
    const std::byte* const memory = batch.bytes().bytes.data();
    batch.stamp(bumped);
    EXPECT_EQ(batch.bytes().bytes.data(), memory);
}

// P21, KAFKA-19012: bytes that are still on their way into a socket are never rewritten.
TEST(SealedBatch, LeavesBytesAloneThatAWriteStillHolds) {
    sealed_batch batch = sample();
    batch.stamp(idempotent);
    const std::string before = hex(batch);
    const wire::slice on_the_wire = batch.bytes();
    batch.stamp(bumped);
    EXPECT_EQ(to_hex(on_the_wire.bytes), before);
    EXPECT_EQ(view(batch).producer_epoch(), 2);
    EXPECT_EQ(view(batch).check(), errc::none);
    EXPECT_EQ(read_all(batch.bytes().bytes).records.size(), 3u);
}

} // namespace
} // namespace kcpp::record::test
