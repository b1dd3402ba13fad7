// The part of partition_table that knows which broker each partition is read from.

#include "consumer/partition_table.hpp"

#include <algorithm>

namespace kcpp::consuming {

void partition_table::route(const std::shared_ptr<const cluster::snapshot>& known) {
    std::lock_guard lock(mutex_);
    if (known == known_) return;
    plans_change();
    known_ = known;
    for (auto& [place, e] : entries_)
        route(e);
}

void partition_table::route(entry& e) const {
    const auto topic = known_ ? known_->find(e.place->topic) : nullptr;
    const auto* where = topic ? known_->find(e.place->topic, e.place->partition) : nullptr;
    const cluster::leadership now =
        where ? cluster::leadership{where->leader, where->leader_epoch} : cluster::leadership{};
    const bool same_leader = cluster::leadership{e.leader, e.leader_epoch} == now;
    // A new leader may know of a nearer replica, or of none (F7).
    if (!same_leader || (e.replica >= 0 && !known_->brokers.contains(e.replica))) {
        e.replica = -1;
        e.replica_until = {};
    }
    e.leader = now.node;
    e.leader_epoch = now.epoch;
    e.topic_id = topic ? topic->id : wire::uuid{};
}

std::int32_t partition_table::source(const entry& e, runtime::time_point now) {
    return e.replica >= 0 && now < e.replica_until && e.leader >= 0 ? e.replica : e.leader;
}

bool partition_table::reads_from(std::int32_t node, runtime::time_point now) const {
    std::lock_guard lock(mutex_);
    return std::ranges::any_of(turns_, [&](const entry* e) {
        return e->stands == phase::placed && source(*e, now) == node;
    });
}

partition_table::sources partition_table::where_to_read(runtime::time_point now) const {
    std::lock_guard lock(mutex_);
    sources found;
    for (const entry* e : turns_) {
        if (e->leader < 0)
            found.leaderless.push_back({e->place, e->version, e->timestamp});
        else if (e->stands == phase::placed)
            found.nodes.insert(source(*e, now));
        else if (e->stands != phase::stuck)
            found.soon.insert(e->leader);
    }
    return found;
}

bool partition_table::read_from_replica(const fetch_target& target, std::int32_t node,
                                        runtime::time_point until) {
    std::lock_guard lock(mutex_);
    if (!known_ || !known_->brokers.contains(node)) return false;
    entry* e = find(*target.place, target.version);
    if (e == nullptr || e->leader_epoch != target.leader_epoch) return true;
    plans_change();
    e->replica = node;
    e->replica_until = until;
    return true;
}

void partition_table::leave_replica(const fetch_target& target, runtime::time_point until) {
    std::lock_guard lock(mutex_);
    entry* e = find(*target.place, target.version);
    if (e == nullptr || e->replica < 0) return;
    plans_change();
    e->replica = -1;
    e->replica_until = until;
}

} // namespace kcpp::consuming
