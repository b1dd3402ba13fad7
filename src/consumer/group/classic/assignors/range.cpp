#include "consumer/group/classic/assignor.hpp"

#include <algorithm>

namespace kcpp::consuming {

group_assignment assign_range(std::vector<group_member> members, const topic_sizes& topics) {
    std::ranges::sort(members, comes_before);
    group_assignment chosen;
    for (const group_member& m : members)
        chosen[m.id];
    for (const auto& [topic, takers] : subscribers_of(members)) {
        const auto size = topics.find(std::string(topic));
        if (size == topics.end()) continue;
        const auto count = static_cast<std::int32_t>(takers.size());
        const std::int32_t each = size->second / count;
        const std::int32_t larger = size->second % count;
        std::int32_t next = 0;
        for (std::int32_t i = 0; i < count; ++i) {
            const std::int32_t end = next + each + (i < larger ? 1 : 0);
            for (; next < end; ++next)
                chosen[members[takers[static_cast<std::size_t>(i)]].id].push_back(
                    {std::string(topic), next});
        }
    }
    return chosen;
}

} // namespace kcpp::consuming
