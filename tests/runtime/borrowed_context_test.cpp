#include "runtime/promise.hpp"
#include "runtime/real/real_runtime.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

namespace kcpp::runtime {
namespace {

using namespace std::chrono_literals;

/// Counts what is complained about.
class counting_logger final : public logger {
public:
    bool enabled(log_level) const noexcept override { return true; }
    void write(const log_entry& entry) noexcept override {
        if (entry.level == log_level::error) ++errors;
    }
    std::atomic<int> errors = 0;
};

class borrowed_context_test : public testing::Test {
protected:
    asio::io_context context;
    std::shared_ptr<counting_logger> log = std::make_shared<counting_logger>();
    std::shared_ptr<real_runtime> rt = real_runtime::borrow(context, log);
};

TEST_F(borrowed_context_test, work_runs_where_the_application_runs_the_context) {
    std::thread::id there;
    bool known = false;
    rt->execute([&] {
        there = std::this_thread::get_id();
        known = rt->on_io_thread();
    });
    EXPECT_EQ(there, std::thread::id()) << "nobody runs it yet";
    context.run();
    EXPECT_EQ(there, std::this_thread::get_id());
    EXPECT_TRUE(known);
}

TEST_F(borrowed_context_test, it_does_not_keep_the_context_running) {
    EXPECT_EQ(context.run(), 0u);
}

TEST_F(borrowed_context_test, other_threads_may_block) {
    auto guard = asio::make_work_guard(context);
    std::jthread runner([&] { context.run(); });
    promise<int> made(rt);
    auto waiting = made.get_future();
    rt->execute([made] { made.complete(7); });
    EXPECT_EQ(waiting.get(), 7);
    guard.reset();
}

TEST_F(borrowed_context_test, blocking_inside_the_context_is_refused) {
    promise<int> made(rt);
    auto waiting = made.get_future();
    std::optional<kcpp::result<int>> got;
    rt->execute([&] { got = waiting.result(); });
    context.run();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->error(), client_errc::would_deadlock);
}

TEST_F(borrowed_context_test, who_blocks_after_the_context_has_stopped_runs_it) {
    rt->execute([] {});
    context.run();
    ASSERT_TRUE(context.stopped());
    promise<int> made(rt);
    auto waiting = made.get_future();
    rt->execute([made] { made.complete(7); });
    EXPECT_EQ(waiting.get(), 7);
}

TEST_F(borrowed_context_test, what_is_left_after_such_a_wait_is_run_when_the_runtime_ends) {
    rt->execute([] {});
    context.run();
    promise<void> made(rt);
    auto waiting = made.get_future();
    bool afterwards = false;
    rt->execute([&] {
        made.complete(result<void>());
        rt->execute([&] { afterwards = true; });
    });
    waiting.get();
    EXPECT_TRUE(context.stopped()) << "as the application had left it";
    rt->stop();
    rt->join(10s);
    EXPECT_TRUE(afterwards);
}

TEST_F(borrowed_context_test, a_wait_that_nothing_could_end_is_a_mistake_and_not_a_hang) {
    rt->execute([] {});
    context.run();
    detail::event never_set;
    EXPECT_FALSE(rt->block(never_set, 1ms));
    EXPECT_THROW(rt->block(never_set, std::nullopt), std::logic_error);
}

TEST_F(borrowed_context_test, a_second_thread_is_noticed) {
    rt->execute([] {});
    context.run();
    EXPECT_EQ(log->errors, 0);
    rt->execute([] {});
    context.restart();
    std::jthread([&] { context.run(); }).join();
    EXPECT_EQ(log->errors, 1);
    rt->execute([] {});
    context.restart();
    std::jthread([&] { context.run(); }).join();
    EXPECT_EQ(log->errors, 1) << "said once";
}

TEST_F(borrowed_context_test, the_rest_is_run_when_the_context_has_stopped) {
    rt->execute([] {});
    context.run();
    bool ran = false;
    rt->execute([&] { ran = true; });
    rt->stop();
    rt->join(10s);
    EXPECT_TRUE(ran);
}

} // namespace
} // namespace kcpp::runtime
