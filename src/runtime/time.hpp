#pragma once

#include <chrono>
#include <cstdint>

namespace kcpp::runtime {

/// The runtime's monotonic clock as a type only: it has no `now()`, so that nobody can ask anybody
/// but the runtime for the time.
struct clock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<clock>;
    static constexpr bool is_steady = true;
};

using duration = clock::duration;
using time_point = clock::time_point;

inline constexpr time_point never = time_point::max();

/// `from + span`, which stays `never` instead of overflowing.
constexpr time_point after(time_point from, duration span) {
    return span >= never - from ? never : from + span;
}

} // namespace kcpp::runtime
