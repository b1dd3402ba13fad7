#include "record/batch_builder.hpp"
#include "record/compression/codec.hpp"
#include "test_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>

/// A program of its own, because it stands in for malloc in order to count. The sanitizers stand
/// there, too, so it is built without them only.
namespace {

thread_local std::size_t allocations = 0;
thread_local std::size_t largest = 0;

} // namespace

extern "C" void* __libc_malloc(std::size_t size);

extern "C" void* malloc(std::size_t size) {
    ++allocations;
    largest = std::max(largest, size);
    return __libc_malloc(size);
}

namespace kcpp::record::test {
namespace {

const std::string value(100, 'v');

record_fields sample() {
    static const header headers[] = {{"trace", "0123456789"}};
    return {at_ms(1700000000000), "key", value, headers};
}

void fill(batch_builder& builder) {
    const record_fields fields = sample();
    for (auto m = builder.measure(fields); builder.fits(m); m = builder.measure(fields))
        builder.append(fields, m);
}

TEST(Allocations, AppendingTakesNone) {
    batch_builder builder(1 << 20, 1 << 20);
    const std::size_t before = allocations;
    fill(builder);
    EXPECT_EQ(allocations, before);
    EXPECT_GT(builder.count(), 7000);
}

TEST(Allocations, ABatchThatGrowsTakesOnePerStep) {
    batch_builder builder(16384);
    const std::size_t before = allocations;
    fill(builder);
    EXPECT_EQ(allocations - before, 4u); // 2, 4, 8 and 16 KiB
}

TEST(Allocations, SealingAndStampingAnUncompressedBatchTakesNone) {
    batch_builder builder(16384);
    fill(builder);
    const std::size_t before = allocations;
    sealed_batch batch = std::move(builder).seal();
    batch.stamp({.producer_id = 1, .producer_epoch = 0, .base_sequence = 5});
    EXPECT_EQ(allocations, before);
}

TEST(Allocations, ReadingTakesNone) {
    batch_builder builder(1 << 20);
    fill(builder);
    const std::int32_t count = builder.count();
    const sealed_batch batch = std::move(builder).seal();
    const wire::slice bytes = batch.bytes();

    const std::size_t before = allocations;
    std::int32_t read = 0;
    std::size_t touched = 0;
    record_reader records;
    for (batch_cursor batches(bytes.bytes); batches.next();) {
        ASSERT_EQ(records.open(batches.batch(), 0), errc::none);
        for (; records.next(); ++read)
            for (const header& h : records.record().headers)
                touched += h.value.size();
    }
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(read, count);
    EXPECT_EQ(touched, static_cast<std::size_t>(count) * 10);
}

class Bombs : public testing::TestWithParam<compression> {};

// Goal row 32: what a batch unfolds to never takes more memory than its bound.
TEST_P(Bombs, StopAtTheBound) {
    constexpr std::size_t bound = 1 << 20;
    growing_buffer packed;
    ASSERT_TRUE(compress(GetParam(), {}, byte_vector(40 << 20), packed));
    EXPECT_EQ(decompress(GetParam(), packed.bytes(), bound).error, errc::too_large);
    largest = 0;
    EXPECT_EQ(decompress(GetParam(), packed.bytes(), bound).error, errc::too_large);
    EXPECT_LE(largest, bound + 1024);
}

INSTANTIATE_TEST_SUITE_P(EveryCodec, Bombs,
                         testing::Values(compression::gzip, compression::snappy, compression::lz4,
                                         compression::zstd));

TEST(ZstdBomb, OfRunLengthBlocksWithoutASizeStopsAtTheBound) {
    constexpr std::size_t bound = 1 << 20;
    byte_vector frame = from_hex("28b52ffd0058");     // size unknown, window 2 MiB
    for (int block = 0; block < 250; ++block) {       // 1 KB for 32 MiB
        const byte_vector run = from_hex("02001000"); // 128 KiB of zeros, and more blocks follow
        frame.insert(frame.end(), run.begin(), run.end());
    }
    largest = 0;
    EXPECT_EQ(decompress(compression::zstd, frame, bound).error, errc::too_large);
    EXPECT_LE(largest, std::size_t{3} << 20); // zstd's own window
}

} // namespace
} // namespace kcpp::record::test
