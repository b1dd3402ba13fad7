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

future<void> core::send_commit(offsets next, std::uint64_t claim, runtime::time_point until) {
    return cluster_->run<void>(
        [self = shared_from_this(), next = std::move(next), claim, until]() mutable {
            return committer::commit(self, std::move(next), claim, until);
        });
}

future<void> core::commit() {
    if (auto wrong = no_group()) return failed<void>(*wrong);
    if (in_hand_) table_.advance(*in_hand_);
    return send_commit(table_.handed_out_positions(), claim_, in(cluster_->options().api_timeout));
}

future<void> core::commit(offsets next) {
    if (auto wrong = no_group()) return failed<void>(*wrong);
    for (const auto& [place, behind] : next) {
        if (behind.offset < 0)
            return failed<void>(error(client_errc::invalid_argument,
                                      base::text("consumer::commit: ", behind.offset,
                                                 " is no offset of ", to_string(place)),
                                      {.topic = place.topic, .partition = place.partition}));
        // By hand anything may be committed; a member only commits what the group gave it.
        if (mode_ == mode::in_group && !table_.has(place)) return failed<void>(not_held(place));
    }
    return send_commit(std::move(next), claim_, in(cluster_->options().api_timeout));
}

future<void> core::commit(const consumer_batch& processed) {
    if (auto wrong = no_group()) return failed<void>(*wrong);
    if (!processed.records_) return send_commit({}, claim_, runtime::never);
    for (const piece& p : processed.records_->pieces())
        if (mode_ == mode::in_group && !table_.has(*p.place, p.claim))
            return failed<void>(not_held(*p.place));
    return send_commit(processed.next_offsets(), claim_, in(cluster_->options().api_timeout));
}

future<void> core::commit(const consumer_record& processed) {
    if (auto wrong = no_group()) return failed<void>(*wrong);
    const topic_partition place{std::string(processed.topic()), processed.partition()};
    const offset_t next = processed.offset() + 1;
    // A record from before the partition was lost and came back: others may be further by now.
    const auto lowest = table_.lowest(place);
    if (mode_ == mode::in_group && (!lowest || next < *lowest))
        return failed<void>(not_held(place));
    offsets behind;
    behind.emplace(place, committed_offset(next, processed.leader_epoch()));
    return send_commit(std::move(behind), claim_, in(cluster_->options().api_timeout));
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
