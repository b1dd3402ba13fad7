#include "protocol/api_versions.hpp"
#include "protocol/frame.hpp"
#include "protocol/heartbeat.hpp"
#include "protocol/produce.hpp"

#include <gtest/gtest.h>

namespace kcpp::protocol {

namespace {

using wire::codec_error;

std::string hex(std::span<const std::byte> bytes) {
    std::string text;
    for (const std::byte b : bytes) {
        constexpr const char* digits = "0123456789abcdef";
        text += digits[std::to_integer<int>(b) >> 4];
        text += digits[std::to_integer<int>(b) & 15];
    }
    return text;
}

/// A frame as the receiver has it: without its length.
std::span<const std::byte> content(const wire::writer& out) {
    return out.bytes().subspan(4);
}

} // namespace

TEST(request_frame, is_a_length_a_header_and_a_body) {
    request_header header{.correlation_id = 7, .client_id = "me"};
    heartbeat::request body;
    body.group_id = "g";
    wire::writer out;
    ASSERT_EQ(encode_request(out, header, body, 0), codec_error::ok);
    EXPECT_EQ(hex(out.bytes()), "00000015"
                                "000c0000"
                                "00000007"
                                "00026d65"
                                "000167"
                                "00000000"
                                "0000");
}

// C5: flexible headers end with tags, but the client id stays as it was
TEST(request_frame, of_a_flexible_version_has_a_classic_client_id) {
    request_header header{.correlation_id = 7, .client_id = "me"};
    wire::writer out;
    ASSERT_EQ(encode_request(out, header, heartbeat::request{}, 4), codec_error::ok);
    EXPECT_EQ(hex(out.bytes()), "00000015"
                                "000c0004"
                                "00000007"
                                "00026d65"
                                "00"
                                "01"
                                "00000000"
                                "01"
                                "00"
                                "00");
}

TEST(request_frame, counts_gathered_records_in_its_length) {
    const std::vector<std::byte> batch(1000);
    produce::request body;
    body.topics = {{.name = "orders", .topic_id = {}, .partitions = {{0, records_view(batch)}}}};
    request_header header;
    wire::writer out(wire::payloads::gathered);
    out.integer(std::int32_t{0}); // a frame before this one
    ASSERT_EQ(encode_request(out, header, body, 9), codec_error::ok);
    wire::reader in(out.bytes());
    in.integer<std::int32_t>();
    EXPECT_EQ(in.integer<std::int32_t>(), static_cast<std::int32_t>(out.total_size() - 8));
    EXPECT_LT(out.size(), 100u);
}

TEST(request_frame, that_cannot_be_encoded_leaves_nothing) {
    request_header header;
    heartbeat::request body;
    body.group_id.assign(40000, 'x');
    wire::writer out;
    EXPECT_EQ(encode_request(out, header, body, 4), codec_error::too_long);
    EXPECT_EQ(out.size(), 0u);
}

TEST(request_header, is_read_in_the_version_of_its_api) {
    for (const std::int16_t version : {0, 4}) {
        request_header sent{.correlation_id = 42, .client_id = std::nullopt};
        wire::writer out;
        encode_request(out, sent, heartbeat::request{}, version);
        wire::reader in(content(out));
        request_header header;
        ASSERT_EQ(decode_header(header, in), codec_error::ok);
        EXPECT_TRUE(equal(header, sent));
        heartbeat::request body;
        EXPECT_EQ(decode(body, in, version), codec_error::ok);
        EXPECT_EQ(in.remaining(), 0u);
    }
}

// A client newer than this table: the header must be read all the same, to answer
// UNSUPPORTED_VERSION.
TEST(request_header, of_a_newer_version_is_read) {
    request_header sent{.api_key = 18, .api_version = 99, .correlation_id = 42, .client_id = "new"};
    wire::writer out;
    encode(out, sent, 2);
    wire::reader in(out.bytes());
    request_header header;
    EXPECT_EQ(decode_header(header, in), codec_error::ok);
    EXPECT_TRUE(equal(header, sent));
}

TEST(request_header, of_an_unknown_api_is_refused_but_told) {
    request_header sent{.api_key = 999, .api_version = 3, .correlation_id = 42};
    wire::writer out;
    encode(out, sent, 2);
    wire::reader in(out.bytes());
    request_header header;
    EXPECT_EQ(decode_header(header, in), codec_error::unknown_version);
    EXPECT_EQ(header.api_key, 999);
    EXPECT_EQ(header.correlation_id, 42);
}

TEST(request_header, cut_short_is_refused) {
    wire::reader in({});
    request_header header;
    EXPECT_EQ(decode_header(header, in), codec_error::truncated);
}

TEST(response_frame, comes_back_with_its_correlation_id) {
    heartbeat::response sent;
    sent.error_code = 27;
    for (std::int16_t version = 0; version <= 4; ++version) {
        wire::writer out;
        ASSERT_EQ(encode_response(out, 77, sent, version), codec_error::ok);
        std::int32_t correlation_id = 0;
        heartbeat::response received;
        ASSERT_EQ(decode_response(correlation_id, received, content(out), version),
                  codec_error::ok);
        EXPECT_EQ(correlation_id, 77);
        EXPECT_TRUE(equal(received, sent));
    }
}

// C2
TEST(response_frame, of_api_versions_has_the_old_header) {
    wire::writer out;
    ASSERT_EQ(encode_response(out, 1, api_versions::response{}, 3), codec_error::ok);
    EXPECT_EQ(hex(out.bytes()), "0000000c"
                                "00000001"
                                "0000"
                                "01"
                                "00000000"
                                "00");
}

TEST(response_frame, with_bytes_left_over_is_refused) {
    wire::writer out;
    encode_response(out, 1, heartbeat::response{}, 4);
    out.integer(std::int8_t{0});
    std::int32_t correlation_id = 0;
    heartbeat::response received;
    EXPECT_EQ(decode_response(correlation_id, received, content(out), 4),
              codec_error::trailing_bytes);
}

} // namespace kcpp::protocol
