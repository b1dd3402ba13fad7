#include "consumer/group/classic/assignors/near_shares.hpp"

#include <algorithm>
#include <limits>

namespace kcpp::consuming {

namespace {

constexpr std::int32_t any_number = std::numeric_limits<std::int32_t>::max();

std::int32_t how_many(const std::vector<std::size_t>& partitions) {
    return static_cast<std::int32_t>(partitions.size());
}

} // namespace

near_shares::near_shares(const rack_map& racks,
                         const std::vector<std::vector<member_index>>& audiences,
                         const std::vector<std::size_t>& loads)
    : racks_(racks), source_(network_.add_node()), sink_(network_.add_node()) {
    connect_members(loads);
    connect_audiences(audiences);
}

/// And whether it is a new one.
template <class Places, class Key>
std::pair<near_shares::place*, bool> near_shares::place_in(Places& places, const Key& key) {
    const auto [found, is_new] = places.try_emplace(key);
    if (is_new) found->second.at = network_.add_node();
    return {&found->second, is_new};
}

void near_shares::lead_on(place& from, place& to, share_cost each) {
    from.ways.emplace_back(&to, network_.add_arc(from.at, to.at, any_number, each));
}

/// The sum of the squares of all loads says how uneven they are: one more makes it larger by twice
/// the load and one. What every most even way gives a member costs nothing, as there is no choice.
void near_shares::connect_members(const std::vector<std::size_t>& loads) {
    members_.resize(loads.size());
    for (member_index m = 0; m < loads.size(); ++m) {
        place& end = members_[m];
        end.at = network_.add_node();
        const auto load = static_cast<std::int32_t>(loads[m]);
        if (load > 1) network_.add_arc(end.at, sink_, load - 1);
        if (load > 0) network_.add_arc(end.at, sink_, 1, {2 * std::int64_t(load) - 1});
        network_.add_arc(end.at, sink_, 1, {2 * std::int64_t(load) + 1});
    }
}

void near_shares::connect_audiences(const std::vector<std::vector<member_index>>& audiences) {
    std::vector<std::vector<audience>> belongs_to(members_.size());
    for (audience a = 0; a < audiences.size(); ++a)
        for (const member_index m : audiences[a])
            belongs_to[m].push_back(a);
    audiences_.resize(audiences.size());
    for (member_index m = 0; m < members_.size(); ++m) {
        const rack_map::rack rack = racks_.rack_of(m);
        const auto [alike, is_new] = place_in(alike_, likeness(belongs_to[m], rack));
        lead_on(*alike, members_[m]);
        if (!is_new) continue;
        for (const audience a : belongs_to[m])
            lead_on(*place_in(audiences_[a], rack).first, *alike);
    }
}

void near_shares::add(audience readers, rack_map::rack_set copies, member_index before) {
    const kind what(readers, copies);
    auto& alike = before == nobody ? place_in(kinds_, what).first->partitions
                                   : homes_[{what, before}].partitions;
    alike.push_back(now_.size());
    now_.push_back(nobody);
}

void near_shares::connect_kinds() {
    const auto distance = [this](rack_map::rack rack, rack_map::rack_set copies) {
        return share_cost{0, racks_.is_far(rack, copies) ? 1 : 0, 0};
    };
    for (auto& [at, h] : homes_) {
        const auto& [what, member] = at;
        const node from = network_.add_node();
        network_.add_arc(source_, from, how_many(h.partitions));
        network_.add_arc(from, place_in(kinds_, what).first->at, any_number, {0, 0, 1});
        h.stays = network_.add_arc(from, members_[member].at, any_number,
                                   distance(racks_.rack_of(member), what.second));
    }
    for (auto& [what, from] : kinds_) {
        network_.add_arc(source_, from.at, how_many(from.partitions));
        for (auto& [rack, to] : audiences_[what.first])
            lead_on(from, to, distance(rack, what.second));
    }
}

std::vector<near_shares::member_index> near_shares::share_out() {
    connect_kinds();
    network_.run(source_, sink_);
    leave_at_home();
    for (auto& [what, from] : kinds_)
        deal_out(from);
    for (auto& racks : audiences_)
        for (auto& [rack, from] : racks)
            deal_out(from);
    for (auto& [what, from] : alike_)
        deal_out(from);
    for (member_index m = 0; m < members_.size(); ++m)
        for (const std::size_t p : members_[m].partitions)
            now_[p] = m;
    return std::move(now_);
}

/// The first ones of each kind stay, and the others are as good as nobody's.
void near_shares::leave_at_home() {
    for (const auto& [at, h] : homes_) {
        const auto stay = static_cast<std::size_t>(network_.through(h.stays));
        for (std::size_t i = 0; i < h.partitions.size(); ++i) {
            auto& where = i < stay ? members_[at.second] : kinds_.at(at.first);
            where.partitions.push_back(h.partitions[i]);
        }
    }
}

/// In turn, so that nobody gets all of a topic.
void near_shares::deal_out(place& from) {
    std::ranges::sort(from.partitions);
    std::vector<std::pair<place*, std::int32_t>> shares;
    for (const auto& [to, way] : from.ways)
        if (const auto share = network_.through(way); share > 0) shares.emplace_back(to, share);
    for (std::size_t next = 0; next < from.partitions.size() && !shares.empty();) {
        for (auto& [to, left] : shares) {
            to->partitions.push_back(from.partitions[next++]);
            --left;
        }
        std::erase_if(shares, [](const auto& share) { return share.second == 0; });
    }
}

} // namespace kcpp::consuming
