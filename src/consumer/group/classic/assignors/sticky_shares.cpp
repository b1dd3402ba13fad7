#include "consumer/group/classic/assignors/sticky_shares.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace kcpp::consuming {

sticky_shares::sticky_shares(std::vector<group_member> members, const topic_sizes& topics,
                             const topic_racks& racks)
    : members_(std::move(members)) {
    std::ranges::sort(members_, comes_before);
    held_.resize(members_.size());
    list_topics(topics);
    restore();
    deal_out();
    balance();
    if (std::ranges::any_of(members_, [](const auto& m) { return !m.rack.empty(); }))
        bring_near(racks);
}

void sticky_shares::list_topics(const topic_sizes& topics) {
    std::map<std::vector<member_index>, near_shares::audience> known;
    for (auto& [name, who] : consuming::subscribers_of(members_)) {
        const auto size = topics.find(std::string(name));
        if (size == topics.end()) continue;
        const auto next = static_cast<near_shares::audience>(audiences_.size());
        const auto [audience, is_new] = known.try_emplace(who, next);
        if (is_new) audiences_.push_back(who);
        const auto index = static_cast<std::uint32_t>(topics_.size());
        topics_.push_back({std::string(name), size->second, audience->second});
        for (partition_id p = 0; p < size->second; ++p)
            shares_.push_back({index, p});
    }
}

/// A member that was away may still claim what others were given meanwhile: the newest generation
/// counts. Two claims of the same one cannot both be true, so neither is.
void sticky_shares::restore() {
    struct claim {
        std::int32_t generation;
        member_index who;
    };
    std::map<topic_partition, claim> claims;
    for (member_index m = 0; m < members_.size(); ++m) {
        for (const topic_partition& each : members_[m].owned) {
            const claim mine{members_[m].generation, m};
            const auto [known, first] = claims.emplace(each, mine);
            if (first || known->second.who == m) continue;
            if (known->second.generation < mine.generation)
                known->second = mine;
            else if (known->second.generation == mine.generation)
                known->second.who = nobody;
        }
    }
    for (std::size_t i = 0; i < shares_.size(); ++i) {
        const topic& of = topics_[shares_[i].topic];
        const auto found = claims.find({of.name, shares_[i].partition});
        if (found == claims.end() ||
            !std::ranges::binary_search(subscribers_of(i), found->second.who))
            continue;
        shares_[i].before = found->second.who;
        give(i, found->second.who);
    }
}

/// What nobody has goes to whoever has least.
void sticky_shares::deal_out() {
    for (std::size_t i = 0; i < shares_.size(); ++i) {
        if (shares_[i].now != nobody) continue;
        const auto& takers = subscribers_of(i);
        give(i, *std::ranges::min_element(takers, {},
                                          [this](member_index m) { return held_[m].size(); }));
    }
}

/// Always by those who have most, or they would be made to give more than they must. Each step
/// makes the sum of squares smaller, so this ends.
void sticky_shares::balance() {
    for (bool moved = true; std::exchange(moved, false);) {
        std::size_t highest = SIZE_MAX;
        while (const auto most = highest_load(highest)) {
            if (relieve(*most))
                moved = true;
            else
                highest = *most - 1;
        }
    }
}

/// Not above `limit`. Nothing, if none of those has two more than somebody.
std::optional<std::size_t> sticky_shares::highest_load(std::size_t limit) const {
    std::size_t most = 0, least = SIZE_MAX;
    for (const auto& held : held_) {
        least = std::min(least, held.size());
        if (held.size() <= limit) most = std::max(most, held.size());
    }
    return most >= 2 && most - 2 >= least ? std::optional(most) : std::nullopt;
}

/// Takes one off some member that has so many.
bool sticky_shares::relieve(std::size_t load) {
    std::vector<step> ways(members_.size());
    const auto light = find_way(load, ways);
    if (!light) return false;
    for (member_index to = *light; ways[to].from != to; to = ways[to].from)
        hand_on(ways[to].from, ways[to].audience, to);
    return true;
}

/// The shortest way from any that has `heavy` to one that has two less, so that least is moved: its
/// end, and how it is reached, in `ways`.
std::optional<sticky_shares::member_index> sticky_shares::find_way(std::size_t heavy,
                                                                   std::vector<step>& ways) const {
    const auto load = [this](member_index m) { return held_[m].size(); };
    std::vector<bool> asked(audiences_.size());
    std::vector<member_index> here;
    for (member_index m = 0; m < members_.size(); ++m)
        if (load(m) == heavy) {
            ways[m].from = m;
            here.push_back(m);
        }
    while (!here.empty()) {
        std::vector<member_index> next;
        for (const member_index from : here) {
            for (const std::size_t held : held_[from]) {
                const near_shares::audience audience = audience_of(held);
                if (asked[audience]) continue;
                asked[audience] = true;
                for (const member_index to : audiences_[audience]) {
                    if (ways[to].from != nobody) continue;
                    ways[to] = {from, audience};
                    next.push_back(to);
                }
            }
        }
        const auto least = std::ranges::min_element(next, {}, load);
        if (least != next.end() && load(*least) + 2 <= heavy) return *least;
        here = std::move(next);
    }
    return std::nullopt;
}

/// Rather what goes home, or was not the giver's before.
void sticky_shares::hand_on(member_index from, near_shares::audience audience, member_index to) {
    const auto reluctance = [&](std::size_t i) {
        const share& s = shares_[i];
        const int stays = s.before == to ? 0 : s.before != from ? 1 : 2;
        return std::tuple(audience_of(i) != audience, stays, -s.partition);
    };
    give(*std::ranges::min_element(held_[from], {}, reluctance), to);
}

void sticky_shares::give(std::size_t which, member_index to) {
    const member_index from = std::exchange(shares_[which].now, to);
    if (from != nobody) std::erase(held_[from], which);
    held_[to].push_back(which);
}

/// As even as it is, but nearer, if members say where they are. (KIP-881)
void sticky_shares::bring_near(const topic_racks& racks) {
    rack_map where(members_, racks);
    rack_map::rack_sets copies; // by share, which stand topic by topic
    for (const topic& t : topics_)
        std::ranges::copy(where.sets_of(t.name, t.partitions), std::back_inserter(copies));
    std::vector<member_index> everybody(members_.size());
    std::iota(everybody.begin(), everybody.end(), member_index());
    if (!where.matters(everybody, copies)) return;
    std::vector<std::size_t> loads;
    for (const auto& held : held_)
        loads.push_back(held.size());
    near_shares nearer(where, audiences_, loads);
    for (std::size_t i = 0; i < shares_.size(); ++i)
        nearer.add(topics_[shares_[i].topic].audience, copies[i], shares_[i].before);
    const auto now = nearer.share_out();
    for (std::size_t i = 0; i < shares_.size(); ++i)
        if (now[i] != nobody) shares_[i].now = now[i];
}

group_assignment sticky_shares::all() const {
    group_assignment chosen;
    for (const group_member& m : members_)
        chosen[m.id];
    for (const share& s : shares_)
        chosen[members_[s.now].id].push_back({topics_[s.topic].name, s.partition});
    return chosen;
}

group_assignment assign_sticky(std::vector<group_member> members, const topic_sizes& topics,
                               const topic_racks& racks) {
    return sticky_shares(std::move(members), topics, racks).all();
}

} // namespace kcpp::consuming
