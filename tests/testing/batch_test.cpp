#include "batches.hpp"
#include "testing/model/batch_checks.hpp"
#include "testing/model/record_walk.hpp"

#include <gtest/gtest.h>

using namespace kcpp::testing;
using kcpp::broker_errc;

namespace {

std::vector<std::byte> from_hex(std::string_view hex) {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes.push_back(
            static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return bytes;
}

// Printed by Kafka's own classes: base offset 7, leader epoch 5, (k1,v1,h={01 02},n=null),
// (null,v2,+3 ms), (k3,null,+1 ms).
const auto kafkas =
    from_hex("00000000000000070000005600000005021a6e04ea0000000000020000018bcfe568000000018bcfe5680"
             "3ffffffffffffffffffffffffffff0000000324"
             "000000046b31047631040268040102026e0110000602010476320010000204046b330100");

batch_rules rules() {
    return {.now_ms = 1700000000000};
}

constexpr std::int16_t newest_produce = 13;

broker_errc outcome(std::vector<std::byte> batch, const batch_rules& r = rules()) {
    const auto form = check_form(batch, newest_produce).error;
    return form != broker_errc::none ? form : check_batch(batch, r).error;
}

/// As a producer would have sent it.
std::vector<std::byte> unplaced(std::vector<std::byte> batch) {
    kcpp::wire::store_be(batch.data(), std::int64_t{0});
    return batch;
}

} // namespace

TEST(batch, kafkas_own_batch_is_read) {
    const auto head = read_batch_header(kafkas);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->base_offset, 7);
    EXPECT_EQ(head->leader_epoch, 5);
    EXPECT_EQ(head->next_offset(), 10);
    EXPECT_EQ(head->max_timestamp, 1700000000003);
    EXPECT_FALSE(head->idempotent());
    EXPECT_EQ(outcome(unplaced(kafkas)), broker_errc::none);

    record_walk walk(kafkas, *head);
    const auto first = walk.next(), second = walk.next(), third = walk.next();
    ASSERT_TRUE(first && second && third);
    EXPECT_TRUE(walk.complete());
    EXPECT_EQ(first->key.text(), "k1");
    ASSERT_EQ(first->headers.size(), 2u);
    EXPECT_EQ(first->headers[0].first, "h");
    EXPECT_TRUE(first->headers[1].second.is_null());
    EXPECT_TRUE(second->key.is_null());
    EXPECT_EQ(second->time_ms, 1700000000003);
    EXPECT_TRUE(third->value.is_null());
}

TEST(batch, what_is_no_batch_is_invalid) {
    EXPECT_EQ(outcome({}), broker_errc::invalid_record);
    EXPECT_EQ(outcome(std::vector<std::byte>(16)), broker_errc::invalid_record);
    EXPECT_EQ(outcome(std::vector<std::byte>(17)), broker_errc::corrupt_message); // of length 0
    auto two = numbered(1);
    const auto other = numbered(1);
    two.insert(two.end(), other.begin(), other.end());
    EXPECT_EQ(outcome(two), broker_errc::invalid_record);
    auto cut = numbered(3);
    cut.pop_back();
    EXPECT_EQ(outcome(cut), broker_errc::invalid_record);
    auto old = numbered(1);
    old[16] = std::byte{1};
    EXPECT_EQ(outcome(old), broker_errc::invalid_record);
}

TEST(batch, any_flipped_bit_behind_the_crc_is_corrupt) {
    const auto good = numbered(2);
    for (std::size_t i = 17; i < good.size(); ++i) {
        auto bad = good;
        bad[i] ^= std::byte{0x10};
        EXPECT_EQ(outcome(bad), broker_errc::corrupt_message) << "byte " << i;
    }
}

TEST(batch, the_topics_limit_counts_the_whole_batch) {
    const auto b = numbered(10);
    auto r = rules();
    r.max_bytes = static_cast<std::int64_t>(b.size());
    EXPECT_EQ(outcome(b, r), broker_errc::none);
    --r.max_bytes;
    EXPECT_EQ(outcome(b, r), broker_errc::message_too_large);
}

TEST(batch, counts_must_agree) {
    auto b = numbered(3);
    kcpp::wire::store_be(&b[23], std::int32_t{3});
    EXPECT_EQ(outcome(batch_maker::sealed(b)), broker_errc::invalid_record);
    b = numbered(3);
    kcpp::wire::store_be(&b[23], std::int32_t{3});
    kcpp::wire::store_be(&b[57], std::int32_t{4});
    EXPECT_EQ(outcome(batch_maker::sealed(b)),
              broker_errc::invalid_record); // three records, said to be four
}

TEST(batch, an_idempotent_batch_needs_a_sequence) {
    EXPECT_EQ(
        outcome(batch_maker{.records = {{{}, "v"}}, .producer_id = 7, .producer_epoch = 0}.make()),
        broker_errc::invalid_record);
}

TEST(batch, clients_write_no_control_batches) {
    EXPECT_EQ(outcome(batch_maker{.records = {{{}, "v"}}, .attributes = 0x20}.make()),
              broker_errc::invalid_record);
}

TEST(batch, a_compacted_topic_wants_keys) {
    auto r = rules();
    r.compacted = true;
    const auto found =
        check_batch(batch_maker{.records = {{{}, "v"}, {"k", "v"}, {{}, "v"}}}.make(), r);
    EXPECT_EQ(found.error, broker_errc::invalid_record);
    EXPECT_EQ(found.reason,
              "One or more records have been rejected due to 2 record errors in total");
    ASSERT_EQ(found.records.size(), 2u); // all of them, KIP-467
    EXPECT_EQ(found.records[0].index, 0);
    EXPECT_EQ(found.records[1].index, 2);
    EXPECT_EQ(found.records[1].reason, "Compacted topic cannot accept message without key");
}

TEST(batch, clients_number_batches_from_zero) {
    EXPECT_EQ(outcome(kafkas), broker_errc::invalid_record); // it says 7
}

TEST(batch, a_batch_fits_into_a_segment) {
    const auto b = numbered(10);
    auto r = rules();
    r.max_segment_bytes = static_cast<std::int64_t>(b.size()) - 1;
    EXPECT_EQ(outcome(b, r), broker_errc::record_list_too_large);
}

TEST(batch, zstd_came_with_version_7) { // C15
    auto b = numbered(1);
    kcpp::wire::store_be(&b[21], std::int16_t{4});
    b = batch_maker::sealed(b);
    EXPECT_EQ(check_form(b, 6).error, broker_errc::unsupported_compression_type);
    EXPECT_EQ(check_form(b, 7).error, broker_errc::none);
    kcpp::wire::store_be(&b[21], std::int16_t{5}); // no such codec
    EXPECT_EQ(check_form(b, 7).error, broker_errc::unsupported_compression_type);
}

TEST(batch, a_producer_does_not_claim_append_time) {
    const batch_maker claims{.records = {{{}, "v"}}, .attributes = 8};
    EXPECT_EQ(outcome(claims.make()), broker_errc::none); // it is taken away, see below
    auto r = rules();
    r.append_time = true;
    EXPECT_EQ(outcome(claims.make(), r), broker_errc::invalid_timestamp);
    EXPECT_EQ(outcome(batch_maker{.records = {{{}, "v"}}, .time_ms = -1, .attributes = 8}.make()),
              broker_errc::invalid_timestamp);
}

TEST(batch, in_a_compressed_batch_only_the_head_is_looked_at) {
    auto b = numbered(1, 1700000000000 + 3600001);
    kcpp::wire::store_be(&b[21], std::int16_t{2});
    const auto found = check_batch(batch_maker::sealed(b), rules());
    EXPECT_EQ(found.error, broker_errc::invalid_timestamp);
    EXPECT_TRUE(found.records.empty());
    EXPECT_EQ(found.latest_ms, std::nullopt);
}

TEST(batch, times_far_from_now_are_refused) {
    const auto early = numbered(1, 1700000000000 - 1000),
               late = numbered(1, 1700000000000 + 3600001);
    EXPECT_EQ(outcome(early), broker_errc::none);
    EXPECT_EQ(outcome(late), broker_errc::invalid_timestamp);
    auto r = rules();
    r.timestamp_before_max_ms = 999;
    EXPECT_EQ(outcome(early, r), broker_errc::invalid_timestamp);
    r.append_time = true;
    EXPECT_EQ(outcome(early, r), broker_errc::none);
}

TEST(batch, the_log_gives_offsets_and_keeps_the_crc_right) {
    const auto placed = place_in_log(numbered(3), 41, 7, std::nullopt);
    EXPECT_EQ(placed.header.base_offset, 41);
    EXPECT_EQ(placed.header.leader_epoch, 7);
    EXPECT_EQ(crc_of(placed.bytes.bytes()), placed.header.crc);
}

TEST(batch, the_log_corrects_what_the_head_says_of_time) {
    auto b = numbered(2, 1700000000000);
    kcpp::wire::store_be(&b[35], std::int64_t{1800000000000}); // the latest record's time, it says
    b = batch_maker::sealed(b);
    const auto latest = check_batch(b, rules()).latest_ms;
    EXPECT_EQ(latest, 1700000000000);
    const auto placed = place_in_log(b, 0, 0, std::nullopt, latest);
    EXPECT_EQ(placed.header.max_timestamp, 1700000000000);
    EXPECT_EQ(crc_of(placed.bytes.bytes()), placed.header.crc);
    const batch_maker claims{.records = {{{}, "v"}}, .attributes = 8};
    EXPECT_FALSE(place_in_log(claims.make(), 0, 0, std::nullopt).header.append_time());
}

TEST(batch, append_time_is_every_records_time) {
    const auto placed = place_in_log(numbered(2), 0, 0, 1800000000000);
    EXPECT_TRUE(placed.header.append_time());
    EXPECT_EQ(crc_of(placed.bytes.bytes()), placed.header.crc);
    record_walk walk(placed.bytes.bytes(), placed.header);
    EXPECT_EQ(walk.next()->time_ms, 1800000000000);
    EXPECT_EQ(walk.next()->time_ms, 1800000000000);
}

TEST(batch, cut_records_never_read_beyond_the_batch) {
    const auto whole = numbered(3);
    for (std::size_t size = batch_header::size; size < whole.size(); ++size) {
        const std::vector<std::byte> cut(whole.begin(),
                                         whole.begin() + static_cast<std::ptrdiff_t>(size));
        record_walk walk(cut, *read_batch_header(cut));
        while (walk.next()) {
        }
        EXPECT_FALSE(walk.complete()) << size;
    }
}
