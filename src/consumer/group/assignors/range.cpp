#include "consumer/group/assignor.hpp"

#include <algorithm>
#include <set>

namespace kcpp::consuming {

group_assignment assign_range(std::vector<group_member> members, const topic_sizes& topics) {
    std::ranges::sort(members, comes_before);
    group_assignment chosen;
    std::map<std::string_view, std::vector<const group_member*>> subscribers;
    for (const group_member& m : members) {
        chosen[m.id];
        const std::set<std::string_view> once(m.topics.begin(), m.topics.end());
        for (std::string_view topic : once)
            subscribers[topic].push_back(&m);
    }
    for (const auto& [topic, takers] : subscribers) {
        const auto size = topics.find(std::string(topic));
        if (size == topics.end()) continue;
        const auto count = static_cast<std::int32_t>(takers.size());
        const std::int32_t each = size->second / count;
        const std::int32_t larger = size->second % count;
        std::int32_t next = 0;
        for (std::int32_t i = 0; i < count; ++i) {
            const std::int32_t end = next + each + (i < larger ? 1 : 0);
            for (; next < end; ++next)
                chosen[takers[static_cast<std::size_t>(i)]->id].push_back(
                    {std::string(topic), next});
        }
    }
    return chosen;
}

} // namespace kcpp::consuming
