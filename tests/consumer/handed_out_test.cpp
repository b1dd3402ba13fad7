#include "batches.hpp"
#include "consumer/deliveries.hpp"
#include "consumer/handed_out.hpp"
#include "take.hpp"

#include <kcpp/consumer_batch.hpp>

#include <gtest/gtest.h>

namespace kcpp::consuming::test {
namespace {

class handed_out_test : public ::testing::Test {
protected:
    void add(const std::string& topic, offset_t base, std::vector<std::string> values) {
        const auto bytes =
            batch{.base_offset = base, .values = std::move(values), .leader_epoch = 9}.bytes();
        auto frame = wire::shared_buffer::allocate(bytes.size());
        std::copy(bytes.begin(), bytes.end(), frame.data());
        const auto lies_in = frame.bytes();
        auto memory = std::make_shared<const received>(budget_, std::move(frame));
        fetched::origin from{
            std::make_shared<const topic_partition>(topic_partition{topic, 0}), 1, 0, {}};
        fetched data(std::move(from), std::move(memory), lies_in, position{base, -1});
        while (auto p = take(data, SIZE_MAX))
            pieces_.push_back(std::move(*p));
    }
    consumer_batch make(std::shared_ptr<delivery> receipt = nullptr) {
        return consumer_batch(std::make_unique<handed_out>(std::move(pieces_), std::move(receipt)));
    }

    std::shared_ptr<byte_budget> budget_ = std::make_shared<byte_budget>(1 << 20, [] {});
    std::vector<piece> pieces_;
};

std::vector<std::string> texts(const consumer_batch& records) {
    std::vector<std::string> list;
    for (const consumer_record& r : records)
        list.push_back(std::string(r.topic()) + ":" + r.value().to_string() + "@" +
                       std::to_string(r.offset()));
    return list;
}

TEST_F(handed_out_test, a_batch_is_a_range_partition_by_partition) {
    add("a", 5, {"x", "y"});
    add("b", 0, {"z"});
    const auto records = make();
    EXPECT_EQ(records.size(), 3u);
    EXPECT_FALSE(records.empty());
    EXPECT_EQ(texts(records), (std::vector<std::string>{"a:x@5", "a:y@6", "b:z@0"}));
}

TEST_F(handed_out_test, it_starts_anew_with_each_loop) {
    add("a", 5, {"x", "y"});
    const auto records = make();
    for (const consumer_record& r : records) {
        EXPECT_EQ(r.value().text(), "x");
        break;
    }
    EXPECT_EQ(texts(records).size(), 2u);
}

TEST_F(handed_out_test, says_what_to_commit_per_partition) {
    add("a", 5, {"x", "y"});
    add("b", 0, {"z"});
    add("a", 7, {"w"});
    const auto next = make().next_offsets();
    EXPECT_EQ(next, (offsets{{{"a", 0}, {8, 9}}, {{"b", 0}, {1, 9}}}));
}

TEST_F(handed_out_test, an_empty_batch_has_nothing) {
    const consumer_batch none;
    EXPECT_TRUE(none.empty());
    EXPECT_EQ(texts(none).size(), 0u);
    EXPECT_TRUE(none.next_offsets().empty());
}

TEST_F(handed_out_test, records_tell_all_that_the_batch_knows) {
    add("a", 5, {"x"});
    const auto records = make();
    const auto first = records.begin();
    EXPECT_EQ(first->partition(), 0);
    EXPECT_EQ(first->leader_epoch(), 9);
    EXPECT_EQ(first->timestamp(), timestamp(std::chrono::milliseconds(1000)));
    EXPECT_EQ(first->timestamp_type(), timestamp_type::create_time);
    EXPECT_TRUE(first->key().is_null());
    EXPECT_TRUE(first->headers().empty());
    const owned_record kept = first->to_owned();
    EXPECT_EQ(kept.topic, "a");
    EXPECT_EQ(kept.value, "x");
    EXPECT_EQ(kept.key, std::nullopt);
}

struct ledger {
    deliveries out;
    std::map<std::string, offset_t> done;

    std::shared_ptr<delivery> hand(std::vector<std::pair<std::string, offset_t>> parts) {
        auto d = std::make_shared<delivery>();
        for (auto& [topic, next] : parts)
            d->parts.push_back(
                {std::make_shared<const topic_partition>(topic_partition{topic, 0}), {next, -1}});
        out.add(d);
        return d;
    }
    void settle() {
        out.settle([this](const delivery::part& p) { done[p.place->topic] = p.next.offset; });
    }
};

TEST_F(handed_out_test, a_batch_counts_as_done_once_it_is_destroyed) {
    ledger l;
    add("a", 0, {"x"});
    auto records = std::make_optional(make(l.hand({{"a", 1}})));
    l.settle();
    EXPECT_TRUE(l.done.empty());
    records.reset();
    l.settle();
    EXPECT_EQ(l.done["a"], 1);
}

TEST(deliveries, nothing_is_done_behind_what_is_still_held) { // franz-go 57
    ledger l;
    const auto first = l.hand({{"a", 10}, {"b", 10}});
    const auto second = l.hand({{"a", 20}, {"c", 20}});
    second->released = true;
    l.settle();
    EXPECT_EQ(l.done, (std::map<std::string, offset_t>{{"c", 20}}));
    first->released = true;
    l.settle();
    EXPECT_EQ(l.done, (std::map<std::string, offset_t>{{"a", 20}, {"b", 10}, {"c", 20}}));
}

} // namespace
} // namespace kcpp::consuming::test
