#include "runtime/promise.hpp"
#include "runtime/real/real_runtime.hpp"
#include "runtime/task_group.hpp"

#include <kcpp/error.hpp>

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <latch>
#include <string>
#include <utility>

namespace kcpp {
namespace {

using namespace std::chrono_literals;

/// A coroutine type of the application's own, which nobody waits for.
struct fire_and_forget {
    struct promise_type {
        fire_and_forget get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { throw; }
    };
};

class future_test : public testing::Test {
protected:
    ~future_test() override {
        rt->stop();
        rt->join(10s);
    }
    error some_error() const { return error(client_errc::timed_out, "it took too long"); }
    /// Runs something on the I/O thread, and waits until it has run.
    template <class F>
    void on_io_thread(F f) {
        std::latch done(1);
        rt->execute([&] {
            f();
            done.count_down();
        });
        done.wait();
    }
    void complete_later(const promise<std::string>& p, result<std::string> with) {
        rt->execute([p, with = std::move(with)] { p.complete(with); });
    }

    std::shared_ptr<runtime::real_runtime> rt = runtime::real_runtime::start();
    promise<std::string> made{rt};
    future<std::string> waiting = made.get_future();
};

TEST_F(future_test, get_gives_the_value) {
    EXPECT_FALSE(waiting.ready());
    complete_later(made, std::string("done"));
    EXPECT_EQ(waiting.get(), "done");
    EXPECT_FALSE(waiting.valid());
}

TEST_F(future_test, get_throws_the_failure) {
    complete_later(made, some_error());
    try {
        waiting.get();
        FAIL();
    } catch (const kafka_error& e) {
        EXPECT_EQ(e.detail(), client_errc::timed_out);
        EXPECT_STREQ(e.what(), "it took too long");
    }
}

TEST_F(future_test, result_gives_either_without_throwing) {
    complete_later(made, some_error());
    EXPECT_EQ(waiting.result().error(), client_errc::timed_out);
}

TEST_F(future_test, result_for_gives_nothing_until_it_is_there_and_can_be_asked_again) {
    EXPECT_FALSE(waiting.result_for(0ms));
    EXPECT_TRUE(waiting.valid());
    made.complete(std::string("done"));
    EXPECT_TRUE(waiting.ready());
    const auto got = waiting.result_for(0ms);
    ASSERT_TRUE(got);
    EXPECT_EQ(**got, "done");
    EXPECT_FALSE(waiting.valid());
}

TEST_F(future_test, then_is_called_on_the_io_thread) {
    std::latch called(1);
    std::string got;
    bool there = false;
    waiting.then([&](result<std::string> r) {
        got = *r;
        there = rt->on_io_thread();
        called.count_down();
    });
    made.complete(std::string("done"));
    called.wait();
    EXPECT_EQ(got, "done");
    EXPECT_TRUE(there);
}

TEST_F(future_test, then_is_called_for_an_outcome_that_is_there_already) {
    made.complete(some_error());
    std::latch called(1);
    waiting.then([&](result<std::string> r) {
        EXPECT_FALSE(r);
        EXPECT_TRUE(rt->on_io_thread());
        called.count_down();
    });
    called.wait();
}

fire_and_forget await(future<std::string> what, std::string& into, std::latch& done) {
    try {
        into = co_await std::move(what);
    } catch (const kafka_error& e) {
        into = e.what();
    }
    done.count_down();
}

TEST_F(future_test, co_await_gives_the_value_in_any_coroutine) {
    std::latch done(1);
    std::string got;
    await(std::move(waiting), got, done);
    made.complete(std::string("done"));
    done.wait();
    EXPECT_EQ(got, "done");
}

TEST_F(future_test, co_await_throws_the_failure) {
    std::latch done(1);
    std::string got;
    made.complete(some_error());
    await(std::move(waiting), got, done);
    done.wait();
    EXPECT_EQ(got, "it took too long");
}

/// Runs what it is given when it is told to.
class by_hand final : public executor {
public:
    void execute(unique_function<void()> work) override {
        std::lock_guard lock(mutex_);
        work_ = std::move(work);
        arrived_.count_down();
    }
    void run() {
        arrived_.wait();
        std::lock_guard lock(mutex_);
        std::exchange(work_, nullptr)();
    }

private:
    std::mutex mutex_;
    unique_function<void()> work_;
    std::latch arrived_{1};
};

TEST_F(future_test, via_moves_what_follows_to_another_place) {
    const auto place = std::make_shared<by_hand>();
    std::thread::id there;
    std::move(waiting).via(place).then(
        [&](result<std::string>) { there = std::this_thread::get_id(); });
    made.complete(std::string("done"));
    place->run();
    EXPECT_EQ(there, std::this_thread::get_id());
}

TEST_F(future_test, via_moves_coroutines_too) {
    const auto place = std::make_shared<by_hand>();
    std::latch done(1);
    std::string got;
    await(std::move(waiting).via(place), got, done);
    made.complete(std::string("done"));
    place->run();
    done.wait();
    EXPECT_EQ(got, "done");
}

TEST_F(future_test, an_outcome_can_be_taken_once) {
    made.complete(std::string("done"));
    waiting.get();
    EXPECT_THROW(waiting.get(), std::logic_error);
    EXPECT_THROW((void)waiting.result(), std::logic_error);
    EXPECT_THROW((void)waiting.result_for(0ms), std::logic_error);
    EXPECT_THROW(waiting.then([](result<std::string>) {}), std::logic_error);
    EXPECT_THROW((void)std::move(waiting).via(nullptr), std::logic_error);
    EXPECT_THROW((void)future<int>().get(), std::logic_error);
}

TEST_F(future_test, blocking_on_the_io_thread_is_refused) {
    on_io_thread([&] {
        try {
            waiting.get();
            ADD_FAILURE();
        } catch (const kafka_error& e) {
            EXPECT_EQ(e.detail(), client_errc::would_deadlock);
        }
    });
    promise<int> other(rt);
    auto also = other.get_future();
    on_io_thread([&] {
        const auto refused = also.result_for(1h);
        ASSERT_TRUE(refused);
        EXPECT_EQ(refused->error(), client_errc::would_deadlock);
    });
}

TEST_F(future_test, what_is_there_can_be_taken_on_the_io_thread) {
    made.complete(std::string("done"));
    on_io_thread([&] { EXPECT_EQ(waiting.get(), "done"); });
}

TEST_F(future_test, dropping_a_future_does_not_disturb_the_operation) {
    {
        auto dropped = std::move(waiting);
    }
    made.complete(std::string("done"));
}

TEST_F(future_test, callbacks_that_throw_do_not_end_the_io_thread) {
    std::latch called(1);
    waiting.then([&](result<std::string>) {
        called.count_down();
        throw std::runtime_error("the application's own");
    });
    complete_later(made, std::string("done"));
    called.wait();
    on_io_thread([] {}); // it still runs
}

/// Hears of failures that nobody looked at.
class observed_state final : public detail::future_state<int> {
public:
    observed_state(std::shared_ptr<detail::wait_context> context, int& count)
        : future_state<int>(std::move(context)), count_(count) {}

protected:
    void unobserved() noexcept override { ++count_; }

private:
    int& count_;
};

TEST_F(future_test, a_failure_that_nobody_looks_at_is_told_once) {
    int unobserved = 0;
    const auto state = [&] { return std::make_shared<observed_state>(rt, unobserved); };
    const error failed = some_error();
    {
        promise<int> p(state());
        {
            auto dropped = p.get_future();
        }
        EXPECT_EQ(unobserved, 0);
        p.complete(failed);
        EXPECT_EQ(unobserved, 1) << "dropped before it failed";
    }
    {
        promise<int> p(state());
        auto dropped = p.get_future();
        p.complete(failed);
        EXPECT_EQ(unobserved, 1);
    }
    EXPECT_EQ(unobserved, 2) << "dropped after it failed";
    {
        promise<int> p(state());
        auto looked_at = p.get_future();
        p.complete(failed);
        EXPECT_FALSE(looked_at.result());
    }
    {
        promise<int> p(state());
        {
            auto dropped = p.get_future();
        }
        p.complete(1);
    }
    EXPECT_EQ(unobserved, 2) << "seen, or no failure";
}

TEST_F(future_test, assigning_over_a_future_drops_the_old_one) {
    int unobserved = 0;
    promise<int> p(std::make_shared<observed_state>(rt, unobserved));
    auto held = p.get_future();
    p.complete(some_error());
    held = future<int>();
    EXPECT_EQ(unobserved, 1);
}

TEST_F(future_test, futures_of_nothing_tell_success) {
    promise<void> p(rt);
    auto done = p.get_future();
    p.complete({});
    done.get();
}

TEST_F(future_test, outcomes_arrive_even_after_the_io_thread_has_ended) {
    rt->stop();
    rt->join(10s);
    made.complete(std::string("done"));
    std::string got;
    waiting.then([&](result<std::string> r) { got = *r; });
    EXPECT_EQ(got, "done") << "on this thread, as there is no other";
}

} // namespace
} // namespace kcpp
