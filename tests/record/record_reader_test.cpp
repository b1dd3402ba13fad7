#include "golden.hpp"
#include "record/batch_builder.hpp"
#include "record/record_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace kcpp::record::test {
namespace {

const byte_vector& sample() {
    static const byte_vector bytes = golden_bytes("v2 with nulls and headers");
    return bytes;
}

template <class T>
errc error_with(std::size_t at, T value) {
    return read_all(patched(sample(), at, value)).error;
}

TEST(RecordReader, LogAppendTimeIsTheBatchesMaxTimestampForEveryRecord) { // F16
    const outcome got =
        read_all(patched(sample(), format::attributes, format::log_append_time_bit));
    ASSERT_EQ(got.records.size(), 3u);
    for (const test_record& r : got.records)
        EXPECT_EQ(r.time, golden_time + 3);
}

TEST(RecordReader, AnEmptyBatchThatCompactionLeftIsNoError) { // F6
    byte_vector bytes = patched(sample(), format::record_count, std::int32_t{0});
    bytes.resize(format::header_size);
    wire::store_be(bytes.data() + format::batch_length,
                   static_cast<std::int32_t>(format::header_size - format::log_overhead));
    fix_crc(bytes);
    const outcome got = read_all(bytes);
    EXPECT_EQ(got.error, errc::none);
    EXPECT_TRUE(got.records.empty());
    batch_cursor batches(bytes);
    ASSERT_TRUE(batches.next());
    EXPECT_EQ(batches.batch().last_offset(), 9);
}

TEST(RecordReader, ACompactedBatchKeepsItsLastOffset) { // F6
    const byte_vector bytes = patched(sample(), format::last_offset_delta, std::int32_t{50});
    batch_cursor batches(bytes);
    ASSERT_TRUE(batches.next());
    EXPECT_EQ(batches.batch().last_offset(), 57);
    EXPECT_EQ(read_all(bytes).records.back().offset, 9);
}

TEST(RecordReader, RefusesEveryFlippedBitThatTheCrcCovers) { // F13
    for (std::size_t bit = format::crc * 8; bit < sample().size() * 8; ++bit) {
        byte_vector bytes = sample();
        bytes[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
        EXPECT_EQ(read_all(bytes).error, errc::crc_mismatch) << bit;
    }
}

TEST(RecordReader, RefusesImpossibleHeaders) {
    constexpr auto max64 = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(error_with(format::base_offset, std::int64_t{-1}), errc::bad_header);
    EXPECT_EQ(error_with(format::base_offset, max64 - 2), errc::bad_header);
    EXPECT_EQ(error_with(format::base_offset, max64 - 3), errc::none);
    EXPECT_EQ(error_with(format::last_offset_delta, std::int32_t{-1}), errc::bad_header);
    EXPECT_EQ(error_with(format::record_count, std::int32_t{-1}), errc::bad_header);
    for (const std::int16_t codec : {5, 6, 7})
        EXPECT_EQ(error_with(format::attributes, codec), errc::unknown_codec);
}

TEST(RecordReader, RefusesACountThatIsNotTrue) {
    EXPECT_EQ(error_with(format::record_count, std::int32_t{2}), errc::wrong_record_count);
    EXPECT_EQ(error_with(format::record_count, std::int32_t{0}), errc::wrong_record_count);
    EXPECT_EQ(error_with(format::record_count, std::int32_t{4}), errc::wrong_record_count);
    EXPECT_EQ(error_with(format::record_count, std::int32_t{0x7fffffff}), errc::wrong_record_count);
}

TEST(RecordReader, RefusesOffsetsOutsideTheBatch) {
    EXPECT_EQ(error_with(format::last_offset_delta, std::int32_t{1}), errc::malformed_record);
}

/// A batch with these bytes for its only record.
byte_vector batch_of(std::string_view record_hex) {
    const std::string header_hex = to_hex(std::span(sample()).first(format::header_size));
    byte_vector bytes = from_hex(header_hex + std::string(record_hex));
    wire::store_be(bytes.data() + format::batch_length,
                   static_cast<std::int32_t>(bytes.size() - 12));
    wire::store_be(bytes.data() + format::record_count, std::int32_t{1});
    fix_crc(bytes);
    return bytes;
}

TEST(RecordReader, RefusesRecordsThatDoNotFitTheirLengths) {
    ASSERT_EQ(read_all(batch_of("10000000026b027600")).error, errc::none); // k=v
    for (const std::string_view bad : {
             "12000000026b027600",         // longer than the batch
             "0e000000026b027600",         // shorter than its fields
             "00",                         // no attributes
             "01000000026b027600",         // length -1
             "10000000036b027600",         // key length -2
             "10000000206b027600",         // key longer than the record
             "10000000026b037600",         // value length -2
             "10000000026b207600",         // value longer than the record
             "10000000026b027601",         // header count -1
             "10000000026b027602",         // a header that is not there
             "18000000026b027602010101",   // header name length -1
             "18000000026b0276020203ff",   // header value length -2
             "14000000026b0276ffffffff0f", // header count beyond 31 bits
             "ffffffffff7f",               // a length beyond 31 bits
             "10000001026b027600",         // offset delta -1
             "80",                         // a length cut short
         }) {
        const outcome got = read_all(batch_of(bad));
        EXPECT_EQ(got.error, errc::malformed_record) << bad;
        EXPECT_TRUE(got.records.empty()) << bad;
    }
}

TEST(RecordReader, HandsOutWhatCameBeforeAMalformedRecord) {
    byte_vector bytes = sample();
    bytes.at(bytes.size() - 1) = std::byte{0x01}; // header count of the third record: -1
    fix_crc(bytes);
    const outcome got = read_all(bytes);
    EXPECT_EQ(got.error, errc::malformed_record);
    EXPECT_EQ(got.records.size(), 2u);
}

TEST(RecordReader, ScratchKeepsDecompressedRecordsAlive) {
    const byte_vector bytes = golden_bytes("v2 zstd");
    batch_cursor batches(bytes);
    ASSERT_TRUE(batches.next());
    record_reader reader;
    ASSERT_EQ(reader.open(batches.batch(), 1000), errc::none);
    ASSERT_TRUE(reader.next());
    const wire::shared_buffer kept = reader.scratch();
    const bytes_view value = reader.record().value;
    reader = record_reader();
    EXPECT_EQ(value.text(), std::string(50, 'v'));
    EXPECT_GE(kept.size(), 50u);
}

TEST(RecordReader, PointsIntoAnUncompressedBatch) {
    const byte_vector bytes = golden_bytes("v2 plain");
    batch_cursor batches(bytes);
    ASSERT_TRUE(batches.next());
    record_reader reader;
    ASSERT_EQ(reader.open(batches.batch(), 0), errc::none);
    ASSERT_TRUE(reader.next());
    EXPECT_FALSE(reader.scratch());
    EXPECT_GE(reader.record().value.data(), bytes.data());
    EXPECT_LT(reader.record().value.data(), bytes.data() + bytes.size());
}

TEST(RecordReader, CanBeUsedAgainAfterAnError) {
    record_reader reader;
    const byte_vector bad = patched(sample(), format::record_count, std::int32_t{-1});
    batch_cursor first(bad);
    ASSERT_TRUE(first.next());
    EXPECT_EQ(reader.open(first.batch(), 1000), errc::bad_header);
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.error(), errc::bad_header);

    batch_cursor second(sample());
    ASSERT_TRUE(second.next());
    EXPECT_EQ(reader.open(second.batch(), 1000), errc::none);
    EXPECT_TRUE(reader.next());
}

TEST(HeaderRange, IsAForwardRange) {
    batch_cursor batches(sample());
    ASSERT_TRUE(batches.next());
    record_reader reader;
    ASSERT_EQ(reader.open(batches.batch(), 0), errc::none);
    ASSERT_TRUE(reader.next());
    const header_range headers = reader.record().headers;
    static_assert(std::forward_iterator<header_range::iterator>);
    EXPECT_EQ(headers.size(), 2u);
    EXPECT_EQ(std::ranges::distance(headers), 2);
    const auto named_n = std::ranges::find(headers, "n", &header::name);
    ASSERT_NE(named_n, headers.end());
    EXPECT_TRUE(named_n->value.is_null());
}

} // namespace
} // namespace kcpp::record::test
