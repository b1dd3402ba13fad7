#include "consumer/group/classic/assignors/rack_map.hpp"

#include <algorithm>

namespace kcpp::consuming {

rack_map::rack_map(const std::vector<group_member>& members, const topic_racks& racks)
    : racks_(racks) {
    of_member_.reserve(members.size());
    for (const group_member& m : members)
        of_member_.push_back(m.rack.empty() ? no_rack : number_of(m.rack));
}

rack_map::rack rack_map::number_of(std::string_view name) {
    return numbers_.emplace(name, static_cast<rack>(numbers_.size())).first->second;
}

rack_map::rack_set rack_map::number_of(const std::vector<std::string>& names) {
    std::vector<rack> members;
    for (const std::string& name : names)
        if (!name.empty()) members.push_back(number_of(name));
    std::ranges::sort(members);
    members.erase(std::unique(members.begin(), members.end()), members.end());
    const auto [known, is_new] =
        set_numbers_.emplace(members, static_cast<rack_set>(set_numbers_.size()));
    if (!is_new) return known->second;
    auto& row = is_in_.emplace_back(members.empty() ? 0 : members.back() + 1);
    for (const rack r : members)
        row[r] = true;
    return known->second;
}

rack_map::rack_sets rack_map::sets_of(const std::string& topic, std::int32_t partitions) {
    const rack_set nowhere = number_of(std::vector<std::string>());
    const auto count = static_cast<std::size_t>(partitions);
    rack_sets sets(count, nowhere);
    const auto known = racks_.find(topic);
    if (known == racks_.end()) return sets;
    for (std::size_t p = 0; p < std::min(count, known->second.size()); ++p)
        sets[p] = number_of(known->second[p]);
    return sets;
}

bool rack_map::is_far(rack from, rack_set copies) const {
    if (from == no_rack) return false;
    const auto& row = is_in_[copies];
    return from >= row.size() || !row[from];
}

bool rack_map::matters(const std::vector<std::size_t>& members, const rack_sets& partitions) const {
    const auto differs = [&](rack_set s) { return s != partitions.front(); };
    if (std::ranges::none_of(partitions, differs)) return false;
    rack_sets sets = partitions;
    std::ranges::sort(sets);
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    return std::ranges::any_of(members, [&](std::size_t m) {
        return of_member_[m] != no_rack &&
               std::ranges::any_of(sets, [&](rack_set s) { return !is_far(of_member_[m], s); });
    });
}

} // namespace kcpp::consuming
