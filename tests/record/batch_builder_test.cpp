#include "record/batch_builder.hpp"
#include "test_bytes.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace kcpp::record::test {
namespace {

record_fields fields(std::int64_t time, bytes_view key, bytes_view value,
                     std::span<const header> headers = {}) {
    return {at_ms(time), key, value, headers};
}

std::int32_t add(batch_builder& builder, const record_fields& record) {
    return builder.append(record, builder.measure(record));
}

outcome sealed_and_read(batch_builder builder, compression codec = compression::none) {
    const sealed_batch batch = std::move(builder).seal(codec);
    return read_all(batch.bytes().bytes);
}

TEST(BatchBuilder, MeasuresExactlyWhatAppendTakes) {
    std::mt19937 random(7);
    batch_builder builder(1 << 20);
    for (int i = 0; i < 2000; ++i) {
        const std::string key(random() % 3 == 0 ? random() % 300 : random() % 5, 'k');
        const std::string value(random() % 3 == 0 ? random() % 9000 : random() % 70, 'v');
        const header headers[] = {{"name", "value"}, {"", null}, {"other", ""}};
        const auto record =
            fields(static_cast<std::int64_t>(random()) - 2147483648LL,
                   random() % 4 == 0 ? bytes_view() : key, random() % 4 == 0 ? bytes_view() : value,
                   std::span(headers).first(random() % 4));
        const measured_record m = builder.measure(record);
        const std::size_t before = builder.size();
        EXPECT_EQ(builder.append(record, m), i);
        EXPECT_EQ(builder.size(), before + m.size);
    }
    EXPECT_EQ(sealed_and_read(std::move(builder)).records.size(), 2000u);
}

TEST(BatchBuilder, FitsUpToTheLastByteOfItsLimit) {
    const auto record = fields(1, "key", "value");
    batch_builder probe(10000);
    add(probe, record);
    const std::size_t two = probe.size() + probe.measure(record).size;

    batch_builder exact(two);
    add(exact, record);
    EXPECT_TRUE(exact.fits(exact.measure(record)));
    batch_builder short_by_one(two - 1);
    add(short_by_one, record);
    EXPECT_FALSE(short_by_one.fits(short_by_one.measure(record)));
}

TEST(BatchBuilder, TheFirstRecordFitsHoweverBig) {
    batch_builder builder(1000);
    const std::string big(5000, 'x');
    const auto record = fields(1, null, big);
    EXPECT_TRUE(builder.fits(builder.measure(record)));
    add(builder, record);
    EXPECT_FALSE(builder.fits(builder.measure(fields(1, null, null))));
    const outcome read = sealed_and_read(std::move(builder));
    ASSERT_EQ(read.records.size(), 1u);
    EXPECT_EQ(read.records[0].value, big);
}

TEST(BatchBuilder, GrowsInStepsFrom512AndTellsSoBefore) {
    batch_builder builder(3000);
    EXPECT_EQ(builder.capacity(), 512u);
    std::vector<std::size_t> capacities{builder.capacity()};
    const auto record = fields(1, null, "0123456789012345678901234567890123456789");
    for (measured_record m = builder.measure(record); builder.fits(m);
         m = builder.measure(record)) {
        const std::size_t expected = builder.capacity() + builder.growth(m);
        builder.append(record, m);
        EXPECT_EQ(builder.capacity(), expected);
        if (capacities.back() != expected) capacities.push_back(expected);
    }
    EXPECT_EQ(capacities, (std::vector<std::size_t>{512, 2048, 3000}));
}

TEST(BatchBuilder, KeepsNullApartFromEmpty) {
    batch_builder builder(1000);
    const header headers[] = {{"a", null}, {"b", ""}, {"b", "twice"}};
    add(builder, fields(1, null, "", headers));
    add(builder, fields(1, "", null));
    const outcome read = sealed_and_read(std::move(builder));
    ASSERT_EQ(read.records.size(), 2u);
    EXPECT_EQ(read.records[0], (test_record{0, 1, {}, "", {{"a", {}}, {"b", ""}, {"b", "twice"}}}));
    EXPECT_EQ(read.records[1], (test_record{1, 1, "", {}, {}}));
}

TEST(BatchBuilder, TakesTimestampsInAnyOrderAndOfAnySize) {
    constexpr std::int64_t extremes[] = {0,
                                         -5,
                                         1700000000000,
                                         std::numeric_limits<std::int64_t>::max(),
                                         std::numeric_limits<std::int64_t>::min(),
                                         3};
    for (const std::int64_t first : extremes) {
        batch_builder builder(10000);
        add(builder, fields(first, null, "x"));
        for (const std::int64_t time : extremes)
            add(builder, fields(time, null, "x"));
        EXPECT_EQ(builder.base_timestamp(), at_ms(first));
        EXPECT_EQ(builder.max_timestamp(), at_ms(std::numeric_limits<std::int64_t>::max()));
        const outcome read = sealed_and_read(std::move(builder));
        ASSERT_EQ(read.records.size(), 7u);
        EXPECT_EQ(read.records[0].time, first);
        for (std::size_t i = 0; i < 6; ++i)
            EXPECT_EQ(read.records[i + 1].time, extremes[i]);
    }
}

TEST(BatchBuilder, RandomRecordsRoundTripInEveryCodec) {
    std::mt19937_64 random(42);
    const auto text = [&](std::size_t most) {
        std::string s(random() % (most + 1), ' ');
        for (char& c : s)
            c = static_cast<char>(random() % 11 + 'a');
        return random() % 8 == 0 ? text_or_null() : text_or_null(s);
    };
    for (int round = 0; round < 60; ++round) {
        std::vector<test_record> records;
        const std::size_t most = random() % 10 == 0 ? 100000 : 300;
        for (std::size_t n = random() % 50 + 1; records.size() < n;) {
            test_record r{static_cast<std::int64_t>(records.size()),
                          1700000000000 + static_cast<std::int64_t>(random() % 20000) - 10000,
                          text(40),
                          text(most),
                          {}};
            for (std::size_t h = random() % 5; h > 2; --h)
                r.headers.emplace_back(text(20).value_or("n"), text(200));
            records.push_back(r);
        }
        for (const auto codec : {compression::none, compression::gzip, compression::snappy,
                                 compression::lz4, compression::zstd}) {
            batch_builder builder(16384);
            for (const test_record& r : records) {
                std::vector<header> headers;
                for (const auto& [name, value] : r.headers)
                    headers.push_back({name, view_of(value)});
                add(builder, fields(r.time, view_of(r.key), view_of(r.value), headers));
            }
            const outcome read = sealed_and_read(std::move(builder), codec);
            ASSERT_EQ(read.error, errc::none) << to_string(read.error);
            ASSERT_EQ(read.records, records);
        }
    }
}

TEST(BatchBuilder, SealingCompressesOnlyIfThatHelps) {
    for (const auto codec :
         {compression::gzip, compression::snappy, compression::lz4, compression::zstd}) {
        batch_builder tiny(1000);
        add(tiny, fields(1, null, "x"));
        EXPECT_EQ(std::move(tiny).seal(codec).about().codec, compression::none);

        batch_builder wordy(20000);
        const std::string value(10000, 'x');
        add(wordy, fields(1, null, value));
        const std::size_t plain_size = wordy.size();
        const sealed_batch sealed = std::move(wordy).seal(codec);
        EXPECT_EQ(sealed.about().codec, codec);
        EXPECT_EQ(sealed.about().uncompressed_size, plain_size);
        EXPECT_LT(sealed.size(), plain_size / 10);
        EXPECT_LE(sealed.capacity(),
                  std::max<std::size_t>(sealed.size(), growing_buffer::smallest));
    }
}

TEST(BatchBuilder, RefusesToSealNothing) {
    EXPECT_THROW(batch_builder(1000).seal(), std::logic_error);
}

} // namespace
} // namespace kcpp::record::test
