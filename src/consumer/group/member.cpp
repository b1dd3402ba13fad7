#include "consumer/group/member.hpp"

#include "consumer/core.hpp"
#include "network/backoff.hpp"

#include <algorithm>

namespace kcpp::consuming {

namespace {

std::optional<std::string> given(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

} // namespace

member::member(std::shared_ptr<core> owner, std::vector<std::string> topics)
    : topics_(std::move(topics)), membership_(given(owner->options().group_instance_id)),
      lane_(owner->cluster().pool().open_lane()), news_(owner->cluster().rt()),
      claim_changed_(owner->cluster().rt()) {}

void member::start(std::shared_ptr<core> owner, std::shared_ptr<member> self) {
    owner->life().start_watch(owner->cluster().rt().now());
    owner->cluster().spawn(run(owner, self));
}

void member::resubscribe(std::vector<std::string> topics) {
    topics_ = std::move(topics);
    news_.notify();
}

void member::acknowledge(std::uint64_t claim) {
    given_up_ = claim;
    news_.notify();
}

std::optional<identity> member::identity_of(std::uint64_t claim) const {
    // Without a generation it was put out of the group, and is about to lose its partitions.
    if (claim == 0 || claim != claim_ || membership_.who().generation < 0) return std::nullopt;
    return membership_.who();
}

void member::commit_refused(core& owner, broker_errc why, const identity& sent) {
    const verdict said = membership_.on_commit(why, sent);
    const next_step then = follow(owner, said, why, "OffsetCommit");
    if (then != next_step::stay) demand(then);
}

/// What is graver stands.
void member::demand(next_step then) {
    if (!demanded_ || then == next_step::stop || *demanded_ == next_step::rejoin) demanded_ = then;
    news_.notify();
}

runtime::task<> member::run(std::shared_ptr<core> owner, std::shared_ptr<member> self) {
    cluster::core& cluster = owner->cluster();
    network::backoff pauses(cluster.options().retry_backoff, cluster.options().retry_backoff_max);
    next_step then = next_step::join;
    while (!self->leaving_ && !owner->stopped()) {
        switch (then) {
        case next_step::join: then = co_await self->join(*owner); break;
        case next_step::join_later: {
            const auto pause = pauses.next(cluster.rt().random());
            co_await cluster.pause(pause, runtime::never);
            then = next_step::join;
            break;
        }
        case next_step::sync: then = co_await self->sync(*owner); break;
        case next_step::stay:
            pauses.reset();
            owner->cluster().spawn(heartbeat(owner, self, self->claim_));
            then = co_await self->stay(*owner);
            break;
        case next_step::rejoin: then = co_await self->give_up(*owner); break;
        case next_step::lose:
            self->lose(*owner, "the group went on without this member");
            then = next_step::join;
            if (self->away_) then = co_await self->wait_for_application(*owner);
            break;
        case next_step::stop: self->lose(*owner, "this member is out of the group"); co_return;
        }
    }
}

/// Until something must be done.
runtime::task<next_step> member::stay(core& owner) {
    while (!leaving_ && !owner.stopped()) {
        if (demanded_) co_return *std::exchange(demanded_, std::nullopt);
        if (silent_too_long(owner)) co_return next_step::lose;
        if (topics_ != joined_topics_) co_return next_step::rejoin;
        if (membership_.is_leader() && topics_changed(owner)) {
            owner.log().info("group ", owner.options().group_id,
                             ": topics have changed, sharing them out anew");
            co_return next_step::rejoin;
        }
        co_await news_.wait(runtime::after(owner.cluster().rt().now(), tick(owner)));
    }
    co_return next_step::stay;
}

/// The application's thread does it, inside `poll` or `records()`: what it works on must not be
/// taken from under its hands.
runtime::task<next_step> member::give_up(core& owner) {
    if (claim_ == 0) co_return next_step::join;
    if (owner.hand().withdraw(claim_, rebalance_event::kind::assigned)) {
        // It never knew of them.
        owner.table().clear();
        claim_ = 0;
        claim_changed_.notify();
        co_return next_step::join;
    }
    revoking_ = claim_;
    // The coordinator may have begun to wait for this member right after it last said that all was
    // calm; a tenth is left for joining again.
    const auto patience = owner.options().max_poll_interval;
    const auto deadline = runtime::after(calm_at_, patience - patience / 10);
    owner.hand().tell(
        {rebalance_event::kind::revoked, claim_, owner.table().assignment(), deadline});
    while (!leaving_ && !owner.stopped() && given_up_ != claim_) {
        const auto worse = std::exchange(demanded_, std::nullopt);
        if (worse && *worse != next_step::rejoin) co_return *worse;
        if (silent_too_long(owner)) co_return next_step::lose;
        co_await news_.wait(runtime::after(owner.cluster().rt().now(), tick(owner)));
    }
    if (leaving_ || owner.stopped()) co_return next_step::stay;
    claim_ = revoking_ = 0;
    claim_changed_.notify();
    co_return next_step::join;
}

void member::take_up(core& owner, std::vector<topic_partition> partitions) {
    demanded_.reset();
    // Coordinators do not count joining and syncing in a generation that goes on already as a sign
    // of life: only a heartbeat is one for sure.
    owner.life().set_lease(runtime::time_point{});
    previous_ = {partitions, membership_.who().generation};
    claim_ = owner.table().assign(partitions, partition_table::start::at_committed,
                                  partition_table::hold::until_released);
    owner.log().info("group ", owner.options().group_id, ": ", partitions.size(),
                     " partitions assigned in generation ", membership_.who().generation);
    owner.hand().tell(
        {rebalance_event::kind::assigned, claim_, std::move(partitions), runtime::never});
    owner.finding().wake();
    owner.fetching().wake();
}

void member::lose(core& owner, const char* why) {
    const auto lost = std::exchange(claim_, 0);
    if (lost == 0) return;
    claim_changed_.notify();
    auto partitions = owner.table().assignment();
    owner.table().clear();
    owner.life().set_lease(runtime::never);
    owner.log().warning("group ", owner.options().group_id, ": ", partitions.size(),
                        " partitions were lost: ", why);
    const bool unknown_to_it = owner.hand().withdraw(lost, rebalance_event::kind::assigned);
    const bool told_already =
        revoking_ == lost && !owner.hand().withdraw(lost, rebalance_event::kind::revoked);
    revoking_ = 0;
    if (unknown_to_it || told_already)
        owner.hand().interrupt();
    else
        owner.hand().tell(
            {rebalance_event::kind::lost, lost, std::move(partitions), runtime::never});
}

/// An application that does not come back for its records would keep its partitions from the others
/// (KIP-62).
bool member::silent_too_long(core& owner) {
    const auto now = owner.cluster().rt().now();
    if (owner.life().away(now) < owner.options().max_poll_interval) return false;
    owner.log().warning(
        "group ", owner.options().group_id, ": the application has not polled for ",
        owner.options().max_poll_interval,
        " (max_poll_interval), so this member leaves; it joins again with the next poll");
    return away_ = true;
}

runtime::task<next_step> member::wait_for_application(core& owner) {
    away_ = false;
    owner.life().await_application();
    const auto until =
        runtime::after(owner.cluster().rt().now(), owner.cluster().options().request_timeout);
    co_await say_goodbye(owner, until);
    while (!leaving_ && !owner.stopped() &&
           owner.life().away(owner.cluster().rt().now()) > runtime::duration::zero())
        co_await news_.wait(runtime::never);
    co_return next_step::join;
}

/// The leader watches all topics of the group, also those that do not exist yet.
bool member::topics_changed(core& owner) const {
    cluster::metadata& metadata = owner.cluster().metadata();
    const auto known = metadata.current();
    bool some_missing = false;
    for (const auto& [name, size] : sizes_) {
        metadata.want(name);
        some_missing = some_missing || size == 0;
        const auto topic = known->find(name);
        if (!topic) continue;
        const auto now = static_cast<std::int32_t>(topic->partitions.size());
        const bool well = topic->error == broker_errc::none;
        // A topic that cannot be seen for a moment is not gone: metadata keeps its partitions for a
        // while.
        if ((well || now == 0) && now != size) return true;
    }
    if (some_missing) metadata.refresh();
    return false;
}

runtime::duration member::tick(const core& owner) const {
    // So that a silent application is noticed at most a tenth late.
    return std::min<runtime::duration>(owner.options().heartbeat_interval,
                                       owner.options().max_poll_interval / 10);
}

std::optional<rebalance_event> member::begin_leave(core& owner) {
    leaving_ = true;
    news_.notify();
    if (claim_ == 0 || given_up_ == claim_) return std::nullopt;
    if (owner.hand().withdraw(claim_, rebalance_event::kind::assigned)) return std::nullopt;
    // Whoever leaves carries it out itself.
    owner.hand().withdraw(claim_, rebalance_event::kind::revoked);
    return rebalance_event{rebalance_event::kind::revoked, claim_, owner.table().assignment(),
                           runtime::never};
}

runtime::task<> member::leave(std::shared_ptr<core> owner, std::shared_ptr<member> self,
                              runtime::time_point until) {
    self->leaving_ = true;
    self->claim_ = 0;
    self->news_.notify();
    self->claim_changed_.notify();
    owner->life().set_lease(runtime::never);
    co_await self->say_goodbye(*owner, until);
    owner->cluster().pool().close_lane(
        self->lane_, error(client_errc::closed, "the consumer has left the group"));
}

} // namespace kcpp::consuming
