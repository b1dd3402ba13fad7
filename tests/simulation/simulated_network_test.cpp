#include "testing/simulation/simulated_network.hpp"
#include "testing/simulation/simulated_runtime.hpp"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace kcpp::testing {

namespace {

using namespace std::chrono_literals;

class simulated_network_test : public ::testing::Test {
protected:
    void SetUp() override {
        acceptor = broker.listen(0);
        acceptor->start_accept([this](runtime::connect_result came) {
            server = std::move(came.connected);
            if (server) read();
        });
    }
    void TearDown() override {
        client = nullptr;
        server = nullptr;
        acceptor = nullptr;
        w.drain(1h);
        EXPECT_EQ(net.live_streams(), 0u);
    }

    void connect() {
        one.start_connect({"127.0.0.1", acceptor->port()}, runtime::after(w.now(), 10s),
                          [this](runtime::connect_result came) {
                              connect_error = came.error;
                              client = std::move(came.connected);
                              connected_after = w.elapsed();
                          });
        w.drain(20s);
    }
    /// What arrives is in `received`.
    void read() {
        server->start_read(asio::buffer(into), [this](runtime::io_result came) {
            if (came.error) {
                read_error = came.error;
                return;
            }
            received.append(into.data(), came.bytes);
            received_after = w.elapsed();
            read();
        });
    }
    void write(std::string_view text) {
        sent = text;
        piece = asio::buffer(sent);
        client->start_write({&piece, 1}, [this](runtime::io_result came) { write_result = came; });
    }

    world w{1};
    simulated_network net{w};
    simulated_runtime broker{w, net, "broker"};
    simulated_runtime one{w, net, "one"};
    std::unique_ptr<runtime::acceptor> acceptor;
    std::unique_ptr<runtime::stream> client, server;
    std::error_code connect_error, read_error;
    runtime::duration connected_after{}, received_after{};
    std::string sent, received, into = std::string(64, '\0');
    runtime::const_buffer piece;
    std::optional<runtime::io_result> write_result;
};

} // namespace

TEST_F(simulated_network_test, delivers_in_order_however_it_is_cut_up) {
    net.conditions.split_chance = 900'000;
    net.conditions.stall_chance = 200'000;
    connect();
    const std::string text(5000, 'x');
    write(text + "end");
    w.drain(1h);
    EXPECT_EQ(received, text + "end");
    ASSERT_TRUE(write_result);
    EXPECT_EQ(write_result->bytes, received.size());
}

TEST_F(simulated_network_test, nobody_listens_and_the_connect_is_refused) {
    acceptor->close();
    connect();
    EXPECT_EQ(connect_error, asio::error::connection_refused);
}

TEST_F(simulated_network_test, a_cut_holds_bytes_back_until_it_is_healed) {
    connect();
    net.cut("one", acceptor->port(), direction::to_broker);
    write("late");
    w.drain(30s);
    EXPECT_EQ(received, "");
    net.heal("one", acceptor->port(), direction::to_broker);
    w.drain(1s);
    EXPECT_EQ(received, "late");
}

TEST_F(simulated_network_test, a_cut_of_answers_lets_requests_through) {
    connect();
    net.cut("one", acceptor->port(), direction::to_client);
    write("request");
    w.drain(1s);
    EXPECT_EQ(received, "request");
}

TEST_F(simulated_network_test, a_connect_into_a_cut_times_out) {
    net.cut("one", acceptor->port(), direction::to_client);
    connect();
    EXPECT_EQ(connect_error, std::errc::timed_out);
    EXPECT_EQ(connected_after, 10s);
}

TEST_F(simulated_network_test, a_connect_is_tried_again_once_a_cut_is_healed) {
    net.cut("one", acceptor->port(), direction::to_broker);
    w.at(runtime::after(w.now(), 1500ms),
         [&] { net.heal("one", acceptor->port(), direction::to_broker); });
    connect();
    EXPECT_FALSE(connect_error);
    EXPECT_GE(connected_after, 3s); // the third SYN
    EXPECT_LT(connected_after, 4s);
}

TEST_F(simulated_network_test, a_reset_ends_both_sides) {
    connect();
    net.reset_connections("one", acceptor->port());
    write("lost");
    w.drain(1s);
    EXPECT_EQ(read_error, asio::error::connection_reset);
    ASSERT_TRUE(write_result);
    EXPECT_EQ(write_result->error, asio::error::connection_reset);
}

TEST_F(simulated_network_test, closing_is_seen_as_the_end_after_what_was_sent) {
    connect();
    write("last words");
    w.drain(1s);
    client->close();
    w.drain(1s);
    EXPECT_EQ(received, "last words");
    EXPECT_TRUE(runtime::is_end_of_stream(read_error));
}

TEST_F(simulated_network_test, a_full_window_stops_the_writer_until_somebody_reads) {
    net.conditions.window_bytes = 10;
    net.conditions.split_chance = 0;
    connect();
    w.freeze(simulated_network::participant(acceptor->port()));
    write(std::string(70'000, 'x')); // more than goes at once
    w.drain(1min);
    EXPECT_FALSE(write_result);
    w.thaw(simulated_network::participant(acceptor->port()));
    w.drain(1min);
    EXPECT_TRUE(write_result);
    EXPECT_EQ(received.size(), 70'000u);
}

TEST_F(simulated_network_test, a_frozen_process_reads_nothing_but_the_system_accepts_for_it) {
    w.freeze(simulated_network::participant(acceptor->port()));
    connect();
    EXPECT_FALSE(connect_error);
    write("hello");
    w.drain(1min);
    EXPECT_TRUE(write_result);
    EXPECT_EQ(received, "");
    w.thaw(simulated_network::participant(acceptor->port()));
    w.drain(1s);
    EXPECT_EQ(received, "hello");
}

TEST_F(simulated_network_test, the_timers_of_a_frozen_participant_wait) {
    auto timer = one.make_timer();
    runtime::duration rang{};
    timer->start_wait(runtime::after(w.now(), 1s), [&](runtime::wait_end) { rang = w.elapsed(); });
    w.freeze("one");
    w.at(runtime::after(w.now(), 5s), [&] { w.thaw("one"); });
    w.drain(1min);
    EXPECT_EQ(rang, 5s);
}

TEST_F(simulated_network_test, memory_that_changes_while_it_is_written_is_seen) {
    net.conditions.split_chance = 0;
    connect();
    write(std::string(100'000, 'x'));
    sent.back() = 'y';
    EXPECT_THROW(w.drain(1min), std::logic_error);
    client->close();
}

TEST_F(simulated_network_test, each_purpose_has_random_numbers_of_its_own) {
    world twin(1);
    simulated_network other(twin);
    (void)other.random().next();
    simulated_runtime again(twin, other, "one");
    EXPECT_EQ(one.random(), again.random());
}

} // namespace kcpp::testing
