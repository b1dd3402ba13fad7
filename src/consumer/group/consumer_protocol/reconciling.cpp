// How a member gets from the partitions that it has to those that it should have. (G10)

#include "consumer/core.hpp"
#include "consumer/group/consumer_protocol/consumer_member.hpp"

#include <algorithm>

namespace kcpp::consuming {

struct consumer_member::resolved {
    std::vector<topic_partition> read;
    std::vector<topic_partition> unread;
};

/// What is not its own any more first; then what is new; then it says so.
void consumer_member::reconcile() {
    if (!target_) return;
    resolved found = resolve_target();
    const std::vector<topic_partition>& known = found.read;
    const tenures gone = holdings_.all_but(known);
    if (!gone.empty()) gives_up_ = true;
    revoke(gone, runtime::after(heard_at_, core_.options().max_poll_interval));
    if (!holdings_.settled()) return;
    std::size_t assigned = 0;
    for (const auto& of_topic : *target_)
        assigned += of_topic.partitions.size();
    const bool whole = known.size() + found.unread.size() == assigned;
    // A part of it is told only if there is something in it.
    if (!whole && known.size() == holdings_.all().size()) return;
    unread_ = std::move(found.unread);
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
consumer_member::resolved consumer_member::resolve_target() {
    cluster::metadata& metadata = core_.cluster().metadata();
    const auto snapshot = metadata.current();
    resolved found;
    bool some_missing = false;
    for (const auto& of_topic : *target_) {
        const auto topic = snapshot->find(of_topic.topic_id);
        auto known = topics_.end();
        if (topic)
            known =
                topics_.insert_or_assign(topic->name, identified{topic->id, topic->internal}).first;
        else
            known = std::ranges::find(topics_, of_topic.topic_id,
                                      [](const auto& each) { return each.second.id; });
        if (known == topics_.end()) {
            some_missing = true;
            metadata.want(of_topic.topic_id);
            continue;
        }
        const bool is_read = !wanted_.pattern || !known->second.internal;
        for (const partition_id index : of_topic.partitions)
            (is_read ? found.read : found.unread).push_back({known->first, index});
    }
    if (some_missing) metadata.refresh();
    return found;
}

/// As the coordinator sees it.
std::vector<topic_partition> consumer_member::owned() const {
    auto all = partitions_of(holdings_.all());
    all.insert(all.end(), unread_.begin(), unread_.end());
    return all;
}

std::vector<protocol::topic_partitions>
consumer_member::by_topic(const std::vector<topic_partition>& partitions) const {
    std::vector<protocol::topic_partitions> list;
    for (const topic_partition& place : partitions) {
        const wire::uuid& id = topics_.at(place.topic).id;
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
    return standing_.is_in() && (told_wanted_ != wanted_ || owes_owned());
}

} // namespace kcpp::consuming
