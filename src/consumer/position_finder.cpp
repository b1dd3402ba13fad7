#include "consumer/position_finder.hpp"

#include "consumer/committed_offsets.hpp"
#include "consumer/core.hpp"
#include "consumer/list_offsets.hpp"

namespace kcpp::consuming {

position_finder::position_finder(core& owner) : core_(owner), changed_(owner.cluster().rt()) {}

void position_finder::start() {
    core_.cluster().spawn(run(core_.shared_from_this()));
}

runtime::task<> position_finder::run(std::shared_ptr<core> owner) {
    position_finder& self = owner->finding();
    cluster::core& cluster = owner->cluster();
    while (!owner->stopped()) {
        auto retry = runtime::never;
        const auto now = cluster.rt().now();
        auto at_committed = owner->table().take_awaiting_committed(now, retry);
        if (!at_committed.empty()) cluster.spawn(look_up_committed(owner, std::move(at_committed)));
        auto at_offset = owner->table().take_awaiting_offset(now, retry);
        self.settle_times(at_offset);
        self.ask_leaders(at_offset);
        co_await self.changed_.wait(retry);
    }
}

/// The clock is read when the question is asked, not when the partition came.
void position_finder::settle_times(std::vector<inquiry>& open) const {
    const auto back = core_.options().offset_reset.duration();
    if (!back) return;
    const auto since = core_.cluster().rt().wall_now() - *back;
    for (inquiry& one : open)
        if (one.timestamp == by_duration_timestamp) one.timestamp = list_offsets_timestamp(since);
}

runtime::task<> position_finder::look_up_committed(std::shared_ptr<core> owner,
                                                   std::vector<inquiry> open) {
    cluster::core& cluster = owner->cluster();
    std::vector<topic_partition> partitions;
    for (const inquiry& one : open)
        partitions.push_back(*one.place);
    const auto until = runtime::after(cluster.rt().now(), cluster.options().api_timeout);
    auto said = co_await committed_offsets(owner->coordinator(), std::move(partitions), until);
    if (said) {
        for (const inquiry& one : open) {
            const auto found = said->find(*one.place);
            if (found == said->end())
                owner->table().found_committed(one, std::nullopt);
            else
                owner->table().found_committed(one, found->second);
        }
        owner->fetching().wake();
        owner->hand().data();
    } else {
        owner->finding().postpone(open, said.error());
    }
    owner->finding().wake();
}

void position_finder::ask_leaders(const std::vector<inquiry>& open) {
    cluster::core& cluster = core_.cluster();
    const auto known = cluster.metadata().current();
    std::map<std::int32_t, std::vector<inquiry>> leaders;
    std::vector<inquiry> leaderless;
    for (const inquiry& one : open) {
        const auto* where = known->find(one.place->topic, one.place->partition);
        if (where == nullptr || where->leader < 0)
            leaderless.push_back(one);
        else
            leaders[where->leader].push_back(one);
    }
    for (auto& [node, inquiries] : leaders)
        cluster.spawn(ask_leader(core_.shared_from_this(), node, std::move(inquiries)));
    // The fetcher asks for metadata until they have leaders, and each answer wakes this finder.
    for (const inquiry& one : leaderless)
        core_.table().ask_again(one, {});
    if (!leaderless.empty()) core_.fetching().wake();
}

runtime::task<> position_finder::ask_leader(std::shared_ptr<core> owner, std::int32_t node,
                                            std::vector<inquiry> open) {
    cluster::core& cluster = owner->cluster();
    const auto until = runtime::after(cluster.rt().now(), cluster.options().request_timeout);
    auto said = co_await list_offsets_once(owner->shared_cluster(), node,
                                           owner->options().isolation_level, open, until);
    if (!said) {
        owner->finding().postpone(open, said.error());
        co_return;
    }
    for (const inquiry& one : open) {
        const auto found = said->find(*one.place);
        if (found == said->end()) {
            owner->finding().postpone(
                {one}, list_offsets_error(*one.place, broker_errc::unknown_topic_or_partition));
        } else if (found->second.error != broker_errc::none) {
            owner->finding().postpone({one}, list_offsets_error(*one.place, found->second.error));
        } else if (found->second.at.offset < 0 && one.timestamp >= 0) {
            owner->table().found_none_since(one);
            owner->finding().wake();
        } else if (found->second.at.offset < 0) {
            owner->finding().postpone(
                {one}, list_offsets_error(*one.place, broker_errc::offset_not_available));
        } else {
            owner->table().found(one, found->second.at);
        }
    }
    owner->fetching().wake();
}

/// Not found out now: later again, at the reset policy's expense never.
void position_finder::postpone(const std::vector<inquiry>& asked, const error& why) {
    cluster::core& cluster = core_.cluster();
    const bool passing = why.retriable();
    const auto pause =
        passing ? cluster.options().retry_backoff : cluster.options().retry_backoff_max;
    const auto retry = runtime::after(cluster.rt().now(), pause);
    for (const inquiry& one : asked) {
        core_.table().ask_again(one, retry);
        if (!passing) core_.table().trouble(*one.place, one.version, why);
    }
    core_.log().debug("positions of ", asked.size(),
                      " partitions are not known yet: ", why.message());
    if (!passing) core_.hand().data();
    cluster.metadata().refresh();
    changed_.notify();
}

} // namespace kcpp::consuming
