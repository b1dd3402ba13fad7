// How a member gets from the partitions that it has to those that it should have. (G10)

#include "consumer/core.hpp"
#include "consumer/group/consumer_protocol/consumer_member.hpp"

#include <algorithm>

namespace kcpp::consuming {

/// What is not its own any more first; then what is new; then it says so.
void consumer_member::reconcile() {
    if (!target_) return;
    const std::vector<topic_partition> known = resolve_target();
    const tenures gone = holdings_.all_but(known);
    if (!gone.empty()) gives_up_ = true;
    holdings_.give_up(gone, runtime::after(heard_at_, core_.options().max_poll_interval));
    if (!holdings_.settled()) return;
    std::size_t assigned = 0;
    for (const auto& of_topic : *target_)
        assigned += of_topic.partitions.size();
    const bool whole = known.size() == assigned;
    // A part of it is told only if there is something in it.
    if (!whole && known.size() == holdings_.all().size()) return;
    const auto added = holdings_.take_up(known);
    if (added > 0 || !gone.empty())
        core_.log().info("group ", core_.options().group_id, ": ", known.size(),
                         " partitions assigned in epoch ", standing_.who().generation, ", ", added,
                         " of them new");
    core_.finding().wake();
    core_.fetching().wake();
    if (whole) target_.reset();
}

/// Those whose topics are known by name; the others follow, once metadata tells of them.
std::vector<topic_partition> consumer_member::resolve_target() {
    cluster::metadata& metadata = core_.cluster().metadata();
    const auto snapshot = metadata.current();
    std::vector<topic_partition> known;
    bool some_missing = false;
    for (const auto& of_topic : *target_) {
        const auto topic = snapshot->find(of_topic.topic_id);
        if (topic) ids_[topic->name] = of_topic.topic_id;
        const auto name = std::ranges::find(ids_, of_topic.topic_id,
                                            [](const auto& each) { return each.second; });
        some_missing = some_missing || name == ids_.end();
        if (name == ids_.end()) continue;
        for (const partition_id index : of_topic.partitions)
            known.push_back({name->first, index});
    }
    if (some_missing) metadata.refresh();
    return known;
}

std::vector<topic_partition> consumer_member::owned() const {
    return partitions_of(holdings_.all());
}

std::vector<protocol::topic_partitions>
consumer_member::by_topic(const std::vector<topic_partition>& partitions) const {
    std::vector<protocol::topic_partitions> list;
    for (const topic_partition& place : partitions) {
        const wire::uuid& id = ids_.at(place.topic);
        if (list.empty() || list.back().topic_id != id) list.push_back({id, {}});
        list.back().partitions.push_back(place.partition);
    }
    return list;
}

/// What it has is not what the coordinator knows that it has, and nothing of it is about to go.
bool consumer_member::owes_owned() const {
    return holdings_.settled() && told_owned_ != owned();
}

bool consumer_member::owes_word() const {
    return standing_.is_in() && (told_topics_ != topics_ || owes_owned());
}

} // namespace kcpp::consuming
