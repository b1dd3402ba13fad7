#include "kcpp_perf/idle.hpp"

#include "kcpp_perf/reading.hpp"
#include "measure/report.hpp"

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
    const std::chrono::seconds span(s.seconds);
    kcpp::consumer consumer = assigned(s, kcpp::offset_reset::latest);
    poll_for(consumer, span);

    const auto fetched = fetches(consumer);
    const auto carried = traffic::now();
    const auto begin = costs::now();
    poll_for(consumer, span);
    const auto end = costs::now();

    print({.client = kcpp_version(),
           .used = end - begin,
           .bytes = traffic::now() - carried,
           .fetches = fetches(consumer) - fetched},
          s);
}

} // namespace bench
