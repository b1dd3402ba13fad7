#include "producer/byte_budget.hpp"
#include "threads_that_wait.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;

// Eight threads take and give back at once, and more than the budget holds. None starves, the
// limit holds at every moment, and all comes back.
TEST(byte_budget_stress, eight_threads_share_one_budget) {
    constexpr std::size_t limit = 1000;
    constexpr int rounds = 3000;
    byte_budget budget(limit, threads_that_wait::make());
    std::atomic<std::size_t> in_use = 0;
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 8; ++seed) {
        threads.emplace_back([&, seed] {
            std::mt19937 random(seed);
            for (int i = 0; i < rounds; ++i) {
                const std::size_t bytes = 1 + random() % 600;
                while (!budget.try_take(bytes))
                    ASSERT_TRUE(budget.wait_for(bytes, 60s)) << "a wake-up was lost";
                EXPECT_LE(in_use.fetch_add(bytes) + bytes, limit);
                in_use -= bytes;
                budget.give_back(bytes);
            }
        });
    }
    for (std::thread& t : threads)
        t.join();
    EXPECT_EQ(budget.held(), 0u);
}

TEST(byte_budget_stress, impatient_threads_and_a_close_leave_nothing_behind) {
    byte_budget budget(1000, threads_that_wait::make());
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 7; ++seed) {
        threads.emplace_back([&, seed] {
            std::mt19937 random(seed);
            for (;;) {
                const std::size_t bytes = 1 + random() % 900;
                if (budget.try_take(bytes)) {
                    budget.give_back(bytes);
                } else if (!budget.wait_for(bytes, std::chrono::microseconds(random() % 50))) {
                    auto announced = budget.space_for(bytes);
                    if (announced.ready() && !announced.result()) return;
                }
            }
        });
    }
    threads.emplace_back([&] {
        for (int i = 0; i < 2000; ++i) {
            budget.take_anyway(500);
            budget.give_back(500);
        }
        budget.take_anyway(1000); // from here on everybody has to wait
        budget.close(error(client_errc::closed, "over"));
        budget.give_back(1000);
        budget.take_anyway(1000);
    });
    for (std::thread& t : threads)
        t.join();
    EXPECT_EQ(budget.held(), 1000u);
}

} // namespace
} // namespace kcpp::producing
