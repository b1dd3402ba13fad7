#include "golden.hpp"
#include "legacy_encoder.hpp"
#include "record/batch_builder.hpp"
#include "record/control_record.hpp"

#include <gtest/gtest.h>

namespace kcpp::record::test {
namespace {

batch_view only_batch(const byte_vector& blob) {
    batch_cursor batches(blob);
    EXPECT_TRUE(batches.next());
    return batches.batch();
}

TEST(GoldenBatches, AllDecodeToWhatKafkaPutIn) {
    for (const golden& g : golden_batches()) {
        const outcome got = read_all(from_hex(g.hex));
        EXPECT_EQ(got.error, errc::none) << g.name << ": " << to_string(got.error);
        EXPECT_EQ(got.records, g.records) << g.name;
    }
}

TEST(GoldenBatches, HeaderFieldsOfFormat2) {
    const byte_vector plain = golden_bytes("v2 with nulls and headers");
    const batch_view batch = only_batch(plain);
    EXPECT_EQ(batch.magic(), 2);
    EXPECT_EQ(batch.base_offset(), 7);
    EXPECT_EQ(batch.last_offset(), 9);
    EXPECT_EQ(batch.partition_leader_epoch(), 5);
    EXPECT_EQ(batch.record_count(), 3);
    EXPECT_EQ(batch.codec(), compression::none);
    EXPECT_EQ(batch.timestamp_type(), timestamp_type::create_time);
    EXPECT_EQ(batch.base_timestamp(), at_ms(golden_time));
    EXPECT_EQ(batch.max_timestamp(), at_ms(golden_time + 3));
    EXPECT_EQ(batch.producer_id(), -1);
    EXPECT_EQ(batch.producer_epoch(), -1);
    EXPECT_EQ(batch.base_sequence(), -1);
    EXPECT_FALSE(batch.is_transactional());
    EXPECT_FALSE(batch.is_control());
}

TEST(GoldenBatches, HeaderFieldsOfATransactionalBatch) {
    const byte_vector bytes = golden_bytes("v2 transactional");
    const batch_view batch = only_batch(bytes);
    EXPECT_TRUE(batch.is_transactional());
    EXPECT_FALSE(batch.is_control());
    EXPECT_EQ(batch.producer_id(), 4711);
    EXPECT_EQ(batch.producer_epoch(), 3);
    EXPECT_EQ(batch.base_sequence(), 42);
    EXPECT_EQ(batch.partition_leader_epoch(), 1);
}

TEST(GoldenBatches, HeaderFieldsOfALegacyWrapper) {
    const byte_vector bytes = golden_bytes("v1 gzip");
    const batch_view batch = only_batch(bytes);
    EXPECT_EQ(batch.magic(), 1);
    EXPECT_EQ(batch.codec(), compression::gzip);
    EXPECT_EQ(batch.last_offset(), 1);
    EXPECT_EQ(batch.record_count(), -1);
    EXPECT_EQ(batch.max_timestamp(), at_ms(golden_time + 1));
    EXPECT_EQ(batch.partition_leader_epoch(), -1);
    EXPECT_EQ(batch.producer_id(), -1);
    EXPECT_FALSE(batch.is_transactional());
}

/// Builds the records of a golden batch anew and places them at its base offset.
std::string rebuilt(std::string_view name, const producer_stamp& stamp) {
    batch_builder builder(16384);
    std::int64_t base_offset = 0;
    for (const golden& g : golden_batches()) {
        if (g.name != name) continue;
        base_offset = g.records.front().offset;
        for (const test_record& r : g.records) {
            std::vector<header> headers;
            for (const auto& [key, value] : r.headers)
                headers.push_back({key, view_of(value)});
            const record_fields fields{at_ms(r.time), view_of(r.key), view_of(r.value), headers};
            builder.append(fields, builder.measure(fields));
        }
    }
    sealed_batch batch = std::move(builder).seal();
    batch.stamp(stamp);
    const wire::slice bytes = batch.bytes();
    byte_vector placed(bytes.bytes.begin(), bytes.bytes.end());
    wire::store_be(placed.data() + format::base_offset, base_offset);
    return to_hex(placed);
}

TEST(GoldenBatches, UncompressedOnesEncodeByteForByte) {
    EXPECT_EQ(rebuilt("v2 plain", {}), to_hex(golden_bytes("v2 plain")));
    EXPECT_EQ(rebuilt("v2 with nulls and headers", {.partition_leader_epoch = 5}),
              to_hex(golden_bytes("v2 with nulls and headers")));
    EXPECT_EQ(rebuilt("v2 transactional", {.producer_id = 4711,
                                           .producer_epoch = 3,
                                           .base_sequence = 42,
                                           .transactional = true,
                                           .partition_leader_epoch = 1}),
              to_hex(golden_bytes("v2 transactional")));
}

// kcpp does not write these formats, but its tests do, and so are known to write what Kafka wrote.
TEST(GoldenBatches, TheTestsOwnLegacyEncoderWritesKafkasBytes) {
    for (const golden& g : golden_batches()) {
        if (g.name != "v0 plain" && g.name != "v1 plain") continue;
        byte_vector set;
        for (const test_record& r : g.records)
            append(set, encode_legacy(g.name == "v1 plain" ? 1 : 0, r));
        EXPECT_EQ(to_hex(set), g.hex);
    }
}

TEST(ControlBatch, TellsCommitFromAbort) {
    // key: int16 version, int16 type; value: int16 version, int32 coordinator epoch
    const auto marker = [](std::string_view key) {
        const byte_vector key_bytes = from_hex(key);
        const byte_vector value_bytes = from_hex("000000000007");
        batch_builder builder(1000);
        const record_fields fields{at_ms(1), key_bytes, value_bytes, {}};
        builder.append(fields, builder.measure(fields));
        sealed_batch sealed = std::move(builder).seal();
        return patched(sealed.bytes().bytes, format::attributes,
                       static_cast<std::int16_t>(format::transactional_bit | format::control_bit));
    };
    const auto type_of = [](const byte_vector& blob) {
        const batch_view batch = only_batch(blob);
        EXPECT_TRUE(batch.is_control());
        EXPECT_TRUE(batch.is_transactional());
        record_reader reader;
        EXPECT_EQ(reader.open(batch, 1000), errc::none);
        EXPECT_TRUE(reader.next());
        return parse_control_key(reader.record().key);
    };
    EXPECT_EQ(type_of(marker("00000000")), control_type::abort);
    EXPECT_EQ(type_of(marker("00000001")), control_type::commit);
    EXPECT_EQ(type_of(marker("00000002")), control_type::other);
    EXPECT_EQ(type_of(marker("000000")), control_type::other);
    EXPECT_EQ(parse_control_key(null), control_type::other);
}

} // namespace
} // namespace kcpp::record::test
