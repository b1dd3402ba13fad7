#include "golden.hpp"
#include "legacy_encoder.hpp"

#include <gtest/gtest.h>

namespace kcpp::record::test {
namespace {

constexpr std::int8_t log_append_time = 0x08;

byte_vector set_of(std::int8_t magic, const std::vector<test_record>& records) {
    byte_vector set;
    for (const test_record& r : records)
        append(set, encode_legacy(magic, r));
    return set;
}

test_record plain(std::int64_t offset, std::int64_t time = 5) {
    return {offset, time, "k", "v", {}};
}

std::vector<std::int64_t> offsets(const outcome& read) {
    std::vector<std::int64_t> result;
    for (const test_record& r : read.records)
        result.push_back(r.offset);
    return result;
}

using list = std::vector<std::int64_t>;

TEST(LegacySet, NullAndEmptyDiffer) {
    const std::vector<test_record> records{{3, 1, {}, "", {}}, {4, 2, "", {}, {}}};
    const outcome got = read_all(set_of(1, records));
    EXPECT_EQ(got.error, errc::none);
    EXPECT_EQ(got.records, records);
}

TEST(LegacySet, InnerOffsetsOfFormat1AreRelativeToTheWrappers) { // F15
    for (const auto codec : {compression::gzip, compression::snappy, compression::lz4}) {
        const auto set = set_of(1, {plain(0), plain(1), plain(4)}); // compacted: holes
        const outcome got = read_all(wrap_legacy(1, codec, 104, 5, set));
        EXPECT_EQ(got.error, errc::none);
        EXPECT_EQ(offsets(got), (list{100, 101, 104}));
    }
}

TEST(LegacySet, InnerOffsetsOfFormat0AreAbsolute) { // F15
    for (const auto codec : {compression::gzip, compression::snappy, compression::lz4}) {
        const auto set = set_of(0, {plain(100), plain(102), plain(104)});
        const outcome got = read_all(wrap_legacy(0, codec, 104, 5, set));
        EXPECT_EQ(got.error, errc::none);
        EXPECT_EQ(offsets(got), (list{100, 102, 104}));
    }
}

TEST(LegacySet,
     AWrapperAtOffset0TakesInnerOffsetsAsTheyAre) { // early librdkafka; AbstractLegacyRecordBatch
    const auto set = set_of(1, {plain(0), plain(1)});
    EXPECT_EQ(offsets(read_all(wrap_legacy(1, compression::gzip, 0, 5, set))), (list{0, 1}));
}

TEST(LegacySet, LogAppendTimeOfTheWrapperCountsForEveryRecord) { // F15
    const auto set = set_of(1, {plain(0, 10), plain(1, 11)});
    const outcome got = read_all(wrap_legacy(1, compression::gzip, 1, 999, set, log_append_time));
    ASSERT_EQ(got.records.size(), 2u);
    EXPECT_EQ(got.records[0].time, 999);
    EXPECT_EQ(got.records[1].time, 999);
}

TEST(LegacySet, FormatsMayMixInOneBlob) {
    byte_vector blob = golden_bytes("v0 plain");
    append(blob, golden_bytes("v1 lz4"));
    append(blob, golden_bytes("v2 with nulls and headers"));
    const outcome got = read_all(blob);
    EXPECT_EQ(got.error, errc::none);
    EXPECT_EQ(offsets(got), (list{0, 1, 0, 1, 7, 8, 9}));
}

TEST(LegacySet, RefusesAWrongCrc) {
    byte_vector plain_set = golden_bytes("v1 plain");
    plain_set.back() ^= std::byte{1};
    const outcome got = read_all(plain_set);
    EXPECT_EQ(got.records.size(), 1u);
    EXPECT_EQ(got.error, errc::crc_mismatch);
}

TEST(LegacySet, RefusesAWrongCrcInsideAWrapper) {
    byte_vector set = set_of(1, {plain(0), plain(1)});
    set.back() ^= std::byte{1};
    const outcome got = read_all(wrap_legacy(1, compression::gzip, 1, 5, set));
    EXPECT_EQ(got.records.size(), 1u);
    EXPECT_EQ(got.error, errc::crc_mismatch);
}

TEST(LegacySet, RefusesAWrapperInAWrapper) {
    const auto inner = wrap_legacy(1, compression::gzip, 0, 5, set_of(1, {plain(0)}));
    EXPECT_EQ(read_all(wrap_legacy(1, compression::gzip, 0, 5, inner)).error, errc::nested_wrapper);
}

TEST(LegacySet, RefusesWrappersThatHoldNoMessageSet) {
    const auto error_of = [](std::int8_t magic, std::int64_t offset, const byte_vector& set) {
        return read_all(wrap_legacy(magic, compression::gzip, offset, 5, set)).error;
    };
    EXPECT_EQ(error_of(1, 3, {}), errc::bad_wrapper);
    EXPECT_EQ(error_of(1, 3, set_of(0, {plain(0)})), errc::bad_wrapper);
    EXPECT_EQ(error_of(0, 3, set_of(1, {plain(0)})), errc::bad_wrapper);
    EXPECT_EQ(error_of(1, 3, set_of(1, {plain(4)})), errc::bad_wrapper);
    EXPECT_EQ(error_of(1, 3, set_of(1, {plain(-1)})), errc::bad_wrapper);
    byte_vector cut = set_of(1, {plain(0), plain(1)});
    cut.pop_back();
    EXPECT_EQ(error_of(1, 3, cut), errc::bad_wrapper);
    EXPECT_EQ(read_all(encode_legacy(1, {0, 5, {}, {}, {}}, 1)).error, errc::bad_wrapper);
}

TEST(LegacySet, RefusesZstdWhichCameLater) {
    const auto set = set_of(1, {plain(0)});
    EXPECT_EQ(read_all(wrap_legacy(1, compression::zstd, 0, 5, set)).error, errc::unknown_codec);
}

TEST(LegacySet, RefusesLengthsThatDoNotFit) {
    constexpr std::size_t key_length = 26;
    for (const std::int32_t length : {-2, 0, 2, 100, 0x7fffffff}) {
        const auto bad = patched(encode_legacy(1, plain(0)), key_length, length);
        EXPECT_EQ(read_all(bad).error, errc::malformed_record) << length;
    }
}

TEST(LegacySet, Lz4OfFormat1NeedsTheRightHeaderChecksum) {
    byte_vector set = golden_bytes("v1 lz4");
    constexpr std::size_t checksum_at = 34 + 6;
    ASSERT_EQ(set[checksum_at], std::byte{0x82});
    set[checksum_at] = std::byte{0x1a};
    fix_crc(set);
    EXPECT_EQ(read_all(set).error, errc::corrupt_compression);
}

} // namespace
} // namespace kcpp::record::test
