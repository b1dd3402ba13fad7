#include "consumer/group/classic/assignor.hpp"

#include <set>
#include <string>

namespace kcpp::consuming {

group_assignment assign_cooperative_sticky(std::vector<group_member> members,
                                           const topic_sizes& topics) {
    std::map<topic_partition, std::set<std::string>> owners;
    for (const group_member& m : members)
        for (const topic_partition& each : m.owned)
            owners[each].insert(m.id);
    group_assignment chosen = assign_sticky(std::move(members), topics);
    for (auto& [id, partitions] : chosen)
        std::erase_if(partitions, [&, &id = id](const topic_partition& each) {
            const auto owned = owners.find(each);
            return owned != owners.end() && !owned->second.contains(id);
        });
    return chosen;
}

} // namespace kcpp::consuming
