#include "runtime/promise.hpp"
#include "runtime/real/real_runtime.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

namespace kcpp {
namespace {

using namespace std::chrono_literals;

constexpr int threads = 8;
constexpr int rounds = 500;

class future_threads_test : public testing::Test {
protected:
    ~future_threads_test() override {
        rt->stop();
        rt->join(10s);
    }
    template <class F>
    void in_threads(F f) {
        std::vector<std::jthread> all;
        for (int i = 0; i < threads; ++i)
            all.emplace_back([f, i] { f(i); });
    }

    std::shared_ptr<runtime::real_runtime> rt = runtime::real_runtime::start();
};

TEST_F(future_threads_test, completion_meets_every_way_of_waiting) {
    std::atomic<int> told = 0;
    in_threads([&](int thread) {
        for (int i = 0; i < rounds; ++i) {
            promise<int> made(rt);
            auto waiting = made.get_future();
            rt->execute([made, i] { made.complete(i); });
            switch ((thread + i) % 4) {
            case 0: EXPECT_EQ(waiting.get(), i); break;
            case 1: EXPECT_EQ(*waiting.result(), i); break;
            case 2:
                while (!waiting.result_for(1ms)) {
                }
                break;
            case 3: {
                std::latch called(1);
                waiting.then([&](result<int> r) {
                    EXPECT_EQ(*r, i);
                    called.count_down();
                });
                called.wait();
            }
            }
            ++told;
        }
    });
    EXPECT_EQ(told, threads * rounds);
}

TEST_F(future_threads_test, futures_are_completed_by_any_thread_and_dropped_by_another) {
    std::atomic<int> unobserved = 0;
    class counting final : public detail::future_state<int> {
    public:
        counting(std::shared_ptr<detail::wait_context> context, std::atomic<int>& count)
            : future_state<int>(std::move(context)), count_(count) {}

    protected:
        void unobserved() noexcept override { ++count_; }

    private:
        std::atomic<int>& count_;
    };
    const error failed(client_errc::timed_out, "late");
    in_threads([&](int) {
        for (int i = 0; i < rounds; ++i) {
            promise<int> made(std::make_shared<counting>(rt, unobserved));
            std::latch both(2);
            std::jthread completing([&, waiting = made.get_future()]() mutable {
                both.arrive_and_wait();
                auto dropped = std::move(waiting);
            });
            both.arrive_and_wait();
            made.complete(failed);
        }
    });
    EXPECT_EQ(unobserved, threads * rounds) << "each failure is told exactly once";
}

TEST_F(future_threads_test, work_is_executed_until_the_very_end) {
    for (int i = 0; i < 50; ++i) {
        const auto ending = runtime::real_runtime::start();
        std::atomic<int> ran = 0;
        {
            std::latch together(threads + 1);
            std::vector<std::jthread> all;
            for (int t = 0; t < threads; ++t)
                all.emplace_back([&] {
                    together.arrive_and_wait();
                    for (int n = 0; n < 20; ++n)
                        ending->execute([&] { ++ran; });
                });
            together.arrive_and_wait();
            ending->stop();
            ending->join(10s);
        }
        ending->join(10s);
        EXPECT_EQ(ran, threads * 20) << "at the latest on the thread that asks for it";
    }
}

} // namespace
} // namespace kcpp
