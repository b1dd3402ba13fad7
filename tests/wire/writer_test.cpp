#include "wire/reader.hpp"
#include "wire/writer.hpp"

#include <gtest/gtest.h>

namespace kcpp::wire {

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

} // namespace

TEST(writer, writes_what_a_reader_reads) {
    writer out;
    out.integer(std::int8_t{-1});
    out.integer(std::int16_t{-2});
    out.integer(std::int32_t{0x01020304});
    out.integer(INT64_MIN);
    out.raw("abc", 3);
    EXPECT_EQ(out.size(), 18u);
    EXPECT_EQ(out.bytes()[3], std::byte{1}); // big-endian

    reader in(out.bytes());
    EXPECT_EQ(in.integer<std::int8_t>(), -1);
    EXPECT_EQ(in.integer<std::int16_t>(), -2);
    EXPECT_EQ(in.integer<std::int32_t>(), 0x01020304);
    EXPECT_EQ(in.integer<std::int64_t>(), INT64_MIN);
    EXPECT_EQ(in.raw(3)[2], std::byte{'c'});
    EXPECT_TRUE(in.ok());
}

TEST(writer, writes_varints_of_every_length) {
    writer out;
    for (std::uint64_t value = 1; value <= UINT32_MAX; value *= 2)
        for (const std::uint64_t v : {value - 1, value}) {
            out.clear();
            out.uvarint(static_cast<std::uint32_t>(v));
            EXPECT_EQ(out.size(), uvarint_size(static_cast<std::uint32_t>(v)));
            reader in(out.bytes());
            EXPECT_EQ(in.uvarint(), v);
            EXPECT_EQ(in.remaining(), 0u);
        }
    EXPECT_EQ(uvarint_size(UINT32_MAX), 5u);
}

TEST(writer, keeps_its_content_while_it_grows_and_its_memory_when_cleared) {
    writer out;
    for (std::int32_t i = 0; i < 10'000; ++i)
        out.integer(i);
    reader in(out.bytes());
    for (std::int32_t i = 0; i < 10'000; ++i)
        ASSERT_EQ(in.integer<std::int32_t>(), i);

    const std::byte* memory = out.bytes().data();
    out.clear();
    EXPECT_EQ(out.size(), 0u);
    out.integer(std::int32_t{1});
    EXPECT_EQ(out.bytes().data(), memory);
}

TEST(writer, patches_a_length_written_before) {
    writer out;
    out.integer(std::int32_t{0});
    out.raw("abc", 3);
    out.patch(0, std::int32_t{3});
    EXPECT_EQ(reader(out.bytes()).integer<std::int32_t>(), 3);
    EXPECT_EQ(out.size(), 7u);
}

TEST(writer, copies_payloads_unless_told_to_gather) {
    writer out;
    out.payload(bytes_of("batch"));
    EXPECT_EQ(out.size(), 5u);
    EXPECT_TRUE(out.cuts().empty());
    EXPECT_EQ(out.total_size(), 5u);
}

TEST(writer, gathers_payloads_as_cuts) {
    const auto batch = bytes_of("batch");
    writer out(payloads::gathered);
    out.integer(std::int32_t{1});
    out.payload(batch);
    out.payload({}); // nothing to send
    out.integer(std::int32_t{2});
    ASSERT_EQ(out.cuts().size(), 1u);
    EXPECT_EQ(out.cuts()[0].offset, 4u);
    EXPECT_EQ(out.cuts()[0].payload.data(), batch.data());
    EXPECT_EQ(out.size(), 8u);
    EXPECT_EQ(out.total_size(), 13u);
    out.clear();
    EXPECT_TRUE(out.cuts().empty());
    EXPECT_EQ(out.total_size(), 0u);
}

TEST(writer, rewinds_bytes_and_cuts) {
    writer out(payloads::gathered);
    out.payload(bytes_of("kept"));
    out.integer(std::int16_t{1});
    const auto mark = out.here();
    out.payload(bytes_of("dropped"));
    out.integer(std::int64_t{2});
    out.rewind(mark);
    EXPECT_EQ(out.size(), 2u);
    EXPECT_EQ(out.cuts().size(), 1u);
    EXPECT_EQ(out.total_size(), 6u);
}

TEST(writer, moves_with_everything_it_holds) {
    writer from(payloads::gathered);
    from.integer(std::int16_t{1});
    from.payload(bytes_of("batch"));
    writer to = std::move(from);
    EXPECT_EQ(to.size(), 2u);
    EXPECT_EQ(to.cuts().size(), 1u);
    EXPECT_EQ(to.total_size(), 7u);
    writer last;
    last.integer(std::int64_t{2});
    last = std::move(to);
    EXPECT_EQ(last.total_size(), 7u);
    EXPECT_EQ(reader(last.bytes()).integer<std::int16_t>(), 1);
}

} // namespace kcpp::wire
