#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

namespace bench {

/// What the process has used up to a moment; the difference of two is what a piece of work cost.
struct costs {
    std::chrono::steady_clock::time_point at{};
    std::chrono::nanoseconds user{};
    std::chrono::nanoseconds system{};
    std::uint64_t context_switches = 0;
    /// How often each thread but the main one has gone to sleep, by thread id. Threads that the
    /// program makes to send from are gone when the work has ended, so these are the client's own.
    std::map<int, std::uint64_t> sleeps{};
    std::optional<std::uint64_t> allocations{};

    static costs now();
};

/// The work between two moments.
struct spent {
    std::chrono::nanoseconds wall{};
    std::chrono::nanoseconds user{};
    std::chrono::nanoseconds system{};
    std::uint64_t context_switches = 0;
    std::uint64_t wakeups = 0;
    std::optional<std::uint64_t> allocations{};
};
spent operator-(const costs& end, const costs& begin);

/// CPU time of the calling thread.
std::chrono::nanoseconds thread_cpu();

/// The most memory that was resident at any time, in bytes.
std::uint64_t peak_resident_bytes();

} // namespace bench
