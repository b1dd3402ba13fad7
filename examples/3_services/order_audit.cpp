// A service: reads orders, writes an audit record for each, and commits what it read only when what
// it wrote is stored. After a crash some orders are audited twice, and none is missed. SIGTERM ends
// it between two batches.
//
//   order_audit HOST:PORT

#include <kcpp/admin.hpp>
#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <csignal>
#include <iostream>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

constexpr const char* from = "orders";
constexpr const char* to = "orders-audit";

/// Turns SIGINT and SIGTERM into a stop request. To be made before all other threads, as they take
/// its mask over.
class stop_signals {
public:
    stop_signals() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        waiting_ = std::jthread([this](std::stop_token no_longer) {
            const timespec a_moment{.tv_sec = 0, .tv_nsec = 100'000'000};
            while (!no_longer.stop_requested() && !stop_.stop_requested())
                if (sigtimedwait(&signals_, nullptr, &a_moment) > 0) stop_.request_stop();
        });
    }
    std::stop_token token() const { return stop_.get_token(); }

private:
    sigset_t signals_{};
    std::stop_source stop_;
    std::jthread waiting_;
};

void make_sure_of_topic(kcpp::client& client) {
    kcpp::admin admin{client};
    for (auto& [topic, made] : admin.create_topics({{.name = to}}).get())
        if (!made && made.error() != kcpp::broker_errc::topic_already_exists) made.value();
}

std::string audited(const kcpp::consumer_record& order) {
    return std::string(order.topic()) + '-' + std::to_string(order.partition()) + '@' +
           std::to_string(order.offset()) + ' ' + order.value().to_string();
}

void serve(kcpp::consumer& consumer, kcpp::producer& producer, std::stop_token stop) {
    const std::stop_callback wake(stop, [&] { consumer.wake(); });
    while (!stop.stop_requested()) {
        const auto batch = consumer.poll(1s).value();
        if (batch.empty()) continue;
        for (const kcpp::consumer_record& order : batch)
            producer.send({.topic = to,
                           .key = order.key(),
                           .value = audited(order),
                           .headers = {{"auditor", "order_audit"}}});

        // Throws if one of them was not stored: then nothing is committed, and whoever comes next
        // reads this batch again.
        producer.flush().get();
        if (auto committed = consumer.commit(batch).result(); !committed)
            std::clog << "these will come again: " << committed.error().message() << '\n';
        std::clog << "audited " << batch.size() << " orders\n";
    }
}

} // namespace

int main(int count, char** words) try {
    const stop_signals signals;
    kcpp::client client{
        {.bootstrap_servers = count > 1 ? words[1] : "localhost:9092", .client_id = "order-audit"}};
    make_sure_of_topic(client);
    kcpp::producer producer{client};
    kcpp::consumer consumer{client,
                            {.group_id = "order-audit",
                             .offset_reset = kcpp::offset_reset::earliest,
                             .auto_commit = false}};
    consumer.subscribe({from});

    serve(consumer, producer, signals.token());
    consumer.close().value();
    producer.close().get();
} catch (const kcpp::kafka_error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
