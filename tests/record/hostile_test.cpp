#include "golden.hpp"
#include "record/batch_builder.hpp"

#include <gtest/gtest.h>

#include <random>

/// Bytes that nobody should send: cut, flipped and mended. Each must be refused or yield a bounded
/// number of records; the sanitizers watch the rest.
namespace kcpp::record::test {
namespace {

constexpr std::size_t limit = 1 << 20;
constexpr std::size_t smallest_record = 7;

byte_vector big_batch(compression codec) {
    batch_builder builder(1 << 16);
    for (int i = 0; i < 200; ++i) {
        const std::string value = "value number " + std::to_string(i * 7919);
        const header headers[] = {{"trace", "abc"}, {"empty", null}};
        const record_fields fields{at_ms(i * 3), i % 2 == 0 ? bytes_view("key") : bytes_view(),
                                   value,
                                   std::span(headers).first(static_cast<std::size_t>(i % 3))};
        builder.append(fields, builder.measure(fields));
    }
    const sealed_batch sealed = std::move(builder).seal(codec);
    return {sealed.bytes().bytes.begin(), sealed.bytes().bytes.end()};
}

std::vector<byte_vector> seeds() {
    std::vector<byte_vector> result;
    for (const golden& g : golden_batches())
        result.push_back(from_hex(g.hex));
    for (const auto codec : {compression::none, compression::gzip, compression::snappy,
                             compression::lz4, compression::zstd})
        result.push_back(big_batch(codec));
    return result;
}

TEST(HostileBytes, EveryTruncationYieldsAPrefixOrAnError) {
    for (const byte_vector& whole : seeds()) {
        const outcome full = read_all(whole);
        ASSERT_EQ(full.error, errc::none);
        for (std::size_t size = 1; size < whole.size(); ++size) {
            const outcome got =
                read_all(byte_vector(whole.begin(), whole.begin() + static_cast<long>(size)));
            ASSERT_LT(got.records.size(), full.records.size());
            ASSERT_TRUE(std::equal(got.records.begin(), got.records.end(), full.records.begin()));
            ASSERT_EQ(got.error, got.records.empty() ? errc::no_complete_batch : errc::none);
        }
    }
}

TEST(HostileBytes, RandomMutantsAreBounded) {
    std::mt19937 random(3);
    int refused = 0;
    for (const byte_vector& seed : seeds()) {
        for (int i = 0; i < 3000; ++i) {
            byte_vector mutant = seed;
            for (std::size_t n = random() % 4 + 1; n > 0; --n) {
                std::byte& b = mutant[random() % mutant.size()];
                b = random() % 2 == 0 ? static_cast<std::byte>(random())
                                      : b ^ static_cast<std::byte>(1 << random() % 8);
            }
            if (random() % 4 != 0) fix_crc(mutant);
            if (random() % 8 == 0) mutant.resize(random() % mutant.size());
            const outcome got = read_all(mutant, limit);
            ASSERT_LE(got.records.size(), (limit + mutant.size()) / smallest_record);
            if (got.error != errc::none) ++refused;
        }
    }
    EXPECT_GT(refused, 1000); // otherwise the mutants miss everything
}

} // namespace
} // namespace kcpp::record::test
