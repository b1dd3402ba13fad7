#include "protocol/codec.hpp"
#include "protocol/create_topics.hpp"
#include "protocol/fetch.hpp"
#include "protocol/metadata.hpp"
#include "protocol/offset_commit.hpp"
#include "protocol/produce.hpp"

#include <gtest/gtest.h>

namespace kcpp::protocol {

namespace {

using wire::codec_error;

std::vector<std::byte> bytes_of(const char* text) {
    const auto* first = reinterpret_cast<const std::byte*>(text);
    return {first, first + std::char_traits<char>::length(text)};
}

produce::request two_batches(records_view first, records_view second) {
    produce::request request;
    request.topics = {{.name = "orders", .topic_id = {}, .partitions = {{0, first}, {1, second}}}};
    return request;
}

} // namespace

TEST(encode, of_a_value_that_the_version_cannot_carry_is_refused) {
    offset_commit::request request;
    request.group_instance_id = "static-1"; // since version 7, and not ignorable
    wire::writer out;
    EXPECT_EQ(encode(out, request, 6), codec_error::not_in_version);
    EXPECT_EQ(encode(out, request, 7), codec_error::ok);
}

TEST(encode, drops_what_is_ignorable) {
    produce::request request;
    request.topics = {{.name = "orders", .topic_id = {{1}}, .partitions = {}}};
    for (const std::int16_t version : {12, 13}) {
        wire::writer out;
        ASSERT_EQ(encode(out, request, version), codec_error::ok);
        produce::request decoded;
        ASSERT_EQ(decode(decoded, out.bytes(), version), codec_error::ok);
        EXPECT_EQ(decoded.topics[0].name, version < 13 ? "orders" : "");
        EXPECT_EQ(decoded.topics[0].topic_id.is_zero(), version < 13);
    }
}

TEST(encode, of_null_where_it_is_not_allowed_is_refused) {
    metadata::request request;
    request.topics = std::nullopt; // all topics; in version 0 an empty list said so
    wire::writer out;
    EXPECT_EQ(encode(out, request, 0), codec_error::null_not_allowed);
    EXPECT_EQ(encode(out, request, 1), codec_error::ok);
}

TEST(encode, of_a_string_over_32767_bytes_is_refused) {
    create_topics::request request;
    request.topics.emplace_back().name.assign(32768, 'x');
    wire::writer out;
    EXPECT_EQ(encode(out, request, 2), codec_error::too_long);
    EXPECT_EQ(encode(out, request, 7), codec_error::too_long);
    request.topics[0].name.pop_back();
    EXPECT_EQ(encode(out, request, 7), codec_error::ok);
}

TEST(encode, of_a_version_that_there_is_not_is_refused) {
    wire::writer out;
    EXPECT_EQ(encode(out, produce::request{}, 2), codec_error::unknown_version);
    EXPECT_EQ(encode(out, produce::request{}, 14), codec_error::unknown_version);
}

TEST(encode, leaves_the_writer_as_it_was_after_an_error) {
    const auto batch = bytes_of("batch");
    wire::writer out(wire::payloads::gathered);
    out.integer(std::int32_t{7});
    produce::request request = two_batches(batch, batch);
    request.topics.emplace_back().name.assign(40000, 'x');
    ASSERT_EQ(encode(out, request, 9), codec_error::too_long);
    EXPECT_EQ(out.size(), 4u);
    EXPECT_EQ(out.total_size(), 4u);
    EXPECT_TRUE(out.cuts().empty());
}

TEST(encode, gathers_records_where_they_belong) {
    const auto first = bytes_of("the first batch");
    const auto second = bytes_of("the second");
    const produce::request request = two_batches(first, second);
    wire::writer copied;
    wire::writer gathered(wire::payloads::gathered);
    ASSERT_EQ(encode(copied, request, 9), codec_error::ok);
    ASSERT_EQ(encode(gathered, request, 9), codec_error::ok);

    ASSERT_EQ(gathered.cuts().size(), 2u);
    EXPECT_EQ(gathered.cuts()[0].payload.data(), first.data());
    EXPECT_EQ(gathered.cuts()[1].payload.data(), second.data());
    EXPECT_EQ(gathered.total_size(), copied.size());

    std::vector<std::byte> joined;
    std::size_t from = 0;
    const auto bytes = gathered.bytes();
    const auto append = [&joined](std::span<const std::byte> part) {
        joined.insert(joined.end(), part.begin(), part.end());
    };
    for (const wire::cut& c : gathered.cuts()) {
        append(bytes.subspan(from, c.offset - from));
        append(c.payload);
        from = c.offset;
    }
    append(bytes.subspan(from));
    EXPECT_EQ(joined, std::vector(copied.bytes().begin(), copied.bytes().end()));
}

TEST(decode, leaves_records_in_the_frame) {
    const auto batch = bytes_of("a batch");
    fetch::response response;
    response.topics = {{.name = "orders", .topic_id = {}, .partitions = {}}};
    response.topics[0].partitions.resize(2);
    response.topics[0].partitions[0].records = batch;
    wire::writer out;
    ASSERT_EQ(encode(out, response, 12), codec_error::ok);

    fetch::response decoded;
    ASSERT_EQ(decode(decoded, out.bytes(), 12), codec_error::ok);
    const auto& partitions = decoded.topics[0].partitions;
    ASSERT_TRUE(partitions[0].records.has_value());
    EXPECT_GE(partitions[0].records->data(), out.bytes().data());
    EXPECT_LT(partitions[0].records->data(), out.bytes().data() + out.size());
    EXPECT_FALSE(partitions[1].records.has_value());
    EXPECT_TRUE(equal(response, decoded));
}

TEST(decode, forgets_what_the_message_held) {
    offset_commit::request full;
    full.group_id = "billing";
    full.group_instance_id = "static-1";
    full.topics.emplace_back();
    wire::writer out;
    ASSERT_EQ(encode(out, offset_commit::request{}, 2), codec_error::ok);
    ASSERT_EQ(decode(full, out.bytes(), 2), codec_error::ok);
    EXPECT_TRUE(equal(full, offset_commit::request{}));
}

TEST(decode, from_a_reader_leaves_the_rest) {
    wire::writer out;
    encode(out, produce::response{}, 9);
    out.integer(std::int8_t{5});
    wire::reader in(out.bytes());
    produce::response response;
    EXPECT_EQ(decode(response, in, 9), codec_error::ok);
    EXPECT_EQ(in.remaining(), 1u);
}

TEST(equal, notices_the_last_byte_of_the_innermost_field) {
    produce::response a;
    a.topics.emplace_back().partitions.emplace_back().record_errors.push_back({0, "bad key"});
    produce::response b = a;
    EXPECT_TRUE(equal(a, b));
    b.topics[0].partitions[0].record_errors[0].message->back() = 'Y';
    EXPECT_FALSE(equal(a, b));
    b.topics[0].partitions[0].record_errors[0].message.reset();
    EXPECT_FALSE(equal(a, b));
}

TEST(print, tells_records_by_their_size) {
    const auto batch = bytes_of("0123456789");
    EXPECT_EQ(
        print(two_batches(batch, {}), 3),
        R"({"transactionalId":null,"acks":0,"timeoutMs":0,"topicData":[{"name":"orders",)"
        R"("partitionData":[{"index":0,"recordsSizeInBytes":10},{"index":1,"recordsSizeInBytes":0}]}]})");
}

} // namespace kcpp::protocol
