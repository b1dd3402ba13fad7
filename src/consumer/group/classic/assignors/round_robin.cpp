#include "consumer/group/classic/assignor.hpp"

#include <algorithm>
#include <set>

namespace kcpp::consuming {

/// As in Java, racks change nothing.
group_assignment assign_round_robin(std::vector<group_member> members, const topic_sizes& topics,
                                    const topic_racks& /*racks*/) {
    std::ranges::sort(members, comes_before);
    group_assignment chosen;
    std::vector<std::set<std::string_view>> wanted;
    std::set<std::string_view> subscribed;
    for (const group_member& m : members) {
        chosen[m.id];
        wanted.emplace_back(m.topics.begin(), m.topics.end());
        subscribed.insert(m.topics.begin(), m.topics.end());
    }
    std::size_t turn = 0;
    for (std::string_view topic : subscribed) {
        const auto size = topics.find(std::string(topic));
        if (size == topics.end()) continue;
        for (std::int32_t index = 0; index < size->second; ++index) {
            // Somebody subscribes to it, or it would not be here.
            while (!wanted[turn].contains(topic))
                turn = (turn + 1) % members.size();
            chosen[members[turn].id].push_back({std::string(topic), index});
            turn = (turn + 1) % members.size();
        }
    }
    return chosen;
}

} // namespace kcpp::consuming
