#include "consumer/group/assignor.hpp"

namespace kcpp::consuming {

std::string_view name_of(assignment_strategy strategy) noexcept {
    switch (strategy) {
    case assignment_strategy::range: return "range";
    case assignment_strategy::round_robin: return "roundrobin";
    case assignment_strategy::sticky: return "sticky";
    }
    return "";
}

std::optional<assignment_strategy> strategy_named(std::string_view name) noexcept {
    for (const auto strategy : {assignment_strategy::range, assignment_strategy::round_robin,
                                assignment_strategy::sticky})
        if (name == name_of(strategy)) return strategy;
    return std::nullopt;
}

group_assignment assign(assignment_strategy strategy, std::vector<group_member> members,
                        const topic_sizes& topics) {
    switch (strategy) {
    case assignment_strategy::range: return assign_range(std::move(members), topics);
    case assignment_strategy::round_robin: return assign_round_robin(std::move(members), topics);
    case assignment_strategy::sticky: return assign_sticky(std::move(members), topics);
    }
    return {};
}

bool comes_before(const group_member& a, const group_member& b) {
    if (a.instance_id && b.instance_id) return *a.instance_id < *b.instance_id;
    if (a.instance_id || b.instance_id) return a.instance_id.has_value();
    return a.id < b.id;
}

} // namespace kcpp::consuming
