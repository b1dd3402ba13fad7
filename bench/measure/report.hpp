#pragma once

#include "measure/costs.hpp"
#include "measure/latencies.hpp"
#include "measure/settings.hpp"
#include "measure/traffic.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace bench {

/// What came of a run.
struct report {
    std::string client{}; ///< "kcpp 0.1.0"
    std::string mode{};   ///< "produce", "consume", "latency"
    std::uint64_t records = 0;
    std::uint64_t failed = 0;
    spent used{};
    /// CPU time that the sending threads took of it: what `send` costs its caller.
    std::optional<std::chrono::nanoseconds> application_cpu{};
    /// From making the client to the first record it hands out.
    std::optional<std::chrono::nanoseconds> first_record{};
    /// Nothing where none were taken.
    const latencies* taken = nullptr;
};

/// Prints it with the settings as one line of JSON, and says whether no record failed.
bool print(const report& r, const settings& s);

/// What came of having nothing to do.
struct idle_report {
    std::string client{};
    spent used{};
    traffic bytes{};
    std::uint64_t fetches = 0;
};
void print(const idle_report& r, const settings& s);

} // namespace bench
