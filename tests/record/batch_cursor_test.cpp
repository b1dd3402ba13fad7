#include "golden.hpp"
#include "legacy_encoder.hpp"
#include "record/batch_cursor.hpp"

#include <gtest/gtest.h>

namespace kcpp::record::test {
namespace {

const byte_vector& sample() {
    static const byte_vector bytes = golden_bytes("v2 with nulls and headers");
    return bytes;
}

std::pair<int, errc> walk(const byte_vector& blob) {
    batch_cursor batches(blob);
    int count = 0;
    while (batches.next())
        ++count;
    EXPECT_FALSE(batches.next());
    return {count, batches.error()};
}

byte_vector with(std::size_t at, auto value) {
    byte_vector copy = sample();
    wire::store_be(copy.data() + at, value);
    return copy;
}

using result = std::pair<int, errc>;

TEST(BatchCursor, AnEmptyBlobIsNoError) {
    EXPECT_EQ(walk({}), result(0, errc::none));
}

TEST(BatchCursor, SkipsAPartialTail) { // F5
    byte_vector blob = sample();
    append(blob, sample());
    for (std::size_t cut = 0; cut < sample().size(); ++cut) {
        const byte_vector part(blob.begin(),
                               blob.begin() + static_cast<long>(sample().size() + cut));
        EXPECT_EQ(walk(part), result(1, errc::none)) << cut;
    }
    EXPECT_EQ(walk(blob), result(2, errc::none));
}

TEST(BatchCursor, SaysWhenNotEvenTheFirstIsComplete) { // F5
    for (std::size_t cut = 1; cut < sample().size(); ++cut) {
        const byte_vector part(sample().begin(), sample().begin() + static_cast<long>(cut));
        EXPECT_EQ(walk(part), result(0, errc::no_complete_batch)) << cut;
    }
}

TEST(BatchCursor, RefusesSizesThatNoBatchHas) {
    for (const std::int32_t length : {-2147483647 - 1, -12, -1, 0, 13, 48})
        EXPECT_EQ(walk(with(format::batch_length, length)), result(0, errc::bad_batch_size))
            << length;
    EXPECT_EQ(walk(with(format::batch_length, std::int32_t{0x7fffffff})),
              result(0, errc::no_complete_batch));
}

TEST(BatchCursor, RefusesFormatsItDoesNotKnow) {
    for (const int magic : {-128, -1, 3, 127})
        EXPECT_EQ(walk(with(format::magic, static_cast<std::int8_t>(magic))),
                  result(0, errc::unsupported_magic));
}

TEST(BatchCursor, TheRestBeginsBehindTheBatch) {
    byte_vector blob = sample();
    append(blob, sample());
    batch_cursor batches(blob);
    ASSERT_TRUE(batches.next());
    EXPECT_EQ(batches.batch().bytes().size(), sample().size());
    EXPECT_EQ(batches.rest().size(), sample().size());
}

} // namespace
} // namespace kcpp::record::test
