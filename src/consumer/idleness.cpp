// What a consumer tells of itself: why nothing comes, and what it has done.

#include "consumer/core.hpp"

namespace kcpp::consuming {

std::vector<idle_partition> core::why_not_fetching() const {
    const auto now = cluster_->rt().now();
    std::vector<idle_partition> idle;
    for (auto& each : table_.idle(now)) {
        std::string why = std::move(each.reason);
        if (why.empty() && !life_.lease_holds(now))
            why = "the group's coordinator has not been heard of for a session, and somebody else "
                  "may have it by now";
        if (why.empty()) why = fetcher_.why_not(each.source);
        if (!why.empty()) idle.push_back({std::move(each.place), std::move(why)});
    }
    return idle;
}

consumer_metrics core::metrics() const {
    consumer_metrics now = meter_.read();
    for (const topic_partition& place : table_.assignment()) {
        auto& state = now.partitions[place];
        if (const auto next = table_.next(place)) state.position = next->offset;
        state.lag = table_.lag(place, options_.isolation_level);
    }
    now.buffered_bytes = fetcher_.buffered_bytes();
    return now;
}

} // namespace kcpp::consuming
