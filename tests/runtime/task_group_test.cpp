#include "fake/fake_runtime.hpp"
#include "runtime/signal.hpp"
#include "runtime/task_group.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kcpp::runtime {
namespace {

using namespace std::chrono_literals;

task<> sleep(runtime& rt, duration span) {
    const auto until = after(rt.now(), span);
    co_await sleep_until(rt, until);
}
task<> note(bool& ran) {
    ran = true;
    co_return;
}
task<> fail() {
    throw std::runtime_error("a defect");
    co_return;
}

class task_group_test : public testing::Test {
protected:
    fake_runtime rt;
    task_group tasks{rt};
};

TEST_F(task_group_test, counts_what_runs_and_tells_when_the_last_has_ended) {
    int emptied = 0;
    tasks.on_empty = [&] { ++emptied; };
    tasks.spawn(sleep(rt, 10s));
    tasks.spawn(sleep(rt, 20s));
    EXPECT_EQ(tasks.size(), 2u);
    rt.run_for(10s);
    EXPECT_EQ(tasks.size(), 1u);
    EXPECT_EQ(emptied, 0);
    rt.run_for(10s);
    EXPECT_EQ(tasks.size(), 0u);
    EXPECT_EQ(emptied, 1);
}

TEST_F(task_group_test, a_task_does_not_start_inside_the_call_even_on_the_io_thread) {
    bool ran = false;
    bool ran_inside = true;
    rt.execute([&] {
        tasks.spawn(note(ran));
        ran_inside = ran;
    });
    rt.run_now();
    EXPECT_TRUE(ran);
    EXPECT_FALSE(ran_inside);
}

TEST_F(task_group_test, an_exception_does_not_vanish) {
    std::string told;
    tasks.on_failure = [&](std::exception_ptr failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            told = e.what();
        }
    };
    tasks.spawn(fail());
    rt.run_now();
    EXPECT_EQ(told, "a defect");
    EXPECT_EQ(tasks.size(), 0u);
}

} // namespace
} // namespace kcpp::runtime
