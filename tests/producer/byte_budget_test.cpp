#include "fake/fake_runtime.hpp"
#include "producer/byte_budget.hpp"

#include <gtest/gtest.h>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;

class byte_budget_test : public ::testing::Test {
protected:
    std::shared_ptr<runtime::fake_runtime> rt = std::make_shared<runtime::fake_runtime>();
    byte_budget budget{1000, rt};

    /// What happens while the test's thread waits.
    void later(runtime::duration span, unique_function<void()> what) {
        alarms_.push_back(rt->make_timer());
        alarms_.back()->start_wait(runtime::after(rt->now(), span),
                                   [what = std::move(what)](runtime::wait_end) mutable { what(); });
    }

private:
    std::vector<std::unique_ptr<runtime::timer>> alarms_;
};

TEST_F(byte_budget_test, gives_what_is_there_and_no_more) {
    EXPECT_TRUE(budget.try_take(600));
    EXPECT_TRUE(budget.try_take(400));
    EXPECT_FALSE(budget.try_take(1));
    budget.give_back(400);
    EXPECT_TRUE(budget.try_take(1));
    EXPECT_EQ(budget.held(), 601u);
}

TEST_F(byte_budget_test, a_record_larger_than_everything_is_let_in_alone) {
    EXPECT_TRUE(budget.try_take(1));
    EXPECT_FALSE(budget.try_take(5000));
    budget.give_back(1);
    EXPECT_TRUE(budget.try_take(5000));
    EXPECT_FALSE(budget.try_take(1));
}

TEST_F(byte_budget_test, a_number_near_the_end_of_all_numbers_does_not_wrap) {
    EXPECT_TRUE(budget.try_take(10));
    EXPECT_FALSE(budget.try_take(static_cast<std::size_t>(-1)));
    EXPECT_EQ(budget.held(), 10u);
}

TEST_F(byte_budget_test, waits_until_there_is_room) {
    budget.take_anyway(1000);
    later(2s, [&] { budget.give_back(300); });
    later(3s, [&] { budget.give_back(300); });
    const auto before = rt->now();
    EXPECT_TRUE(budget.wait_for(500, 10s));
    EXPECT_EQ(rt->now() - before, 3s);
    EXPECT_TRUE(budget.try_take(500));
}

// Waking a thread for each batch costs more than its records do.
TEST_F(byte_budget_test, room_for_many_is_given_together) {
    budget.take_anyway(1000);
    std::vector<bool> left_waiting;
    later(1s, [&] { left_waiting.push_back(budget.give_back_for_many(10)); });
    later(2s, [&] { left_waiting.push_back(budget.give_back_for_many(30)); });
    later(3s, [&] { left_waiting.push_back(budget.give_back_for_many(40)); });
    const auto before = rt->now();
    EXPECT_TRUE(budget.wait_for(20, 10s));
    EXPECT_EQ(rt->now() - before, 3s) << "a sixteenth is many";
    EXPECT_EQ(left_waiting, (std::vector{false, true, false}))
        << "no room for it; some; room for many";
}

TEST_F(byte_budget_test, who_has_room_is_let_in_when_asked_for) {
    budget.take_anyway(1000);
    later(1s, [&] { EXPECT_TRUE(budget.give_back_for_many(40)); });
    later(2s, [&] { budget.let_in(); });
    const auto before = rt->now();
    EXPECT_TRUE(budget.wait_for(20, 10s));
    EXPECT_EQ(rt->now() - before, 2s);
}

TEST_F(byte_budget_test, waits_no_longer_than_it_may) {
    budget.take_anyway(1000);
    const auto before = rt->now();
    EXPECT_FALSE(budget.wait_for(500, 10s));
    EXPECT_EQ(rt->now() - before, 10s);
    budget.give_back(1000); // nobody waits any more
    EXPECT_TRUE(budget.wait_for(500, 0s));
}

TEST_F(byte_budget_test, who_gives_up_lets_the_next_one_have_what_is_there) {
    budget.take_anyway(800);
    std::optional<future<void>> behind;
    later(1s, [&] { budget.take_anyway(100); });
    later(2s, [&] { behind = budget.space_for(200); });
    later(3s, [&] { budget.give_back(100); });
    EXPECT_FALSE(budget.wait_for(500, 10s));
    rt->run_now();
    ASSERT_TRUE(behind);
    EXPECT_TRUE(behind->ready());
}

TEST_F(byte_budget_test, space_is_announced_first_come_first_served) {
    budget.take_anyway(1000);
    auto first = budget.space_for(600), second = budget.space_for(600), third = budget.space_for(1);
    budget.give_back(500);
    EXPECT_FALSE(first.ready());
    budget.give_back(100);
    EXPECT_TRUE(first.ready());
    EXPECT_FALSE(second.ready()) << "the room was promised to the first";
    EXPECT_FALSE(third.ready()) << "it came last";
    EXPECT_TRUE(budget.try_take(600)); // the first
    budget.give_back(200);
    EXPECT_FALSE(second.ready());
    budget.give_back(700);
    EXPECT_TRUE(second.ready());
}

// Whoever was promised room may not want it any more; then nobody would ever give any back.
TEST_F(byte_budget_test, nobody_waits_for_an_empty_budget) {
    budget.take_anyway(1000);
    auto first = budget.space_for(900), second = budget.space_for(900);
    budget.give_back(1000);
    EXPECT_TRUE(first.ready());
    EXPECT_TRUE(second.ready());
}

TEST_F(byte_budget_test, space_that_is_there_is_announced_at_once) {
    EXPECT_TRUE(budget.space_for(1000).result());
    budget.take_anyway(400);
    EXPECT_TRUE(budget.space_for(600).result());
    EXPECT_FALSE(budget.space_for(601).ready());
}

TEST_F(byte_budget_test, nobody_waits_for_a_closed_one) {
    budget.take_anyway(1000);
    auto waiting = budget.space_for(600);
    later(2s, [&] { budget.close(error(client_errc::closed, "over")); });
    const auto before = rt->now();
    EXPECT_FALSE(budget.wait_for(500, 10s));
    EXPECT_EQ(rt->now() - before, 2s);
    rt->run_now();
    ASSERT_TRUE(waiting.ready());
    EXPECT_EQ(waiting.result().error(), client_errc::closed);
    EXPECT_EQ(budget.space_for(1).result().error(), client_errc::closed);
    EXPECT_FALSE(budget.wait_for(1, 10s));
    budget.give_back(1000); // what was held still comes back
    EXPECT_EQ(budget.held(), 0u);
}

} // namespace
} // namespace kcpp::producing
