#include "consumer/group/classic/assignor.hpp"

#include "options/strategy_names.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kcpp::consuming {

std::string_view name_of(assignment_strategy strategy) noexcept {
    return options::name_of(strategy);
}

std::optional<assignment_strategy> strategy_named(std::string_view name) noexcept {
    for (const auto& known : options::strategy_choices)
        if (name_of(known.meaning) == name) return known.meaning;
    return std::nullopt;
}

bool is_cooperative(assignment_strategy strategy) noexcept {
    return strategy == assignment_strategy::cooperative_sticky;
}

group_assignment assign(assignment_strategy strategy, std::vector<group_member> members,
                        const topic_sizes& topics, const topic_racks& racks) {
    switch (strategy) {
    case assignment_strategy::range: return assign_range(std::move(members), topics, racks);
    case assignment_strategy::round_robin:
        return assign_round_robin(std::move(members), topics, racks);
    case assignment_strategy::sticky: return assign_sticky(std::move(members), topics, racks);
    case assignment_strategy::cooperative_sticky:
        return assign_cooperative_sticky(std::move(members), topics, racks);
    }
    return {};
}

claims_of_members claims_of(const std::vector<group_member>& members) {
    claims_of_members claims;
    for (const group_member& m : members)
        for (const topic_partition& each : m.owned) {
            auto& owners = claims[each];
            if (owners.empty() || owners.back() != m.id) owners.push_back(m.id);
        }
    return claims;
}

bool belongs_to_others(const claims_of_members& claims, const topic_partition& place,
                       std::string_view member_id) {
    const auto owners = claims.find(place);
    return owners != claims.end() &&
           std::ranges::find(owners->second, member_id) == owners->second.end();
}

topic_subscribers subscribers_of(const std::vector<group_member>& members) {
    topic_subscribers subscribers;
    // Most members of a group subscribe to the same: those are looked up once.
    const std::vector<std::string>* looked_up = nullptr;
    std::vector<std::vector<std::size_t>*> same;
    for (std::size_t m = 0; m < members.size(); ++m) {
        const std::vector<std::string>& wanted = members[m].topics;
        if (looked_up == nullptr || wanted != *looked_up) {
            same.clear();
            for (std::string_view topic : std::set<std::string_view>(wanted.begin(), wanted.end()))
                same.push_back(&subscribers[topic]);
            looked_up = &wanted;
        }
        for (std::vector<std::size_t>* const of_topic : same)
            of_topic->push_back(m);
    }
    return subscribers;
}

bool comes_before(const group_member& a, const group_member& b) {
    if (a.instance_id && b.instance_id) return *a.instance_id < *b.instance_id;
    if (a.instance_id || b.instance_id) return a.instance_id.has_value();
    return a.id < b.id;
}

} // namespace kcpp::consuming
