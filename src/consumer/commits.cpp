// What the application commits.

#include "consumer/committed_offsets.hpp"
#include "consumer/core.hpp"

namespace kcpp::consuming {

std::optional<error> core::no_group() const {
    if (closed_) return closed_error();
    if (coordinator_) return std::nullopt;
    return error(
        client_errc::wrong_state,
        "offsets are committed for a group, and consumer_options::group_id (group.id) is empty");
}

error core::not_held(const topic_partition& place) const {
    return error(
        broker_errc::illegal_generation,
        base::text(to_string(place),
                   " was given up or lost since it was read, so nothing is committed for group ",
                   options_.group_id, ": its new owner may be further"),
        {.topic = place.topic, .partition = place.partition});
}

/// The tenures in which these partitions are held; none for partitions chosen by hand.
result<tenures> core::tenures_of(const offsets& next) const {
    tenures during;
    // By hand anything may be committed; a member only commits what the group gave it.
    if (mode_ != mode::in_group) return during;
    for (const auto& [place, behind] : next) {
        during.push_back(table_.tenure_of(place));
        if (!during.back()) return not_held(place);
    }
    return during;
}

future<void> core::send_commit(progress made, runtime::time_point until, committer::asked_by whom) {
    return cluster_->run<void>(
        [self = shared_from_this(), made = std::move(made), whom, until]() mutable {
            return committer::commit(self, std::move(made), whom, until);
        });
}

future<void> core::commit() {
    if (auto wrong = no_group()) return failed<void>(*wrong);
    if (in_hand_) note_position();
    return send_commit(table_.handed_out_positions(), in(cluster_->options().api_timeout));
}

future<void> core::commit(offsets next) {
    if (auto wrong = no_group()) return failed<void>(*wrong);
    for (const auto& [place, behind] : next)
        if (behind.offset < 0)
            return failed<void>(error(client_errc::invalid_argument,
                                      base::text("consumer::commit: ", behind.offset,
                                                 " is no offset of ", to_string(place)),
                                      {.topic = place.topic, .partition = place.partition}));
    auto during = tenures_of(next);
    if (!during) return failed<void>(during.error());
    return send_commit({std::move(next), *std::move(during)}, in(cluster_->options().api_timeout));
}

future<void> core::commit(const consumer_batch& processed) {
    if (auto wrong = no_group()) return failed<void>(*wrong);
    progress made;
    if (processed.records_) made = processed.records_->through();
    if (mode_ != mode::in_group) made.during.clear();
    for (const tenure& place : made.during)
        if (!table_.holds({place})) return failed<void>(not_held(*place));
    return send_commit(std::move(made), in(cluster_->options().api_timeout));
}

future<void> core::commit(const consumer_record& processed) {
    if (auto wrong = no_group()) return failed<void>(*wrong);
    const topic_partition place{std::string(processed.topic()), processed.partition()};
    const offset_t next = processed.offset() + 1;
    // A record from before the partition was lost and came back: others may be further by now.
    const auto lowest = table_.lowest(place);
    if (mode_ == mode::in_group && (!lowest || next < *lowest))
        return failed<void>(not_held(place));
    progress made;
    made.next.emplace(place, committed_offset(next, processed.leader_epoch()));
    auto during = tenures_of(made.next);
    if (!during) return failed<void>(during.error());
    made.during = *std::move(during);
    return send_commit(std::move(made), in(cluster_->options().api_timeout));
}

future<offsets> core::committed(std::vector<topic_partition> partitions) {
    if (auto wrong = no_group()) return failed<offsets>(*wrong);
    return cluster_->run<offsets>(
        [coordinator = coordinator_, partitions = std::move(partitions)]() mutable {
            const cluster::core& cluster = coordinator->cluster();
            const auto until =
                runtime::after(coordinator->cluster().rt().now(), cluster.options().api_timeout);
            return committed_offsets(coordinator, std::move(partitions), until);
        });
}

} // namespace kcpp::consuming
