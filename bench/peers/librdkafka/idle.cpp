#include "measure/watch_idle.hpp"
#include "peers/librdkafka/reading.hpp"
#include "peers/librdkafka/runs.hpp"

#include <nlohmann/json.hpp>

#include <atomic>

namespace bench::rdkafka {

namespace {

/// librdkafka counts its requests itself, and tells now and then.
int count_fetches(rd_kafka_t*, char* told, std::size_t size, void* into) {
    std::uint64_t sum = 0;
    const auto statistics = nlohmann::json::parse(std::string_view(told, size));
    for (const auto& broker : statistics.at("brokers"))
        sum += broker.at("req").value("Fetch", std::uint64_t{0});
    *static_cast<std::atomic<std::uint64_t>*>(into) = sum;
    return 0; // librdkafka frees the text
}

void poll_for(const client& consumer, std::chrono::seconds span) {
    const auto until = std::chrono::steady_clock::now() + span;
    while (std::chrono::steady_clock::now() < until)
        if (auto* m = rd_kafka_consumer_poll(consumer.get(), 1000)) rd_kafka_message_destroy(m);
}

} // namespace

void idle(const settings& s, const properties& extra) {
    std::atomic<std::uint64_t> fetches{0};
    configuration c = consuming(s, extra);
    c.set("statistics.interval.ms", "1000");
    rd_kafka_conf_set_opaque(c.get(), &fetches);
    rd_kafka_conf_set_stats_cb(c.get(), &count_fetches);
    const client consumer = make_client(RD_KAFKA_CONSUMER, std::move(c));
    rd_kafka_poll_set_consumer(consumer.get());
    assign(consumer, s.topic, RD_KAFKA_OFFSET_END);
    watch_idle(
        version(), s, [&](std::chrono::seconds span) { poll_for(consumer, span); },
        [&] { return fetches.load(); });
    rd_kafka_consumer_close(consumer.get());
}

} // namespace bench::rdkafka
