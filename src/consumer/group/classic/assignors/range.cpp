#include "consumer/group/classic/assignors/rack_map.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::consuming {

namespace {

/// A topic, and what of it is still to be given to whom.
struct topic_ranges {
    topic_ranges(std::string of, const std::vector<std::size_t>& subscribers, std::int32_t size,
                 rack_map& racks)
        : name(std::move(of)), takers(subscribers), copies(racks.sets_of(name, size)),
          rack_aware(racks.matters(takers, copies)), had(takers.size()),
          quota(copies.size() / takers.size()), larger(copies.size() % takers.size()) {
        for (partition_id p = 0; p < size; ++p)
            left.push_back(p);
    }

    /// How many partitions a subscriber may still be given.
    std::size_t room(std::size_t taker) const {
        const std::size_t most = quota + (larger > 0 ? 1 : 0);
        return most > had[taker] ? most - had[taker] : 0;
    }
    void count(std::size_t taker, std::size_t given) {
        had[taker] += given;
        if (given > 0 && had[taker] > quota) --larger;
    }

    std::string name;
    /// Indexes of members, in the order in which they come.
    const std::vector<std::size_t>& takers;
    /// By partition.
    rack_map::rack_sets copies;
    bool rack_aware;
    std::vector<partition_id> left;
    /// By taker.
    std::vector<std::size_t> had;
    std::size_t quota;
    /// How many takers are still to get one more than that.
    std::size_t larger;
};

class ranges {
public:
    ranges(std::vector<group_member> members, const topic_sizes& topics, const topic_racks& racks)
        : members_(std::move(members)), subscribers_(subscribers_of(members_)),
          racks_(members_, racks), given_(members_.size()) {
        for (const auto& [name, takers] : subscribers_) {
            const auto size = topics.find(std::string(name));
            if (size == topics.end() || size->second <= 0) continue;
            topics_.emplace_back(size->first, takers, size->second, racks_);
        }
    }

    group_assignment share_out() {
        const bool rack_aware = std::ranges::any_of(topics_, &topic_ranges::rack_aware);
        if (rack_aware) give_near();
        for (topic_ranges& t : topics_)
            give_ranges(t, [](std::size_t, partition_id) { return true; });
        group_assignment chosen;
        for (std::size_t m = 0; m < members_.size(); ++m) {
            if (rack_aware) std::ranges::sort(given_[m]);
            chosen[members_[m].id] = std::move(given_[m]);
        }
        return chosen;
    }

private:
    bool is_near(const topic_ranges& t, std::size_t taker, partition_id p) const {
        return !racks_.is_far(racks_.rack_of(t.takers[taker]),
                              t.copies[static_cast<std::size_t>(p)]);
    }

    /// Topics of the same size and with the same subscribers are likely to be joined by key.
    void give_near() {
        std::map<std::pair<std::vector<std::size_t>, std::size_t>, std::vector<topic_ranges*>>
            alike;
        for (topic_ranges& t : topics_)
            alike[{t.takers, t.copies.size()}].push_back(&t);
        for (const auto& [what, together] : alike) {
            topic_ranges& first = *together.front();
            if (together.size() > 1)
                give_same_to_same(together);
            else if (first.rack_aware)
                give_ranges(first, [&](std::size_t taker, partition_id p) {
                    return is_near(first, taker, p);
                });
        }
    }

    /// A partition of all of these topics goes to the first who has room for all and is near all.
    void give_same_to_same(const std::vector<topic_ranges*>& together) {
        const auto size = static_cast<partition_id>(together.front()->copies.size());
        for (partition_id p = 0; p < size; ++p) {
            for (std::size_t taker = 0; taker < together.front()->takers.size(); ++taker) {
                if (!std::ranges::all_of(together, [&](const topic_ranges* t) {
                        return t->room(taker) > 0 && is_near(*t, taker, p);
                    }))
                    continue;
                for (topic_ranges* t : together) {
                    give(*t, taker, p);
                    std::erase(t->left, p);
                    t->count(taker, 1);
                }
                break;
            }
        }
    }

    /// To each in turn, in order, as much as it has room for of what is left and it may be given.
    template <class MayGive>
    void give_ranges(topic_ranges& t, MayGive may_give) {
        for (std::size_t taker = 0; taker < t.takers.size() && !t.left.empty(); ++taker) {
            const std::size_t room = t.room(taker);
            std::vector<partition_id> kept;
            std::size_t given = 0;
            for (const partition_id p : t.left) {
                if (given == room || !may_give(taker, p)) {
                    kept.push_back(p);
                    continue;
                }
                give(t, taker, p);
                ++given;
            }
            t.left = std::move(kept);
            t.count(taker, given);
        }
    }

    void give(const topic_ranges& t, std::size_t taker, partition_id p) {
        given_[t.takers[taker]].push_back({t.name, p});
    }

    std::vector<group_member> members_;
    topic_subscribers subscribers_;
    rack_map racks_;
    std::vector<topic_ranges> topics_;
    /// By member.
    std::vector<std::vector<topic_partition>> given_;
};

} // namespace

group_assignment assign_range(std::vector<group_member> members, const topic_sizes& topics,
                              const topic_racks& racks) {
    std::ranges::sort(members, comes_before);
    return ranges(std::move(members), topics, racks).share_out();
}

} // namespace kcpp::consuming
