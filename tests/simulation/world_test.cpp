#include "testing/simulation/world.hpp"

#include <asio/post.hpp>
#include <gtest/gtest.h>

#include <string>

namespace kcpp::testing {

namespace {

using namespace std::chrono_literals;

/// Threads that wake each other and sleep, as the seed orders them.
std::pair<std::uint64_t, std::string> play(std::uint64_t seed) {
    world w(seed);
    std::string told;
    for (const char name : {'a', 'b', 'c'})
        w.start_thread(std::string(1, name), [&w, &told, name] {
            for (int i = 0; i < 5; ++i) {
                told += name;
                w.mix(static_cast<std::uint64_t>(name));
                w.sleep(1ms);
            }
        });
    w.run(1s);
    return {w.trace_hash(), told};
}

} // namespace

TEST(world, sleeping_takes_virtual_time_only) {
    world w(1);
    w.start_thread("sleeper", [&] { w.sleep(24h); });
    w.run(25h);
    EXPECT_EQ(w.elapsed(), 24h);
}

TEST(world, events_of_one_moment_keep_their_order) {
    world w(1);
    std::string told;
    const auto when = runtime::after(w.now(), 1s);
    w.at(when, [&] { told += 'a'; });
    w.at(when, [&] { told += 'b'; });
    w.at(runtime::after(w.now(), 500ms), [&] { told += '0'; });
    w.drain(1min);
    EXPECT_EQ(told, "0ab");
}

TEST(world, a_cancelled_event_never_comes) {
    world w(1);
    bool came = false;
    const auto id = w.at(runtime::after(w.now(), 1s), [&] { came = true; });
    w.cancel(id);
    w.drain(1min);
    EXPECT_FALSE(came);
}

TEST(world, waiting_ends_when_the_event_is_set) {
    world w(1);
    detail::event e;
    bool in_time = false;
    w.at(runtime::after(w.now(), 2s), [&] { e.set(); });
    w.start_thread("waiter", [&] { in_time = w.block(e, 5s); });
    w.run(1min);
    EXPECT_TRUE(in_time);
    EXPECT_EQ(w.elapsed(), 2s);
}

TEST(world, waiting_ends_at_its_limit) {
    world w(1);
    detail::event never_set;
    bool in_time = true;
    w.start_thread("waiter", [&] { in_time = w.block(never_set, 5s); });
    w.run(1min);
    EXPECT_FALSE(in_time);
    EXPECT_EQ(w.elapsed(), 5s);
}

// The waiting threads below are woken after the test, so that their stacks end.

TEST(world, a_lost_wake_up_is_seen) {
    world w(1);
    detail::event forgotten;
    w.start_thread("waiter", [&] { w.block(forgotten, std::nullopt); });
    EXPECT_THROW(w.run(1min), stuck);
    forgotten.set();
    w.run(1min);
}

TEST(world, what_never_ends_is_seen) {
    world w(1);
    bool stop = false;
    w.start_thread("worker", [&] {
        while (!stop)
            w.sleep(1s);
    });
    EXPECT_THROW(w.run(1min), std::runtime_error);
    stop = true;
    w.run(1min);
}

TEST(world, work_without_end_in_one_moment_is_seen) {
    world w(1);
    bool stop = false;
    std::function<void()> again = [&] {
        if (!stop) asio::post(w.io(), again);
    };
    asio::post(w.io(), again);
    w.start_thread("waiter", [&] { w.sleep(1s); });
    EXPECT_THROW(w.run(1min), spinning);
    stop = true;
    w.run(1min);
}

TEST(world, what_escapes_a_thread_comes_out) {
    world w(1);
    w.start_thread("thrower", [] { throw std::invalid_argument("escaped"); });
    EXPECT_THROW(w.run(1min), std::invalid_argument);
}

TEST(world, the_same_seed_goes_the_same_way) {
    EXPECT_EQ(play(7), play(7));
}

TEST(world, seeds_order_threads_differently) {
    std::set<std::string> ways;
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        ways.insert(play(seed).second);
    EXPECT_GT(ways.size(), 10u);
}

TEST(world, a_frozen_participant_stands_still) {
    world w(1);
    runtime::duration frozen_woke{}, other_woke{};
    w.start_thread(
        "frozen",
        [&] {
            w.sleep(1s);
            frozen_woke = w.elapsed();
        },
        "one");
    w.start_thread(
        "other",
        [&] {
            w.sleep(1s);
            other_woke = w.elapsed();
        },
        "two");
    w.at(runtime::after(w.now(), 500ms), [&] { w.freeze("one"); });
    w.at(runtime::after(w.now(), 10s), [&] { w.thaw("one"); });
    w.run(1min);
    EXPECT_EQ(other_woke, 1s);
    EXPECT_EQ(frozen_woke, 10s);
}

} // namespace kcpp::testing
