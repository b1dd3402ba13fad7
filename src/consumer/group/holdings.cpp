#include "consumer/group/holdings.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kcpp::consuming {

tenures holdings::all_but(const std::vector<topic_partition>& partitions) const {
    const std::set<topic_partition> kept(partitions.begin(), partitions.end());
    tenures others = table_.held();
    std::erase_if(others, [&](const tenure& place) { return kept.contains(*place); });
    return others;
}

std::size_t holdings::take_up(const std::vector<topic_partition>& partitions) {
    tenures added = table_.take_in(partitions);
    const auto count = added.size();
    if (count > 0 || std::exchange(owes_assignment_, false)) {
        owes_assignment_ = false;
        hand_.tell({rebalance_event::kind::assigned, std::move(added)});
    }
    return count;
}

void holdings::give_up(const tenures& gone, runtime::time_point deadline) {
    const tenures fresh = without(gone, revoking_);
    if (fresh.empty()) return;
    owes_assignment_ = true;
    const tenures unseen = hand_.withdraw(rebalance_event::kind::assigned, fresh);
    table_.give_up(unseen);
    tenures seen = without(fresh, unseen);
    if (seen.empty()) return;
    deadline_ = std::min(this->deadline(), deadline);
    revoking_.insert(revoking_.end(), seen.begin(), seen.end());
    hand_.tell({rebalance_event::kind::revoked, std::move(seen), deadline});
}

void holdings::acknowledge(const tenures& given_up) {
    revoking_ = without(std::move(revoking_), given_up);
}

std::size_t holdings::lose() {
    tenures lost = table_.held();
    table_.clear();
    owes_assignment_ = true;
    const auto count = lost.size();
    const tenures unseen = hand_.withdraw(rebalance_event::kind::assigned, lost);
    lost = without(std::move(lost), unseen);
    // What it is giving up at this moment it was told of as revoked.
    const tenures unasked = hand_.withdraw(rebalance_event::kind::revoked, revoking_);
    const tenures being_given_up = without(std::exchange(revoking_, {}), unasked);
    lost = without(std::move(lost), being_given_up);
    if (lost.empty())
        hand_.interrupt();
    else
        hand_.tell({rebalance_event::kind::lost, std::move(lost)});
    return count;
}

std::optional<rebalance_event> holdings::end() {
    tenures held = table_.held();
    const tenures unseen = hand_.withdraw(rebalance_event::kind::assigned, held);
    held = without(std::move(held), unseen);
    // Whoever ends it carries it out.
    hand_.withdraw(rebalance_event::kind::revoked, revoking_);
    revoking_.clear();
    if (held.empty()) return std::nullopt;
    return rebalance_event{rebalance_event::kind::revoked, std::move(held)};
}

} // namespace kcpp::consuming
