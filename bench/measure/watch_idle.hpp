#pragma once

#include "measure/report.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace bench {

/// Lets a consumer come to rest for `settings::seconds`, watches it have nothing to do for as long,
/// and prints what that cost. `poll_for(span)` polls until that is over, `fetches()` says how often
/// the brokers were asked until now.
template <class PollFor, class Fetches>
void watch_idle(std::string client, const settings& s, PollFor poll_for, Fetches fetches) {
    const std::chrono::seconds span(s.seconds);
    poll_for(span);

    const std::uint64_t fetched = fetches();
    const auto carried = traffic::now();
    const auto begin = costs::now();
    poll_for(span);
    const auto end = costs::now();

    print({.client = std::move(client),
           .used = end - begin,
           .bytes = traffic::now() - carried,
           .fetches = fetches() - fetched},
          s);
}

} // namespace bench
