#pragma once

#include <kcpp/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace [[gnu::visibility("default")]] kcpp {

/// What a consumer has done since it was made. Plain numbers, copied at one moment.
struct consumer_metrics {
    /// Of all, or of one topic.
    struct counts {
        /// Handed out; those that a `records()` loop has stepped over, since it last looked around
        /// at the latest.
        std::uint64_t records = 0;
        /// Of the batches that were fetched, as they came, compressed.
        std::uint64_t bytes = 0;

        friend bool operator==(const counts&, const counts&) = default;
    };

    /// Of one broker.
    struct broker_counts {
        /// Fetch requests that ended, answered or not.
        std::uint64_t fetches = 0;
        /// Those that were not answered, or refused as a whole.
        std::uint64_t errors = 0;
        /// From sending a request to its answer, for which a broker may wait up to
        /// `fetch_max_wait`: of all together, and the longest.
        std::chrono::nanoseconds fetch_time{};
        std::chrono::nanoseconds longest_fetch_time{};

        friend bool operator==(const broker_counts&, const broker_counts&) = default;
    };

    /// Of one partition that is assigned now.
    struct partition_state {
        /// As `consumer::position` and `consumer::lag` give them.
        std::optional<offset_t> position{};
        std::optional<std::int64_t> lag{};

        friend bool operator==(const partition_state&, const partition_state&) = default;
    };

    counts total{};
    std::map<std::string, counts, std::less<>> topics{};
    /// By broker id.
    std::map<std::int32_t, broker_counts> brokers{};
    std::map<topic_partition, partition_state> partitions{};

    /// How often the application was told of partitions that came, went or were lost.
    std::uint64_t assignments = 0;
    std::uint64_t revocations = 0;
    std::uint64_t losses = 0;

    /// Commits that the group's coordinator took, and those that failed in the end.
    std::uint64_t commits = 0;
    std::uint64_t failed_commits = 0;
    /// From asking for a commit to its outcome, of all together, and the longest.
    std::chrono::nanoseconds commit_time{};
    std::chrono::nanoseconds longest_commit_time{};

    /// In memory now, of `buffer_bytes`: fetched, unpacked, and in batches that the application
    /// holds.
    std::size_t buffered_bytes = 0;

    friend bool operator==(const consumer_metrics&, const consumer_metrics&) = default;
};

} // namespace kcpp
