// Frames that lie about what is in them: each is refused for the right reason, and costs no memory
// in proportion to the lie.

#include "allocations.hpp"
#include "messages.hpp"
#include "protocol/consumer_group_heartbeat.hpp"
#include "protocol/consumer_protocol.hpp"
#include "protocol/fetch.hpp"
#include "protocol/heartbeat.hpp"
#include "protocol/list_groups.hpp"
#include "protocol/metadata.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace kcpp::protocol {

namespace {

using wire::codec_error;
using frame = std::vector<std::byte>;

/// "0000 0001": two digits a byte, spaces between fields.
frame hex(std::string_view text) {
    frame bytes;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ') continue;
        bytes.push_back(static_cast<std::byte>(digit(text[i]) * 16 + digit(text[i + 1])));
        ++i;
    }
    return bytes;
}

template <class Message>
void expect_outcome(codec_error expected, const frame& bytes, std::int16_t version,
                    std::size_t most_memory) {
    Message message;
    decode(message, bytes, version); // the tables are made on first use
    const std::size_t before = allocated_bytes();
    const codec_error outcome = decode(message, bytes, version);
    EXPECT_LE(allocated_bytes() - before, most_memory);
    EXPECT_STREQ(text(outcome), text(expected));
}

} // namespace

TEST(hostile_messages, an_array_count_beyond_the_frame_allocates_nothing) {
    expect_outcome<metadata::response>(codec_error::length_beyond_frame,
                                       hex("00000000 7fffffff 00000000 000000"), 8, 0);
}

TEST(hostile_messages, a_compact_array_count_beyond_the_frame_allocates_nothing) {
    expect_outcome<metadata::response>(codec_error::length_beyond_frame,
                                       hex("00000000 ffffffff0f 0000"), 12, 0);
}

TEST(hostile_messages, a_varint_of_six_bytes_is_refused) {
    expect_outcome<metadata::response>(codec_error::bad_varint, hex("00000000 ffffffffff01 00"), 12,
                                       0);
}

TEST(hostile_messages, a_varint_of_more_than_32_bits_is_refused) {
    expect_outcome<metadata::response>(codec_error::bad_varint, hex("00000000 ffffffff1f 0000"), 12,
                                       0);
}

TEST(hostile_messages, a_negative_array_count_is_refused) {
    expect_outcome<metadata::response>(codec_error::negative_length, hex("00000000 fffffffe"), 8,
                                       0);
}

TEST(hostile_messages, a_null_array_is_refused_where_null_is_not_allowed) {
    expect_outcome<metadata::response>(codec_error::null_not_allowed, hex("00000000 ffffffff"), 8,
                                       0);
}

TEST(hostile_messages, a_negative_string_length_is_refused) {
    expect_outcome<metadata::response>(codec_error::negative_length,
                                       hex("00000000 00000001 00000001 fffb 0000000000000000"), 8,
                                       sizeof(metadata::broker));
}

TEST(hostile_messages, a_tag_section_that_overruns_the_frame_is_refused) {
    expect_outcome<heartbeat::response>(codec_error::truncated, hex("00000000 0000 01 05 ff01 00"),
                                        4, 0);
}

TEST(hostile_messages, a_count_of_tags_beyond_the_frame_costs_no_time) {
    expect_outcome<heartbeat::response>(codec_error::truncated, hex("00000000 0000 ffffffff0f"), 4,
                                        0);
}

TEST(hostile_messages, an_unknown_tag_is_skipped) {
    expect_outcome<heartbeat::response>(codec_error::ok, hex("00000000 0000 01 7b 03 aabbcc"), 4,
                                        0);
}

TEST(hostile_messages, a_tag_that_comes_twice_is_refused) {
    expect_outcome<heartbeat::response>(codec_error::bad_tag, hex("00000000 0000 02 7b 00 7b 00"),
                                        4, 0);
}

TEST(hostile_messages, tags_that_descend_are_refused) {
    expect_outcome<heartbeat::response>(codec_error::bad_tag, hex("00000000 0000 02 7b 00 05 00"),
                                        4, 0);
}

// fetch::response v16: throttle, error, session, no topics, then tag 0: an empty array, in one byte
TEST(hostile_messages, a_tagged_field_must_fill_its_size_exactly) {
    const std::string_view start = "00000000 0000 00000000 01 01 00 ";
    for (const auto& [rest, expected] :
         {std::pair{"01 01", codec_error::ok}, std::pair{"02 01 00", codec_error::bad_tag}})
        expect_outcome<fetch::response>(expected, hex(std::string(start) + rest), 16, 0);
}

TEST(hostile_messages, a_byte_left_over_is_refused) {
    expect_outcome<heartbeat::response>(codec_error::trailing_bytes, hex("00000000 0000 00 00"), 4,
                                        0);
}

// throttle, error, message, member id, epoch, interval; then the marker of the nullable assignment
TEST(hostile_messages, the_marker_of_a_nullable_struct_must_be_known) {
    const std::string_view start = "00000000 0000 00 00 00000000 00000000 ";
    for (const auto& [rest, expected] :
         {std::pair{"ff 00", codec_error::ok}, std::pair{"01 01 00 00", codec_error::ok},
          std::pair{"02 01 00 00", codec_error::bad_marker},
          std::pair{"00 01 00 00", codec_error::bad_marker},
          std::pair{"01 ff01 00 00", codec_error::length_beyond_frame}})
        expect_outcome<consumer_group_heartbeat::response>(expected, hex(std::string(start) + rest),
                                                           0, 0);
}

TEST(hostile_messages, a_count_is_judged_by_the_smallest_element_of_this_version) {
    frame zeroes(70'000);         // a topic of Fetch v12 takes at least three bytes
    zeroes[10] = std::byte{0x81}; // 65,536 topics
    zeroes[11] = std::byte{0x80};
    zeroes[12] = std::byte{0x04};
    expect_outcome<fetch::response>(codec_error::length_beyond_frame, zeroes, 12, 0);
}

namespace {

/// ListGroups response v3 with groups of empty names: three bytes of the frame make 128 of memory,
/// more than in any other array.
frame nameless_groups(std::uint32_t count) {
    wire::writer out;
    out.integer(std::int32_t{0}); // throttle time
    out.integer(std::int16_t{0}); // error
    out.uvarint(count + 1);
    for (std::uint32_t i = 0; i < count; ++i)
        out.raw("\1\1\0", 3); // two empty strings, no tags
    out.uvarint(0);
    return {out.bytes().begin(), out.bytes().end()};
}

} // namespace

TEST(hostile_messages, a_million_tiny_elements_meet_the_memory_budget_before_any_is_allocated) {
    expect_outcome<list_groups::response>(codec_error::over_budget, nameless_groups(1'000'000), 3,
                                          0);
}

TEST(hostile_messages, tiny_elements_within_the_budget_are_decoded) {
    const frame bytes = nameless_groups(8'000);
    expect_outcome<list_groups::response>(codec_error::ok, bytes, 3,
                                          wire::reader::default_budget(bytes.size()));
}

TEST(hostile_messages, a_version_that_the_table_does_not_know_is_refused) {
    expect_outcome<heartbeat::response>(codec_error::unknown_version, hex("00000000 0000 00"), 5,
                                        0);
    expect_outcome<fetch::response>(codec_error::unknown_version, hex("00000000"), 3, 0);
    expect_outcome<heartbeat::response>(codec_error::unknown_version, hex("00000000"), -1, 0);
}

// What members of a group send each other is not checked by any broker.
TEST(hostile_messages, another_members_subscription_is_not_believed) {
    expect_outcome<consumer_protocol::subscription>(codec_error::length_beyond_frame,
                                                    hex("7fffffff"), 3, 0);
    expect_outcome<consumer_protocol::subscription>(
        codec_error::length_beyond_frame, hex("00000001 0007 6f72"), 0, sizeof(std::string));
}

TEST(hostile_messages, every_message_survives_frames_of_one_repeated_byte) {
    for (const any_message& m : every_message())
        for (std::int16_t version = m.what->oldest; version <= m.what->newest; ++version)
            for (const int byte : {0x00, 0x01, 0x02, 0x7f, 0x80, 0xff}) {
                const frame bytes(4096, static_cast<std::byte>(byte));
                wire::reader warm(bytes);
                engine::decode(*m.what, m.make().get(), warm, version);
                wire::reader in(bytes);
                const auto message = m.make();
                const std::size_t before = allocated_bytes();
                engine::decode(*m.what, message.get(), in, version);
                EXPECT_LE(allocated_bytes() - before, wire::reader::default_budget(bytes.size()))
                    << m.name << " v" << version << " of " << byte;
            }
}

} // namespace kcpp::protocol
