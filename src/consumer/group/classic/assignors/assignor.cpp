#include "consumer/group/classic/assignor.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace kcpp::consuming {

namespace {

struct named_strategy {
    assignment_strategy strategy;
    std::string_view name;
    group_assignment (*assign)(std::vector<group_member>, const topic_sizes&);
};

constexpr named_strategy strategies[] = {
    {assignment_strategy::range, "range", assign_range},
    {assignment_strategy::round_robin, "roundrobin", assign_round_robin},
    {assignment_strategy::sticky, "sticky", assign_sticky},
    {assignment_strategy::cooperative_sticky, "cooperative-sticky", assign_cooperative_sticky},
};

} // namespace

std::string_view name_of(assignment_strategy strategy) noexcept {
    const auto* known = std::ranges::find(strategies, strategy, &named_strategy::strategy);
    return known == std::end(strategies) ? std::string_view() : known->name;
}

std::optional<assignment_strategy> strategy_named(std::string_view name) noexcept {
    const auto* known = std::ranges::find(strategies, name, &named_strategy::name);
    if (known == std::end(strategies)) return std::nullopt;
    return known->strategy;
}

bool is_cooperative(assignment_strategy strategy) noexcept {
    return strategy == assignment_strategy::cooperative_sticky;
}

group_assignment assign(assignment_strategy strategy, std::vector<group_member> members,
                        const topic_sizes& topics) {
    const auto* known = std::ranges::find(strategies, strategy, &named_strategy::strategy);
    if (known == std::end(strategies)) return {};
    return known->assign(std::move(members), topics);
}

topic_subscribers subscribers_of(const std::vector<group_member>& members) {
    topic_subscribers subscribers;
    for (std::size_t m = 0; m < members.size(); ++m) {
        const std::set<std::string_view> once(members[m].topics.begin(), members[m].topics.end());
        for (std::string_view topic : once)
            subscribers[topic].push_back(m);
    }
    return subscribers;
}

bool comes_before(const group_member& a, const group_member& b) {
    if (a.instance_id && b.instance_id) return *a.instance_id < *b.instance_id;
    if (a.instance_id || b.instance_id) return a.instance_id.has_value();
    return a.id < b.id;
}

} // namespace kcpp::consuming
