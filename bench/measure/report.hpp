#pragma once

#include "measure/costs.hpp"
#include "measure/latencies.hpp"
#include "measure/settings.hpp"

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
    /// Nothing where none were taken.
    const latencies* taken = nullptr;
};

/// Prints it with the settings as one line of JSON, and says whether no record failed.
bool print(const report& r, const settings& s);

} // namespace bench
