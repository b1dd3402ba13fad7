#include "runtime/real/real_runtime.hpp"
#include "runtime/signal.hpp"
#include "runtime/task_group.hpp"

#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <latch>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace kcpp::runtime {
namespace {

using namespace std::chrono_literals;

class real_runtime_test : public testing::Test {
protected:
    ~real_runtime_test() override {
        rt->stop();
        rt->join(10s);
    }
    /// Runs coroutines and waits until the last one has ended.
    void run(std::vector<task<>> work) {
        std::latch ended(1);
        rt->execute([&] {
            group.on_empty = [&] { ended.count_down(); };
            for (auto& one : work)
                group.spawn(std::move(one));
        });
        ended.wait();
        std::latch quiet(1);
        rt->execute([&] {
            group.on_empty = nullptr;
            quiet.count_down();
        });
        quiet.wait();
    }
    void run(task<> one) {
        std::vector<task<>> work;
        work.push_back(std::move(one));
        run(std::move(work));
    }

    std::shared_ptr<real_runtime> rt = real_runtime::start();
    task_group group{*rt};
};

TEST_F(real_runtime_test, work_is_done_apart_and_its_end_heard_of_on_the_io_thread) {
    std::thread::id worked, io;
    bool done = false;
    run([&]() -> task<> {
        unique_function<void()> work = [&] { worked = std::this_thread::get_id(); };
        done = co_await rt->apart(std::move(work));
        io = std::this_thread::get_id();
        EXPECT_TRUE(rt->on_io_thread());
    }());
    EXPECT_TRUE(done);
    EXPECT_NE(worked, std::thread::id());
    EXPECT_NE(worked, io);
    EXPECT_NE(worked, std::this_thread::get_id());
}

TEST_F(real_runtime_test, work_apart_that_throws_was_not_done) {
    bool done = true;
    run([&]() -> task<> {
        unique_function<void()> work = [] { throw std::bad_alloc(); };
        done = co_await rt->apart(std::move(work));
    }());
    EXPECT_FALSE(done);
}

TEST_F(real_runtime_test, stop_does_not_wait_for_work_apart) {
    const auto hold = std::make_shared<std::latch>(1);
    std::latch begun(1), told(1);
    bool done = true;
    rt->execute([&] {
        rt->start_apart(
            [&begun, hold] {
                begun.count_down();
                hold->wait();
            },
            [&](bool was_done) {
                done = was_done;
                told.count_down();
            });
    });
    begun.wait();
    rt->stop();
    rt->join(10s);
    told.wait();
    EXPECT_FALSE(done);
    hold->count_down();
}

TEST_F(real_runtime_test, the_coarse_time_is_late_by_no_more_than_its_coarseness) {
    for (int i = 0; i < 1000; ++i) {
        const auto before = rt->now();
        const auto coarse = rt->coarse_now();
        EXPECT_GE(coarse, before - runtime::coarseness);
        EXPECT_LE(coarse, rt->now());
    }
}

task<> serve_echo(acceptor& door) {
    connect_result peer = co_await door.accept();
    std::array<std::byte, 64> room;
    for (;;) {
        io_result read =
            co_await peer.connected->read_some(mutable_buffer(room.data(), room.size()));
        if (read.error) break;
        const std::array<const_buffer, 1> pieces{const_buffer(room.data(), read.bytes)};
        co_await peer.connected->write(pieces);
    }
}

task<> ask_echo(real_runtime& rt, std::uint16_t port, std::string& heard) {
    address to{"127.0.0.1", port};
    const auto until = after(rt.now(), 10s);
    connect_result peer = co_await rt.connect(to, until);
    if (peer.error) co_return;
    const std::string hello = "hello, ", world = "world";
    const std::array<const_buffer, 2> pieces{const_buffer(hello.data(), hello.size()),
                                             const_buffer(world.data(), world.size())};
    io_result written = co_await peer.connected->write(pieces);
    EXPECT_EQ(written.bytes, hello.size() + world.size()) << "gathered, and all of it";
    std::array<char, 64> room;
    while (heard.size() < hello.size() + world.size()) {
        io_result read =
            co_await peer.connected->read_some(mutable_buffer(room.data(), room.size()));
        if (read.error) break;
        heard.append(room.data(), read.bytes);
    }
    peer.connected->close();
}

TEST_F(real_runtime_test, streams_carry_bytes_both_ways) {
    const auto door = rt->listen(0);
    std::string heard;
    std::vector<task<>> both;
    both.push_back(serve_echo(*door));
    both.push_back(ask_echo(*rt, door->port(), heard));
    run(std::move(both));
    EXPECT_EQ(heard, "hello, world");
}

task<> connect_to(real_runtime& rt, address to, time_point until, std::error_code& got) {
    connect_result peer = co_await rt.connect(to, until);
    got = peer.error;
}

TEST_F(real_runtime_test, a_closed_port_refuses) {
    std::uint16_t port = 0;
    {
        const auto door = rt->listen(0);
        port = door->port();
    }
    std::error_code got;
    run(connect_to(*rt, {"127.0.0.1", port}, after(rt->now(), 10s), got));
    EXPECT_EQ(got, asio::error::connection_refused);
}

TEST_F(real_runtime_test, an_address_that_is_none_is_an_error) {
    std::error_code got;
    run(connect_to(*rt, {"not an address", 1}, after(rt->now(), 10s), got));
    EXPECT_TRUE(got);
}

TEST_F(real_runtime_test, a_connect_ends_by_its_deadline) {
    std::error_code got;
    // Already over; whatever the network does, it cannot be in time.
    run(connect_to(*rt, {"192.0.2.1", 9}, rt->now(), got));
    EXPECT_TRUE(got);
}

task<> read_until_closed(real_runtime& rt, acceptor& door, std::error_code& got) {
    address to{"127.0.0.1", door.port()};
    const auto until = after(rt.now(), 10s);
    connect_result peer = co_await rt.connect(to, until);
    auto* raw = peer.connected.get();
    rt.execute([raw] { raw->close(); });
    std::array<std::byte, 8> room;
    io_result read = co_await peer.connected->read_some(mutable_buffer(room.data(), room.size()));
    got = read.error;
}

TEST_F(real_runtime_test, closing_a_stream_ends_what_is_outstanding) {
    const auto door = rt->listen(0);
    std::error_code got;
    run(read_until_closed(*rt, *door, got));
    EXPECT_TRUE(got);
}

task<> wait_for(real_runtime& rt, time_point until, wait_end& got) {
    auto alarm = rt.make_timer();
    got = co_await alarm->wait(until);
}
task<> wait_and_cancel(real_runtime& rt, wait_end& got) {
    auto alarm = rt.make_timer();
    auto* raw = alarm.get();
    rt.execute([raw] { raw->cancel(); });
    got = co_await alarm->wait(never);
}

TEST_F(real_runtime_test, timers_expire_or_are_cancelled) {
    wait_end expired = wait_end::cancelled, cancelled = wait_end::expired;
    const auto until = after(rt->now(), 5ms);
    run(wait_for(*rt, until, expired));
    EXPECT_EQ(expired, wait_end::expired);
    EXPECT_GE(rt->now(), until);
    run(wait_and_cancel(*rt, cancelled));
    EXPECT_EQ(cancelled, wait_end::cancelled);
}

TEST_F(real_runtime_test, the_io_thread_is_known) {
    EXPECT_FALSE(rt->on_io_thread());
    std::latch done(1);
    bool there = false;
    rt->execute([&] {
        there = rt->on_io_thread();
        done.count_down();
    });
    done.wait();
    EXPECT_TRUE(there);
}

TEST_F(real_runtime_test, blocking_ends_with_the_event_or_the_limit) {
    detail::event happened;
    EXPECT_FALSE(rt->block(happened, 1ms));
    rt->execute([&] { happened.set(); });
    EXPECT_TRUE(rt->block(happened, std::nullopt));
    EXPECT_TRUE(rt->block(happened, 0ms));
}

TEST_F(real_runtime_test, random_numbers_differ) {
    EXPECT_NE(rt->random(), rt->random());
}

TEST(real_runtime, ends_when_it_is_stopped_and_nothing_is_left) {
    auto rt = real_runtime::start();
    const std::weak_ptr<real_runtime> watched = rt;
    rt->stop();
    rt->join(1h);
    rt.reset();
    EXPECT_TRUE(watched.expired());
}

TEST(real_runtime, stopping_abandons_a_connect) {
    const auto rt = real_runtime::start();
    std::latch ended(1);
    std::error_code got;
    rt->execute([&] {
        // TEST-NET-1 answers nowhere; some systems refuse at once, which is as good.
        rt->start_connect({"192.0.2.1", 9}, never, [&](connect_result r) {
            got = r.error;
            ended.count_down();
        });
    });
    rt->stop();
    ended.wait();
    EXPECT_TRUE(got);
    rt->join(1h);
}

TEST(real_runtime, the_last_reference_may_go_on_the_io_thread) {
    auto rt = real_runtime::start();
    std::latch gone(1);
    auto* raw = rt.get();
    raw->execute([held = std::move(rt), &gone]() mutable {
        held->stop();
        held.reset();
        gone.count_down();
    });
    gone.wait();
}

} // namespace
} // namespace kcpp::runtime
