#include "consumer/group/classic/assignor.hpp"

namespace kcpp::consuming {

group_assignment assign_cooperative_sticky(std::vector<group_member> members,
                                           const topic_sizes& topics, const topic_racks& racks) {
    const std::vector<group_member> before = members;
    const claims_of_members claims = claims_of(before);
    group_assignment chosen = assign_sticky(std::move(members), topics, racks);
    for (auto& [id, partitions] : chosen)
        std::erase_if(partitions, [&, &id = id](const topic_partition& each) {
            return belongs_to_others(claims, each, id);
        });
    return chosen;
}

} // namespace kcpp::consuming
