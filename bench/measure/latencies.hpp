#pragma once

#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <vector>

namespace bench {

/// Durations of single records, taken by any thread without a lock or an allocation.
class latencies {
public:
    explicit latencies(std::size_t at_most) : taken_(at_most) {}

    void add(std::chrono::nanoseconds latency) noexcept {
        const std::size_t at = count_.fetch_add(1, std::memory_order_relaxed);
        if (at < taken_.size()) taken_[at] = latency;
    }

    /// {"p50", "p99", "p99.9", "max"} in microseconds, by nearest rank; null if nothing was taken.
    /// Not while others add.
    nlohmann::ordered_json summary() const;

private:
    std::vector<std::chrono::nanoseconds> taken_;
    std::atomic<std::size_t> count_{0};
};

} // namespace bench
