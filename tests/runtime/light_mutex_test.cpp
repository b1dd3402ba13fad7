#include "runtime/light_mutex.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <thread>
#include <vector>

namespace kcpp::runtime {
namespace {

TEST(light_mutex, lets_one_thread_in_at_a_time) {
    constexpr int threads = 8, each = 20'000;
    light_mutex mutex;
    int counted = 0; // not atomic: the thread sanitizer sees whoever is in at the same time
    std::latch begin(threads);
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i)
        all.emplace_back([&] {
            begin.arrive_and_wait();
            for (int n = 0; n < each; ++n) {
                std::lock_guard lock(mutex);
                ++counted;
            }
        });
    for (auto& thread : all)
        thread.join();
    EXPECT_EQ(counted, threads * each);
}

TEST(light_mutex, who_comes_while_it_is_held_gets_in_afterwards) {
    light_mutex mutex;
    bool was_in = false;
    mutex.lock();
    std::latch coming(1);
    std::thread other([&] {
        coming.count_down();
        std::lock_guard lock(mutex);
        was_in = true;
    });
    coming.wait();
    // However long that takes, on a machine with other things to do.
    for (int i = 0; i < 1000; ++i)
        std::this_thread::yield();
    EXPECT_FALSE(was_in);
    mutex.unlock();
    other.join();
    EXPECT_TRUE(was_in);
}

} // namespace
} // namespace kcpp::runtime
