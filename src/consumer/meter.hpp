#pragma once

#include "runtime/time.hpp"

#include <kcpp/consumer_metrics.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace kcpp::consuming {

/// Counts what the consumer does, by polls, fetches and commits: nothing is counted per record. Any
/// thread.
class meter {
public:
    void handed_out(std::string_view topic, std::uint64_t records);
    void fetched(std::string_view topic, std::size_t bytes);
    enum class outcome { done, failed };
    /// A fetch has its answer, or never will.
    void answered(std::int32_t node, runtime::duration after, outcome what);
    void committed(runtime::duration after, outcome what);
    void assigned();
    void revoked();
    void lost();

    /// What it counts; not what the partitions are, and how much is in memory.
    consumer_metrics read() const;

private:
    /// Does the same to the sums and to the topic's.
    template <class Change>
    void count(std::string_view topic, Change change);

    mutable std::mutex mutex_;
    consumer_metrics counted_;
};

} // namespace kcpp::consuming
