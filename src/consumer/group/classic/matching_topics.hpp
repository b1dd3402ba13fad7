#pragma once

#include "consumer/group/classic/topic_matcher.hpp"
#include "protocol/metadata.hpp"
#include "runtime/time.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// Which of all topics match a pattern, as one list of them after the other comes in. No I/O and no
/// clock.
class matching_topics {
public:
    /// How long a topic must be missing from the lists before it counts as deleted: a broker that
    /// has just started may not know it yet (L2), and what is given up is missed by somebody.
    static constexpr runtime::duration missing_means_deleted = std::chrono::seconds(15);

    explicit matching_topics(topic_matcher pattern) : pattern_(std::move(pattern)) {}

    /// Takes an answer about all topics. Whether `names` has changed. An answer without brokers
    /// comes from one that is starting, and is left alone (L11).
    bool apply(const protocol::metadata::response& said, runtime::time_point now);
    /// Sorted.
    const std::vector<std::string>& names() const noexcept { return names_; }
    /// When one that is missing will have been so for long enough.
    runtime::time_point next_deletion() const noexcept { return next_deletion_; }

private:
    struct verdict {
        bool matches = false;
        /// The list that it was in last.
        std::uint64_t list = 0;
        runtime::time_point missing_since = runtime::never;
    };
    void list_names(runtime::time_point now);

    topic_matcher pattern_;
    /// Of the topics that are listed: no name is matched twice as long as it is there.
    std::map<std::string, verdict, std::less<>> known_;
    std::uint64_t lists_ = 0;
    std::vector<std::string> names_;
    runtime::time_point next_deletion_ = runtime::never;
};

} // namespace kcpp::consuming
