#include "fake/fake_runtime.hpp"
#include "fake/outcome.hpp"
#include "runtime/signal.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace kcpp::runtime {
namespace {

using namespace std::chrono_literals;

class signal_test : public testing::Test {
protected:
    outcome<bool> wait(duration span) { return {tasks, news->wait(after(rt.now(), span))}; }

    fake_runtime rt;
    task_group tasks{rt};
    std::optional<signal> news{std::in_place, rt};
};

TEST_F(signal_test, wakes_everybody_who_waits) {
    auto a = wait(10s), b = wait(20s);
    rt.run_now();
    EXPECT_FALSE(a.done());
    news->notify();
    rt.run_now();
    EXPECT_TRUE(*a);
    EXPECT_TRUE(*b);
}

TEST_F(signal_test, waiting_ends_when_the_time_has_passed) {
    const auto asked_at = rt.now();
    auto a = wait(10s);
    rt.run_until([&] { return a.done(); });
    EXPECT_FALSE(*a);
    EXPECT_EQ(rt.now() - asked_at, 10s);
}

TEST_F(signal_test, is_not_remembered) {
    news->notify();
    auto late = wait(10s);
    rt.run_for(9s);
    EXPECT_FALSE(late.done());
    rt.run_for(1s);
    EXPECT_FALSE(*late);
}

TEST_F(signal_test, who_comes_back_waits_for_the_next_one) {
    auto a = wait(10s);
    rt.run_now();
    news->notify();
    auto b = wait(10s);
    rt.run_now();
    EXPECT_TRUE(*a);
    EXPECT_FALSE(b.done());
    rt.run_for(10s);
    EXPECT_FALSE(*b);
}

TEST_F(signal_test, may_go_right_after_it_has_notified) {
    auto a = wait(10s);
    rt.run_now();
    news->notify();
    news.reset();
    rt.run_now();
    EXPECT_TRUE(*a);
}

TEST_F(signal_test, the_alarm_and_the_news_at_the_same_moment_are_news) {
    auto a = wait(10s);
    rt.run_now();
    // At the very moment when the time is up.
    outcome<int> notifier(tasks, [](signal& s, fake_runtime& r) -> task<int> {
        co_await sleep_until(r, after(r.now(), 10s));
        s.notify();
        co_return 1;
    }(*news, rt));
    rt.run_for(10s);
    EXPECT_TRUE(a.done());
    EXPECT_TRUE(notifier.done());
}

} // namespace
} // namespace kcpp::runtime
