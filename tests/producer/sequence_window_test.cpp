#include "producer/sequence_window.hpp"
#include "producer/topic_entry.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

namespace kcpp::producing {
namespace {

constexpr std::size_t five = 5;
constexpr std::int32_t here = 1, elsewhere = 2;
constexpr producer_identity first{7, 0}, second{7, 1};

class sequence_window_test : public testing::Test {
protected:
    sequence_window_test() { window.restart(first); }

    std::shared_ptr<batch> make(std::int32_t records = 1) {
        auto made = std::make_shared<batch>(queue, 1000, 100);
        for (std::int32_t i = 0; i < records; ++i) {
            const record::record_fields fields{kcpp::timestamp(), {}, bytes_view("v")};
            made->builder.append(fields, made->builder.measure(fields));
        }
        made->count = records;
        made->sealed = std::move(made->builder).seal(compression::none, {});
        return made;
    }
    std::shared_ptr<batch> send(std::int32_t records = 1, std::int32_t leader = here) {
        auto made = make(records);
        window.sent_new(made, leader);
        return made;
    }
    /// Several under way to a leader that knows this producer.
    std::vector<std::shared_ptr<batch>> send_several(int count) {
        auto before = send();
        window.stored(*before, {0});
        window.take_finished();
        std::vector<std::shared_ptr<batch>> all;
        for (int i = 0; i < count; ++i)
            all.push_back(send());
        return all;
    }
    static auto numbers(const batch& sent) {
        const auto& stamp = sent.sealed.stamped();
        return std::tuple(stamp.producer_id, stamp.producer_epoch, stamp.base_sequence);
    }
    std::vector<offset_t> finished() {
        std::vector<offset_t> offsets;
        while (const auto one = window.take_finished())
            offsets.push_back(one->where.base_offset);
        return offsets;
    }

    topic_entry topic{"orders"};
    partition_queue queue{topic, 0, client_options(), true};
    sequence_window window{true};
};

using key = std::tuple<std::int64_t, std::int16_t, std::int32_t>;

TEST_F(sequence_window_test, numbers_count_records_and_go_on_through_retries) { // P1
    const auto a = send(3);
    EXPECT_EQ(numbers(*a), key(7, 0, 0));
    window.stored(*a, {0});
    const auto b = send(2);
    const auto c = send(1);
    EXPECT_EQ(numbers(*b), key(7, 0, 3));
    EXPECT_EQ(numbers(*c), key(7, 0, 5));
    window.again(*b);
    window.again(*c);
    EXPECT_EQ(window.due_again(), a) << "until it was taken";
    finished();
    EXPECT_EQ(window.due_again(), b);
    window.sent_again(here);
    EXPECT_EQ(numbers(*b), key(7, 0, 3));
}

TEST_F(sequence_window_test, after_the_largest_number_comes_0) { // P1
    auto large = make(1);
    large->count = INT32_MAX;
    window.sent_new(large, here);
    window.stored(*large, {0});
    const auto last = send(2);
    EXPECT_EQ(numbers(*last), key(7, 0, INT32_MAX));
    const auto next = send(1);
    EXPECT_EQ(numbers(*next), key(7, 0, 1)) << "the last one took 2^31-1 and 0";
}

TEST_F(sequence_window_test, five_are_under_way_once_the_leader_has_stored_one) { // P2, P5
    EXPECT_TRUE(window.takes_new(here, five));
    const auto a = send();
    EXPECT_FALSE(window.takes_new(here, five)) << "a leader that does not know us takes any number";
    window.stored(*a, {0});
    finished();
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(window.takes_new(here, five));
        send();
    }
    EXPECT_FALSE(window.takes_new(here, five));
}

TEST_F(sequence_window_test, another_leader_gets_one_only_when_all_is_answered_and_then_one) { // P5
    const auto sent = send_several(2);
    EXPECT_FALSE(window.takes_new(elsewhere, five));
    for (const auto& each : sent)
        window.stored(*each, {1});
    finished();
    EXPECT_TRUE(window.takes_new(elsewhere, five));
    const auto a = send(1, elsewhere);
    EXPECT_FALSE(window.takes_new(elsewhere, five));
    window.stored(*a, {5});
    finished();
    send(1, elsewhere);
    EXPECT_TRUE(window.takes_new(elsewhere, five));
}

TEST_F(sequence_window_test, only_the_first_is_sent_again_and_nothing_new_beside_it) { // P4
    const auto sent = send_several(3);
    window.again(*sent[0]);
    EXPECT_EQ(window.due_again(), nullptr) << "two answers are under way";
    window.out_of_order(*sent[1]);
    window.out_of_order(*sent[2]);
    EXPECT_EQ(window.due_again(), sent[0]);
    EXPECT_FALSE(window.takes_new(here, five));
    window.sent_again(here);
    EXPECT_EQ(window.due_again(), nullptr);
    window.stored(*sent[0], {1});
    EXPECT_EQ(finished(), std::vector<offset_t>{1});
    EXPECT_EQ(window.due_again(), sent[1]);
    EXPECT_FALSE(window.takes_new(here, five));
    EXPECT_FALSE(window.wants_new_identity());
}

TEST_F(sequence_window_test, what_is_stored_is_reported_in_order) { // P3
    const auto sent = send_several(3);
    window.again(*sent[0]);
    window.stored(*sent[1], {11});
    window.stored(*sent[2], {12});
    EXPECT_EQ(finished(), std::vector<offset_t>{});
    window.sent_again(here);
    window.stored(*sent[0], {10});
    EXPECT_EQ(finished(), (std::vector<offset_t>{10, 11, 12}));
}

TEST_F(sequence_window_test, a_last_one_that_was_not_written_gives_its_number_back) {
    const auto sent = send_several(2);
    window.again(*sent[1]);
    window.given_up(*sent[1]);
    EXPECT_FALSE(window.wants_new_identity());
    const auto next = send();
    EXPECT_EQ(numbers(*next), numbers(*sent[1]));
}

TEST_F(sequence_window_test, a_gap_is_closed_by_a_new_epoch_once_nothing_is_under_way) { // P8
    const auto sent = send_several(3);
    window.again(*sent[0]);
    window.given_up(*sent[0]);
    EXPECT_FALSE(window.wants_new_identity());
    EXPECT_FALSE(window.takes_new(here, five));
    window.out_of_order(*sent[1]);
    window.out_of_order(*sent[2]);
    EXPECT_TRUE(window.wants_new_identity());
    EXPECT_EQ(window.due_again(), nullptr);
    window.restart(second);
    EXPECT_FALSE(window.wants_new_identity());
    EXPECT_EQ(window.due_again(), sent[1]);
    EXPECT_EQ(numbers(*sent[1]), key(7, 1, 0));
    EXPECT_EQ(numbers(*sent[2]), key(7, 1, 1));
}

TEST_F(sequence_window_test, what_may_be_written_is_cleared_up_before_the_epoch_changes) { // P6, P7
    const auto sent = send_several(2);
    sent[1]->maybe_written = true;
    window.again(*sent[1]);
    sent[0]->maybe_written = true;
    window.given_up(*sent[0]);
    EXPECT_FALSE(window.wants_new_identity());
    EXPECT_EQ(window.due_again(), sent[1]);
    window.sent_again(here);
    window.out_of_order(*sent[1]);
    EXPECT_TRUE(window.wants_new_identity()) << "now it is known not to be there";
    window.restart(second);
    EXPECT_FALSE(sent[1]->maybe_written);
    EXPECT_EQ(numbers(*sent[1]), key(7, 1, 0));
}

TEST_F(sequence_window_test, what_is_stored_behind_a_gap_shows_that_there_is_none) {
    const auto sent = send_several(2);
    sent[0]->maybe_written = true;
    window.given_up(*sent[0]);
    window.stored(*sent[1], {9});
    EXPECT_EQ(finished(), std::vector<offset_t>{9});
    EXPECT_FALSE(window.wants_new_identity());
    EXPECT_EQ(numbers(*send()), key(7, 0, 3));
}

TEST_F(sequence_window_test, an_unknown_last_one_lets_nothing_follow_in_its_epoch) { // P7
    const auto sent = send_several(1);
    sent[0]->maybe_written = true;
    window.given_up(*sent[0]);
    EXPECT_FALSE(window.takes_new(here, five));
    EXPECT_TRUE(window.wants_new_identity());
    window.restart(second);
    EXPECT_TRUE(window.takes_new(here, five));
    EXPECT_EQ(numbers(*send()), key(7, 1, 0));
}

TEST_F(sequence_window_test, a_leader_that_lost_what_it_had_is_met_with_a_new_epoch) { // P9, P10
    const auto sent = send_several(2);
    window.out_of_order(*sent[0]);
    EXPECT_FALSE(window.wants_new_identity()) << "the other one is under way";
    window.out_of_order(*sent[1]);
    EXPECT_TRUE(window.wants_new_identity());
}

TEST_F(sequence_window_test, without_numbers_one_is_under_way_and_no_epoch_is_wanted) {
    sequence_window plain(false);
    const auto a = make();
    plain.sent_new(a, here);
    EXPECT_EQ(numbers(*a), key(-1, -1, -1));
    EXPECT_FALSE(plain.takes_new(here, five));
    a->maybe_written = true;
    plain.given_up(*a);
    EXPECT_TRUE(plain.takes_new(here, five));
    EXPECT_FALSE(plain.wants_new_identity());
}

} // namespace
} // namespace kcpp::producing
