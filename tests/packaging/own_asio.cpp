/// A program that runs on Asio itself: one io_context for its own timer and, lent to it, kcpp.

#include <kcpp/asio.hpp>
#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <asio.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>

namespace {

constexpr int wanted = 100;

/// A record at every tick of the program's own timer.
asio::awaitable<int> send_ticks(kcpp::producer& producer) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    int delivered = 0;
    for (int i = 0; i < wanted; ++i) {
        timer.expires_after(std::chrono::milliseconds(1));
        co_await timer.async_wait(asio::use_awaitable);
        const std::string key = std::to_string(i);
        auto sent = producer.send({.topic = "ticks", .key = key, .value = "tick"});
        const auto stored = co_await kcpp::async_wait(std::move(sent), asio::use_awaitable);
        delivered += stored.offset == i;
    }
    co_return delivered;
}

} // namespace

int main() {
    kcpp::testing::embedded_cluster cluster;
    cluster.create_topic("ticks");

    asio::io_context io;
    kcpp::client client = kcpp::make_client(io, {.bootstrap_servers = cluster.bootstrap_servers()});
    kcpp::producer producer{client};
    int delivered = 0;
    asio::co_spawn(io, send_ticks(producer), [&](std::exception_ptr failed, int count) {
        if (failed) std::rethrow_exception(failed);
        delivered = count;
        io.stop(); // otherwise kcpp's connections keep it running
    });
    io.run();

    std::cout << delivered << " delivered, " << cluster.end_offset("ticks", 0) << " stored\n";
    return delivered == wanted && cluster.end_offset("ticks", 0) == wanted ? 0 : 1;
}
