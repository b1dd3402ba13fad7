#include "consumer/group/classic/replica_racks.hpp"

#include <algorithm>

namespace kcpp::consuming {

namespace {

std::vector<std::string> racks_of(const cluster::partition& known,
                                  const cluster::snapshot& cluster) {
    std::vector<std::string> racks;
    for (const std::int32_t replica : known.replicas) {
        const auto broker = cluster.brokers.find(replica);
        if (broker != cluster.brokers.end() && !broker->second.rack.empty())
            racks.push_back(broker->second.rack);
    }
    std::ranges::sort(racks);
    racks.erase(std::unique(racks.begin(), racks.end()), racks.end());
    return racks;
}

} // namespace

replica_racks racks_of(const cluster::topic& known, const cluster::snapshot& cluster) {
    replica_racks racks;
    for (const cluster::partition& p : known.partitions)
        racks.push_back(racks_of(p, cluster));
    return racks;
}

bool have_moved(const replica_racks& before, const cluster::topic& known,
                const cluster::snapshot& cluster) {
    for (std::size_t p = 0; p < std::min(before.size(), known.partitions.size()); ++p) {
        const cluster::partition& now = known.partitions[p];
        const bool all_there = std::ranges::all_of(
            now.replicas, [&](std::int32_t r) { return cluster.brokers.contains(r); });
        if (all_there && racks_of(now, cluster) != before[p]) return true;
    }
    return false;
}

} // namespace kcpp::consuming
