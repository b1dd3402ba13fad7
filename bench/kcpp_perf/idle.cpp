#include "kcpp_perf/idle.hpp"

#include "kcpp_perf/reading.hpp"
#include "measure/watch_idle.hpp"

namespace bench {

namespace {

void poll_for(kcpp::consumer& consumer, std::chrono::seconds span) {
    const auto until = std::chrono::steady_clock::now() + span;
    while (std::chrono::steady_clock::now() < until)
        (void)consumer.poll(std::chrono::seconds(1)).value();
}

std::uint64_t fetches(const kcpp::consumer& consumer) {
    std::uint64_t sum = 0;
    for (const auto& [broker, counts] : consumer.metrics().brokers)
        sum += counts.fetches;
    return sum;
}

} // namespace

void idle(const settings& s) {
    kcpp::consumer consumer = assigned(s, kcpp::offset_reset::latest);
    watch_idle(
        kcpp_version(), s, [&](std::chrono::seconds span) { poll_for(consumer, span); },
        [&] { return fetches(consumer); });
}

} // namespace bench
