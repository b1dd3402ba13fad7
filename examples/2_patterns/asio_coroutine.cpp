// kcpp on the application's own io_context, in Asio's coroutines: one thread does everything.

#include <kcpp/asio.hpp>
#include <kcpp/producer.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <iostream>
#include <string>

asio::awaitable<void> send_some(asio::io_context& io, std::string brokers) {
    // Owned by the coroutine: when it ends they go, and io_context::run has nothing left to do.
    kcpp::client client = kcpp::make_client(io, {.bootstrap_servers = brokers});
    kcpp::producer producer{client};

    asio::steady_timer timer(io);
    for (int i = 0; i < 3; ++i) {
        const std::string key = "customer-" + std::to_string(i);
        auto stored = co_await kcpp::async_wait(
            producer.send({.topic = "orders", .key = key, .value = "paid"}), asio::use_awaitable);
        std::cout << key << " is in partition " << stored.partition << " at " << stored.offset
                  << std::endl;
        timer.expires_after(std::chrono::milliseconds(100));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_await kcpp::async_wait(producer.close(), asio::use_awaitable);
}

int main(int count, char** words) try {
    asio::io_context io(1);
    asio::co_spawn(io, send_some(io, count > 1 ? words[1] : "localhost:9092"),
                   [](std::exception_ptr failure) {
                       if (failure) std::rethrow_exception(failure);
                   });
    io.run();
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
