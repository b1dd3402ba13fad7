/// A program that runs on Asio itself: its own io_context and timers, while kcpp, with the Asio
/// inside it, works beside them.

#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <asio.hpp>

#include <chrono>
#include <iostream>
#include <string>

namespace {

constexpr int wanted = 100;

/// Sends a record at every tick, and stops the timer when all outcomes are there.
class ticking_producer {
public:
    ticking_producer(asio::io_context& io, const std::string& brokers)
        : io_(io), timer_(io), producer_({.bootstrap_servers = brokers}) {}

    void tick() {
        timer_.expires_after(std::chrono::milliseconds(1));
        timer_.async_wait([this](std::error_code stopped) {
            if (stopped || settled_ == wanted) return;
            if (sent_ < wanted) send();
            tick();
        });
    }

    int delivered() const { return delivered_; }

private:
    void send() {
        const std::string key = std::to_string(sent_++);
        producer_.send({.topic = "ticks", .key = key, .value = "tick"},
                       [this](kcpp::result<kcpp::record_metadata> stored) {
                           asio::post(io_, [this, good = stored.has_value()] {
                               ++settled_;
                               delivered_ += good;
                           });
                       });
    }

    asio::io_context& io_;
    asio::steady_timer timer_;
    kcpp::producer producer_;
    int sent_ = 0;
    int settled_ = 0;
    int delivered_ = 0;
};

} // namespace

int main() {
    kcpp::testing::embedded_cluster cluster;
    cluster.create_topic("ticks");

    asio::io_context io;
    ticking_producer producer(io, cluster.bootstrap_servers());
    producer.tick();
    io.run();

    std::cout << producer.delivered() << " delivered, " << cluster.end_offset("ticks", 0)
              << " stored\n";
    return producer.delivered() == wanted && cluster.end_offset("ticks", 0) == wanted ? 0 : 1;
}
