#include "fake/fake_runtime.hpp"
#include "fake/quiet.hpp"
#include "producer/partition_queue.hpp"
#include "producer/topic_entry.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;

class partition_queue_test : public ::testing::Test {
protected:
    std::shared_ptr<runtime::fake_runtime> rt = std::make_shared<runtime::fake_runtime>();
    producer_options options{.batch_bytes = 1000, .buffer_bytes = 100'000};
    byte_budget budget{options.buffer_bytes, rt};
    outstanding open;
    spare_memory spare{options.batch_bytes, 2 * options.batch_bytes};
    usual_size usual;
    std::shared_ptr<bystander> heard_by =
        std::make_shared<bystander>(rt, base::component_log(quiet(), "producer", ""), nullptr);
    topic_entry topic{"orders"};
    partition_queue queue{topic, 3, client_options(), false};

    append_context context() { return {options, budget, open, spare, usual, *rt}; }
    append_result append(std::size_t bytes, delivery_callback wanted = {}) {
        const std::string value(bytes, 'v');
        const record::record_fields record{rt->wall_now(), {}, value};
        return queue.append(record, wanted, context());
    }
    /// Of twenty records, taken.
    void send_a_full_batch() {
        options.batch_bytes = 20'000;
        for (int i = 0; i < 20; ++i)
            append(900);
        queue.take(context());
    }
    /// Taken.
    std::shared_ptr<batch> next_full_batch() {
        for (;;)
            if (const auto full = append(300).full) {
                queue.finish(*full, context());
                return queue.take(context());
            }
    }
    /// As the producer does it: what is full is finished by who filled it.
    append_result append_and_finish(std::size_t bytes) {
        auto came = append(bytes);
        if (came.full) queue.finish(*came.full, context());
        return came;
    }
};

TEST_F(partition_queue_test, only_the_first_record_wakes_the_io_thread_up) {
    EXPECT_TRUE(append(10).woke_up);
    EXPECT_FALSE(append(10).woke_up);
    queue.take(context());
    EXPECT_TRUE(append(10).woke_up);
}

TEST_F(partition_queue_test, records_share_a_batch_until_it_is_full) {
    EXPECT_EQ(append(400).full, nullptr);
    EXPECT_EQ(append(400).full, nullptr);
    const auto came = append(400);
    ASSERT_NE(came.full, nullptr);
    EXPECT_EQ(came.full->count, 2);
    EXPECT_EQ(came.missing, 0u);
    EXPECT_EQ(queue.take(context()), nullptr) << "it is not finished yet, and comes first";
    queue.finish(*came.full, context());
    EXPECT_EQ(queue.take(context()), came.full);
    const auto rest = queue.take(context());
    ASSERT_NE(rest, nullptr);
    EXPECT_EQ(rest->count, 1);
    EXPECT_EQ(queue.take(context()), nullptr);
}

TEST_F(partition_queue_test, a_record_larger_than_a_batch_gets_one_of_its_own) {
    append(10);
    const auto came = append_and_finish(5000);
    ASSERT_NE(came.full, nullptr);
    EXPECT_EQ(queue.take(context())->count, 1);
    const auto large = queue.take(context());
    EXPECT_EQ(large->count, 1);
    EXPECT_GT(large->sealed.size(), 5000u);
}

TEST_F(partition_queue_test, the_first_batch_begins_as_large_as_others_have_come_to) {
    options.batch_bytes = 20'000;
    for (int i = 0; i < 10; ++i)
        usual.note({20'000, 0});
    partition_queue other(topic, 4, client_options(), false);
    const std::size_t before = budget.held();
    delivery_callback nobody;
    const std::string value = "v";
    ASSERT_EQ(other.append({rt->wall_now(), {}, value}, nobody, context()).missing, 0u);
    EXPECT_GT(budget.held() - before, 18'000u);
}

TEST_F(partition_queue_test, one_small_batch_is_enough_to_begin_small_again) {
    options.batch_bytes = 20'000;
    for (int i = 0; i < 10; ++i)
        usual.note({20'000, 0});
    partition_queue little(topic, 4, client_options(), false);
    partition_queue other(topic, 5, client_options(), false);
    delivery_callback nobody;
    const std::string value = "v";
    little.append({rt->wall_now(), {}, value}, nobody, context());
    little.take(context());
    const std::size_t before = budget.held();
    other.append({rt->wall_now(), {}, value}, nobody, context());
    EXPECT_LT(budget.held() - before, 2'000u);
}

TEST(usual_size, rises_by_doubling_and_falls_at_once) {
    usual_size usual;
    std::vector<std::size_t> seen;
    for (const std::size_t closed : {5000, 5000, 5000, 5000, 700, 5000}) {
        usual.note({closed, 0});
        seen.push_back(usual.get().bytes);
    }
    EXPECT_EQ(seen, (std::vector<std::size_t>{512, 1024, 2048, 4096, 700, 1400}));
}

TEST_F(partition_queue_test, what_is_put_back_comes_first_again) {
    append(900);
    append_and_finish(900);
    const auto first = queue.take(context());
    append_and_finish(900);
    queue.put_back(first);
    EXPECT_EQ(queue.take(context()), first);
    EXPECT_NE(queue.take(context()), first);
}

TEST_F(partition_queue_test, without_room_nothing_is_taken_and_the_callback_stays_the_callers) {
    budget.take_anyway(options.buffer_bytes);
    const std::string value(100, 'v');
    bool called = false;
    delivery_callback wanted = [&](result<record_metadata>) { called = true; };
    const auto came = queue.append({rt->wall_now(), {}, value}, wanted, context());
    EXPECT_GT(came.missing, 100u);
    EXPECT_FALSE(queue.look().any);
    EXPECT_TRUE(open.none());
    ASSERT_TRUE(static_cast<bool>(wanted));
    wanted(error(client_errc::closed, "test"));
    EXPECT_TRUE(called);
}

TEST_F(partition_queue_test, holds_of_the_budget_what_is_in_memory) {
    for (int i = 0; i < 5; ++i)
        append(100, [](result<record_metadata>) {});
    EXPECT_GE(budget.held(), 5 * (100 + sizeof(report)));
    const auto taken = queue.take(context());
    EXPECT_EQ(budget.held(), taken->charged);
    EXPECT_GE(taken->charged, taken->sealed.capacity() + 5 * sizeof(report));
}

TEST_F(partition_queue_test, compressing_gives_back_what_it_saves) {
    options.compression = compression::lz4;
    options.batch_bytes = 16'000;
    for (int i = 0; i < 10; ++i)
        append(1000);
    const auto before = budget.held();
    const auto taken = queue.take(context());
    EXPECT_LT(taken->sealed.size(), 1000u);
    EXPECT_LT(budget.held(), before - 8000);
    EXPECT_EQ(budget.held(), taken->charged);
}

TEST_F(partition_queue_test, a_batch_of_full_size_is_waited_for_by_who_waits_anyway) {
    send_a_full_batch();
    ASSERT_TRUE(budget.try_take(options.buffer_bytes - budget.held() - 10'000));
    auto patient = context();
    patient.patient = true;
    const record::record_fields record{rt->wall_now(), {}, "v"};
    delivery_callback nobody;
    const auto came = queue.append(record, nobody, patient);
    EXPECT_GT(came.missing, options.batch_bytes);
    EXPECT_EQ(append(10).missing, 0u) << "who does not wait takes what there is";
}

TEST_F(partition_queue_test, the_memory_of_a_full_batch_is_used_again) {
    auto ended = next_full_batch();
    const auto* const memory = ended->sealed.bytes().bytes.data();
    budget.give_back(queue.uncharge(*ended));
    spare.keep(ended->take_memory());
    EXPECT_EQ(spare.bytes(), options.batch_bytes);
    const auto begun_meanwhile = next_full_batch();
    EXPECT_EQ(spare.bytes(), 0u);
    const auto next = next_full_batch();
    EXPECT_EQ(next->sealed.bytes().bytes.data(), memory);
    EXPECT_EQ(next->charged, sizeof(batch) + next->sealed.capacity());
}

TEST_F(partition_queue_test, memory_that_is_still_being_written_is_not_used_again) {
    const auto ended = next_full_batch();
    const auto under_way = ended->sealed.bytes();
    spare.keep(ended->take_memory());
    EXPECT_EQ(spare.bytes(), 0u);
}

TEST_F(partition_queue_test, only_so_much_memory_is_kept) {
    for (int i = 0; i < 5; ++i)
        spare.keep({wire::shared_buffer::allocate(spare.block_bytes()), {}});
    EXPECT_EQ(spare.bytes(), 2 * spare.block_bytes());
    spare.keep({wire::shared_buffer::allocate(10), {}});
    EXPECT_EQ(spare.bytes(), 2 * spare.block_bytes()) << "of another size";
}

// Else a burst to many partitions would leave each with a batch of full size for a record now and
// then.
TEST_F(partition_queue_test, a_partition_that_was_busy_holds_little_after_that) {
    send_a_full_batch();
    append(10);
    queue.take(context());
    const auto before = budget.held();
    append(10);
    EXPECT_LT(budget.held() - before, 2000u);
}

TEST_F(partition_queue_test, a_partition_that_stays_busy_has_room_from_the_beginning) {
    send_a_full_batch();
    append(900);
    const auto before = budget.held();
    for (int i = 1; i < 20; ++i)
        append(900);
    EXPECT_EQ(budget.held(), before);
}

TEST_F(partition_queue_test, a_round_of_flushing_ends_the_open_batch) {
    append(10);
    open.next_round();
    const auto came = append_and_finish(10);
    ASSERT_NE(came.full, nullptr);
    EXPECT_EQ(queue.take(context())->round, 0u);
    EXPECT_EQ(queue.take(context())->round, 1u);
}

TEST_F(partition_queue_test, looks_at_the_oldest) {
    EXPECT_FALSE(queue.look().any);
    append(900);
    const auto opened = rt->now();
    rt->run_for(5s);
    append_and_finish(900);
    const auto seen = queue.look();
    EXPECT_TRUE(seen.any);
    EXPECT_TRUE(seen.ready);
    EXPECT_EQ(seen.opened, opened);
    EXPECT_EQ(seen.deadline, opened + options.delivery_timeout);
    queue.take(context());
    EXPECT_FALSE(queue.look().ready);
    EXPECT_EQ(queue.look().opened, opened + 5s);
}

TEST_F(partition_queue_test, reports_keep_step_with_the_records_also_where_nobody_asked) {
    append(10);
    append(10);
    std::vector<offset_t> told;
    const auto note = [&](result<record_metadata> r) { told.push_back(r->offset); };
    append(10, note);
    append(10);
    append(10, note);
    const auto taken = queue.take(context());
    report_delivered(*taken, "orders", 3, 100, {}, *heard_by);
    EXPECT_EQ(told, (std::vector<offset_t>{102, 104}));
}

TEST_F(partition_queue_test, nothing_is_appended_to_a_closed_one) {
    append(900);
    append_and_finish(900);
    EXPECT_EQ(queue.close().size(), 2u);
    EXPECT_TRUE(append(10).closed);
    EXPECT_FALSE(queue.look().any);
}

} // namespace
} // namespace kcpp::producing
