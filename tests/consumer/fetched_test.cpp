#include "batches.hpp"
#include "consumer/fetched.hpp"
#include "take.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace kcpp::consuming::test {
namespace {

using strings = std::vector<std::string>;
constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

/// What a response brought, with the bytes it lies in.
class fetched_test : public ::testing::Test {
protected:
    fetched& arrive(const byte_vector& bytes, offset_t start,
                    std::vector<protocol::fetch::aborted_transaction> aborted = {}) {
        auto frame = wire::shared_buffer::allocate(bytes.size());
        std::copy(bytes.begin(), bytes.end(), frame.data());
        const auto lies_in = frame.bytes();
        auto memory = std::make_shared<const received>(budget_, std::move(frame));
        record::batch_cursor walk(lies_in);
        offset_t end = start;
        while (walk.next())
            end = walk.batch().last_offset() + 1;
        fetched::origin from{place_, 1, end, aborted_transactions(std::move(aborted))};
        data_ = std::make_unique<fetched>(std::move(from), std::move(memory), lies_in,
                                          position{start, -1});
        return *data_;
    }
    /// Everything that is handed out, "value@offset".
    strings read(fetched& data) {
        strings list;
        while (data.next() == fetched::step::record) {
            list.push_back(data.record().value.to_string() + "@" +
                           std::to_string(data.record().offset));
            data.complete();
        }
        return list;
    }

    std::shared_ptr<const topic_partition> place_ =
        std::make_shared<const topic_partition>(topic_partition{"orders", 4});
    std::shared_ptr<byte_budget> budget_ = std::make_shared<byte_budget>(1 << 20, [] {});
    std::unique_ptr<fetched> data_;
};

std::size_t count(const std::vector<piece>& pieces) {
    std::size_t sum = 0;
    for (const piece& p : pieces)
        sum += p.count;
    return sum;
}

TEST_F(fetched_test, gives_records_in_order_with_their_offsets) {
    auto& data = arrive(batch{.base_offset = 10, .values = {"a", "b"}}.bytes() +
                            batch{.base_offset = 12, .values = {"c"}}.bytes(),
                        10);
    EXPECT_EQ(read(data), (strings{"a@10", "b@11", "c@12"}));
    EXPECT_EQ(data.at(), (position{13, 3}));
    EXPECT_FALSE(data.failure());
}

TEST_F(fetched_test, starts_in_the_middle_of_a_batch) { // F5; kafka-python 322
    for (const auto codec : {compression::none, compression::gzip, compression::snappy,
                             compression::lz4, compression::zstd}) {
        auto& data =
            arrive(batch{.base_offset = 10, .values = {"a", "b", "c"}, .codec = codec}.bytes(), 11);
        EXPECT_EQ(read(data), (strings{"b@11", "c@12"})) << to_string(codec);
        auto& again =
            arrive(batch{.base_offset = 10, .values = {"a", "b", "c"}, .codec = codec}.bytes(), 11);
        const auto taken = take(again, all);
        ASSERT_TRUE(taken);
        EXPECT_EQ(taken->count, 2u) << to_string(codec);
        EXPECT_EQ(taken->next, (position{13, 3}));
    }
}

TEST_F(fetched_test, passes_over_whole_batches_before_the_position) { // F5
    auto& data = arrive(batch{.base_offset = 10, .values = {"a", "b"}}.bytes() +
                            batch{.base_offset = 12, .values = {"c"}}.bytes(),
                        12);
    EXPECT_EQ(read(data), (strings{"c@12"}));
}

TEST_F(fetched_test, goes_on_behind_records_that_compaction_removed) { // F6
    auto& data = arrive(batch{.base_offset = 10, .values = {"a"}, .removed_at_end = 4}.bytes(), 10);
    EXPECT_EQ(read(data), (strings{"a@10"}));
    EXPECT_EQ(data.at().offset, 15);
}

TEST_F(fetched_test, goes_on_behind_a_batch_without_records) { // F6; pykafka 460
    auto& data = arrive(batch{.base_offset = 10, .values = {}, .removed_at_end = 5}.bytes() +
                            batch{.base_offset = 15, .values = {"x"}}.bytes(),
                        10);
    EXPECT_EQ(read(data), (strings{"x@15"}));
    EXPECT_EQ(data.at().offset, 16);
}

TEST_F(fetched_test, never_gives_markers_and_goes_on_behind_them) { // F11
    auto& data = arrive(batch{.base_offset = 0, .values = {"a"}, .transaction_of = 7}.bytes() +
                            marker(1, 7, true) + batch{.base_offset = 2, .values = {"b"}}.bytes() +
                            marker(3, 7, false),
                        0);
    EXPECT_EQ(read(data), (strings{"a@0", "b@2"}));
    EXPECT_EQ(data.at().offset, 4);
}

TEST_F(fetched_test, leaves_out_what_was_rolled_back) { // F11; librdkafka 3020
    for (const auto codec : {compression::none, compression::gzip, compression::snappy,
                             compression::lz4, compression::zstd}) {
        auto& data = arrive(
            batch{.base_offset = 0, .values = {"a", "b"}, .codec = codec, .transaction_of = 7}
                    .bytes() +
                batch{.base_offset = 2, .values = {"kept"}, .codec = codec, .transaction_of = 8}
                    .bytes() +
                marker(3, 7, false) +
                batch{.base_offset = 4, .values = {"later"}, .codec = codec, .transaction_of = 7}
                    .bytes() +
                marker(5, 7, true),
            0, {{.producer_id = 7, .first_offset = 0}});
        EXPECT_EQ(read(data), (strings{"kept@2", "later@4"})) << to_string(codec);
        EXPECT_EQ(data.at().offset, 6);
    }
}

TEST_F(fetched_test, takes_at_most_what_is_asked_for) {
    auto& data = arrive(batch{.base_offset = 0, .values = {"a", "b", "c"}}.bytes() +
                            batch{.base_offset = 3, .values = {"d"}}.bytes(),
                        0);
    std::vector<std::size_t> sizes;
    while (auto p = take(data, 2))
        sizes.push_back(p->count);
    EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 1, 1}));
}

TEST_F(fetched_test, a_piece_can_be_walked_again_and_again) {
    auto& data = arrive(
        batch{.base_offset = 0, .values = {"a", "b", "c"}, .codec = compression::lz4}.bytes(), 0);
    ASSERT_EQ(take(data, 1)->count, 1u);
    const auto p = take(data, all);
    ASSERT_TRUE(p);
    data_.reset();
    for (int round = 0; round < 2; ++round) {
        record::record_reader walk = p->start;
        strings seen;
        for (std::size_t i = 0; i < p->count; ++i) {
            ASSERT_TRUE(walk.next());
            seen.push_back(walk.record().value.to_string());
        }
        EXPECT_EQ(seen, (strings{"b", "c"}));
    }
}

TEST_F(fetched_test, a_record_that_is_not_completed_comes_again) {
    for (const auto codec : {compression::none, compression::zstd}) {
        auto& data =
            arrive(batch{.base_offset = 0, .values = {"a", "b", "c"}, .codec = codec}.bytes(), 0);
        ASSERT_EQ(data.next(), fetched::step::record);
        data.complete();
        ASSERT_EQ(data.next(), fetched::step::record);
        EXPECT_EQ(data.record().value.text(), "b");
        data.rewind();
        EXPECT_EQ(data.at().offset, 1);
        EXPECT_EQ(read(data), (strings{"b@1", "c@2"}));
    }
}

TEST_F(fetched_test, both_ways_of_reading_alternate) {
    auto& data = arrive(batch{.base_offset = 0, .values = {"a", "b", "c", "d"}}.bytes(), 0);
    ASSERT_EQ(take(data, 1)->next.offset, 1);
    ASSERT_EQ(data.next(), fetched::step::record);
    EXPECT_EQ(data.record().value.text(), "b");
    data.complete();
    const auto rest = take(data, all);
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->count, 2u);
    EXPECT_EQ(rest->next.offset, 4);
}

TEST_F(fetched_test, a_damaged_batch_is_an_error_that_says_where) { // F13
    auto bytes = batch{.base_offset = 0, .values = {"a"}}.bytes();
    auto damaged = batch{.base_offset = 1, .values = {"b", "c"}}.bytes();
    damaged.back() ^= std::byte{1};
    auto& data = arrive(bytes + damaged, 0);
    std::vector<piece> pieces;
    while (auto p = take(data, all))
        pieces.push_back(std::move(*p));
    EXPECT_EQ(count(pieces), 1u);
    ASSERT_TRUE(data.failure());
    EXPECT_EQ(*data.failure(), client_errc::corrupt_batch);
    EXPECT_EQ(data.failure()->topic(), "orders");
    EXPECT_EQ(data.failure()->partition(), 4);
    EXPECT_NE(data.failure()->message().find("offset 1 of orders-4"), std::string::npos)
        << data.failure()->message();
    EXPECT_NE(data.failure()->message().find("seek(…, 3)"), std::string::npos)
        << data.failure()->message();
    EXPECT_EQ(data.at().offset, 1);
}

TEST_F(fetched_test, a_malformed_record_is_an_error_after_those_before_it) {
    auto bytes = batch{.base_offset = 0, .values = {"aaaa", "bbbb"}}.bytes();
    // The length of the second record: far beyond the batch.
    const std::size_t record_size = (bytes.size() - record::format::header_size) / 2;
    bytes[record::format::header_size + record_size] = std::byte{0x7e};
    wire::store_be(bytes.data() + record::format::crc,
                   wire::crc32c(std::span(bytes).subspan(record::format::attributes)));
    {
        auto& data = arrive(bytes, 0);
        EXPECT_EQ(take(data, all)->count, 1u);
        EXPECT_FALSE(take(data, all));
        ASSERT_TRUE(data.failure());
        EXPECT_EQ(data.at().offset, 1);
    }
    auto& data = arrive(bytes, 0);
    EXPECT_EQ(read(data), (strings{"aaaa@0"}));
    EXPECT_EQ(data.next(), fetched::step::broken);
    EXPECT_EQ(*data.failure(), client_errc::corrupt_batch);
}

TEST_F(fetched_test, the_budget_is_charged_until_the_last_piece_is_released) {
    const auto bytes = batch{.base_offset = 0, .values = {"a"}}.bytes();
    const auto before = budget_->left();
    auto p = take(arrive(bytes, 0), all);
    data_.reset();
    EXPECT_EQ(budget_->left(), before - bytes.size());
    p.reset();
    EXPECT_EQ(budget_->left(), before);
}

} // namespace
} // namespace kcpp::consuming::test
