#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace [[gnu::visibility("default")]] kcpp {

/// What a producer has done since it was made. Plain numbers, copied at one moment.
struct producer_metrics {
    /// Of all, or of one topic.
    struct counts {
        /// Reported as delivered.
        std::uint64_t records = 0;
        /// Of the delivered batches as they were sent, compressed, with their heads.
        std::uint64_t bytes = 0;
        /// Delivered.
        std::uint64_t batches = 0;
        /// How often a batch was sent again.
        std::uint64_t retries = 0;
        /// Records reported as not delivered, or as of unknown outcome.
        std::uint64_t errors = 0;

        friend bool operator==(const counts&, const counts&) = default;
    };

    /// Of one broker.
    struct broker_counts {
        /// Produce requests that ended, answered or not.
        std::uint64_t requests = 0;
        /// Sent in them, those sent again included.
        std::uint64_t batches = 0;
        std::uint64_t bytes = 0;
        /// Batches that it refused, or left without an answer.
        std::uint64_t errors = 0;
        /// From sending a request to its answer: of all together, and the longest.
        std::chrono::nanoseconds request_time{};
        std::chrono::nanoseconds longest_request_time{};

        friend bool operator==(const broker_counts&, const broker_counts&) = default;
    };

    counts total{};
    std::map<std::string, counts, std::less<>> topics{};
    /// By broker id.
    std::map<std::int32_t, broker_counts> brokers{};

    /// From a batch's first record to the batch's first sending: of all batches that were sent
    /// together, their number, and the longest.
    std::chrono::nanoseconds queue_time{};
    std::uint64_t queued_batches = 0;
    std::chrono::nanoseconds longest_queue_time{};

    /// In memory now, of `buffer_bytes`.
    std::size_t buffered_bytes = 0;

    friend bool operator==(const producer_metrics&, const producer_metrics&) = default;
};

} // namespace kcpp
