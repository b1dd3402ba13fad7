#include "wire/reader.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kcpp::wire {

namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
    std::vector<std::byte> all;
    for (const int v : values)
        all.push_back(static_cast<std::byte>(v));
    return all;
}

} // namespace

TEST(reader, reads_big_endian) {
    const auto frame = bytes({0x80, 1, 2, 0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 1, 0});
    reader in(frame);
    EXPECT_EQ(in.integer<std::int8_t>(), -128);
    EXPECT_EQ(in.integer<std::int16_t>(), 0x0102);
    EXPECT_EQ(in.integer<std::int32_t>(), -2);
    EXPECT_EQ(in.integer<std::int64_t>(), 256);
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.remaining(), 0u);
}

TEST(reader, keeps_the_first_failure_and_reads_zeroes_from_then_on) {
    const auto frame = bytes({1, 2, 3});
    reader in(frame);
    EXPECT_EQ(in.integer<std::int32_t>(), 0);
    EXPECT_EQ(in.error(), codec_error::truncated);
    in.fail(codec_error::bad_tag);
    EXPECT_EQ(in.error(), codec_error::truncated);
    EXPECT_EQ(in.integer<std::int8_t>(), 0);
    EXPECT_EQ(in.uvarint(), 0u);
    EXPECT_TRUE(in.raw(1).empty());
    EXPECT_EQ(in.length(length_format::int16, 1, 1, true), 0);
    EXPECT_EQ(in.error(), codec_error::truncated);
}

TEST(reader, reads_varints_up_to_32_bits) {
    const auto frame = bytes({0, 0x7f, 0x80, 1, 0xff, 0xff, 0xff, 0xff, 0x0f});
    reader in(frame);
    EXPECT_EQ(in.uvarint(), 0u);
    EXPECT_EQ(in.uvarint(), 127u);
    EXPECT_EQ(in.uvarint(), 128u);
    EXPECT_EQ(in.uvarint(), UINT32_MAX);
    EXPECT_TRUE(in.ok());
}

TEST(reader, refuses_a_varint_that_is_too_large_too_long_or_cut) {
    for (const auto& [frame, expected] :
         {std::pair{bytes({0xff, 0xff, 0xff, 0xff, 0x1f}), codec_error::bad_varint},
          std::pair{bytes({0x80, 0x80, 0x80, 0x80, 0x80, 0}), codec_error::bad_varint},
          std::pair{bytes({0x80, 0x80}), codec_error::truncated},
          std::pair{bytes({}), codec_error::truncated}}) {
        reader in(frame);
        EXPECT_EQ(in.uvarint(), 0u);
        EXPECT_EQ(in.error(), expected);
    }
}

TEST(reader, gives_bytes_in_place) {
    const auto frame = bytes({1, 2, 3});
    reader in(frame);
    EXPECT_EQ(in.raw(2).data(), frame.data());
    EXPECT_EQ(in.remaining(), 1u);
    EXPECT_TRUE(in.raw(2).empty());
    EXPECT_EQ(in.error(), codec_error::truncated);
}

TEST(reader, knows_three_forms_of_a_length) {
    const auto frame = bytes({0, 2, 0, 0, 0, 2, 3, 0xff, 0xff});
    reader in(frame);
    EXPECT_EQ(in.length(length_format::int16, 1, 1, false), 2);
    EXPECT_EQ(in.length(length_format::int32, 1, 1, false), 2);
    EXPECT_EQ(in.length(length_format::compact, 1, 1, false), 2);
    EXPECT_EQ(in.length(length_format::int16, 1, 1, true), -1);
    EXPECT_TRUE(in.ok());
}

TEST(reader, takes_null_only_where_it_is_allowed) {
    for (const auto& [frame, format] : {std::pair{bytes({0xff, 0xff}), length_format::int16},
                                        std::pair{bytes({0}), length_format::compact}}) {
        reader allowed(frame);
        EXPECT_EQ(allowed.length(format, 1, 1, true), -1);
        EXPECT_TRUE(allowed.ok());
        reader refused(frame);
        EXPECT_EQ(refused.length(format, 1, 1, false), 0);
        EXPECT_EQ(refused.error(), codec_error::null_not_allowed);
    }
}

TEST(reader, believes_a_count_only_if_the_frame_still_holds_that_much) {
    const auto frame = bytes({0, 3, 1, 1, 1, 1, 1, 1});
    reader enough(frame);
    EXPECT_EQ(enough.length(length_format::int16, 2, 2, false), 3);
    reader too_few(frame);
    EXPECT_EQ(too_few.length(length_format::int16, 3, 3, false), 0);
    EXPECT_EQ(too_few.error(), codec_error::length_beyond_frame);
}

TEST(reader, charges_its_budget_until_it_is_used_up) {
    const auto frame = bytes({0, 2, 0, 2, 0, 2, 0, 0});
    reader in(frame, 200);
    EXPECT_EQ(in.length(length_format::int16, 1, 50, false), 2);
    EXPECT_EQ(in.length(length_format::int16, 1, 50, false), 2);
    EXPECT_EQ(in.length(length_format::int16, 1, 50, false), 0);
    EXPECT_EQ(in.error(), codec_error::over_budget);
}

TEST(reader, bounds_elements_that_need_no_bytes_by_the_budget_alone) {
    const auto frame = bytes({0x7f, 0xff, 0xff, 0xff});
    reader in(frame);
    EXPECT_EQ(in.length(length_format::int32, 0, 1, false), 0);
    EXPECT_EQ(in.error(), codec_error::over_budget);
}

TEST(codec_error, every_one_has_a_text) {
    for (int i = 0; i <= static_cast<int>(codec_error::unknown_version); ++i)
        EXPECT_STRNE(text(static_cast<codec_error>(i)), text(static_cast<codec_error>(255)));
}

} // namespace kcpp::wire
