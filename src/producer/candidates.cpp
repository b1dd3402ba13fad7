#include "producer/candidates.hpp"

namespace kcpp::producing {

namespace {

template <class Good>
std::vector<partition_id> those(const cluster::topic& of, Good good) {
    std::vector<partition_id> chosen;
    for (std::size_t i = 0; i < of.partitions.size(); ++i)
        if (good(of.partitions[i].leader)) chosen.push_back(static_cast<partition_id>(i));
    return chosen;
}

} // namespace

std::vector<partition_id> candidates(const cluster::topic& of, const cluster::snapshot& known,
                                     std::string_view rack, const std::set<std::int32_t>& stalled) {
    const auto led = [](std::int32_t leader) { return leader >= 0; };
    const auto takes = [&](std::int32_t leader) {
        return led(leader) && !stalled.contains(leader);
    };
    const auto nearby = [&](std::int32_t leader) {
        const auto broker = known.brokers.find(leader);
        return takes(leader) && broker != known.brokers.end() && broker->second.rack == rack;
    };
    if (!rack.empty())
        if (auto chosen = those(of, nearby); !chosen.empty()) return chosen;
    if (auto chosen = those(of, takes); !chosen.empty()) return chosen;
    if (auto chosen = those(of, led); !chosen.empty()) return chosen;
    return those(of, [](std::int32_t) { return true; });
}

} // namespace kcpp::producing
