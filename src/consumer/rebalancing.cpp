// What the application's thread does when partitions come and go.

#include "consumer/core.hpp"

#include <algorithm>

namespace kcpp::consuming {

void core::carry_out(const rebalance_event& event) {
    switch (event.what) {
    case rebalance_event::kind::assigned:
        begin_assigned(event);
        (void)call_and_commit(handlers_.assigned, event);
        table_.release(event.partitions);
        break;
    case rebalance_event::kind::revoked:
        (void)revoke(event);
        end_revoked(event);
        break;
    case rebalance_event::kind::lost:
        meter_.lost();
        (void)call_and_commit(handlers_.lost, event);
        rebalancing_ = false;
        break;
    }
}

void core::begin_assigned(const rebalance_event& event) {
    meter_.assigned();
    table_.announce(event.partitions);
    rebalancing_ = false;
    handler_deadline_ = in(cluster_->options().api_timeout);
}

void core::begin_revoked(const rebalance_event& event) {
    meter_.revoked();
    if (in_hand_) note_position();
    handler_deadline_ = std::min(event.deadline, in(cluster_->options().api_timeout));
}

void core::end_revoked(const rebalance_event& event) {
    // Only what was revoked: if this took too long the group may have given others by now.
    table_.give_up(event.partitions);
    rebalancing_ = true;
    cluster_->rt().execute([self = shared_from_this(), gone = event.partitions] {
        if (self->member_) self->member_->acknowledge(gone);
    });
}

/// The last moment to commit: what is done by itself, then whatever the handler wants.
result<void> core::revoke(const rebalance_event& event) {
    begin_revoked(event);
    const auto done = commit_by_itself(done_so_far(), handler_deadline_);
    const auto wanted = call_and_commit(handlers_.revoked, event);
    return done ? wanted : done;
}

result<void> core::call_and_commit(const std::function<void(rebalance_scope&)>& handler,
                                   const rebalance_event& event) {
    return commit_by_itself(call(handler, event), handler_deadline_);
}

progress core::call(const std::function<void(rebalance_scope&)>& handler,
                    const rebalance_event& event) {
    if (!handler) return {};
    const bool lost = event.what == rebalance_event::kind::lost;
    const auto partitions = partitions_of(event.partitions);
    rebalance_scope scope(*this, partitions, lost);
    try {
        handler(scope);
    } catch (...) {
        // Kept until the rebalance is complete; of several, the first tells the cause.
        if (!kept_) kept_ = std::current_exception();
    }
    if (lost || !scope.commits_on_return_) return {};
    auto next = positions_of(partitions);
    auto during = tenures_of(next);
    return during ? progress{std::move(next), *std::move(during)} : progress();
}

/// Of what was handed out.
offsets core::positions_of(std::span<const topic_partition> partitions) const {
    offsets next = table_.handed_out_positions().next;
    std::erase_if(next, [&](const auto& one) {
        return std::ranges::find(partitions, one.first) == partitions.end();
    });
    return next;
}

progress core::done_so_far() const {
    return commits_by_itself() ? table_.uncommitted_done() : progress();
}

/// What goes wrong is logged too: only who closes gets to know of it otherwise.
result<void> core::commit_by_itself(progress made, runtime::time_point until) {
    if (made.next.empty()) return {};
    auto committed =
        wait_for(send_commit(std::move(made), until, committer::asked_by::nobody), until);
    if (!committed) log_.warning("group ", options_.group_id, ": ", committed.error().message());
    return committed;
}

result<void> core::commit_in_handler(std::span<const topic_partition> partitions, offsets next,
                                     bool lost) {
    if (lost && !partitions.empty()) return not_held(partitions.front());
    if (next.empty()) next = positions_of(partitions);
    auto during = tenures_of(next);
    if (!during) return during.error();
    return wait_for(send_commit({std::move(next), *std::move(during)}, handler_deadline_),
                    handler_deadline_);
}

/// Commits from time to time what the application is done with.
runtime::task<> core::auto_commit(std::shared_ptr<core> self) {
    cluster::core& cluster = *self->cluster_;
    while (!self->stopped_) {
        const bool go_on =
            co_await cluster.pause(self->options_.auto_commit_interval, runtime::never);
        if (!go_on || self->stopped_) co_return;
        // A records() loop says how far it is when it is asked, by the next time.
        self->hand_.interrupt();
        auto done = self->table_.uncommitted_done();
        if (done.next.empty()) continue;
        const auto until = runtime::after(cluster.rt().now(), cluster.options().api_timeout);
        auto committed =
            co_await committer::commit(self, std::move(done), committer::asked_by::nobody, until);
        if (!committed)
            self->log_.warning("group ", self->options_.group_id, ": ",
                               committed.error().message());
    }
}

} // namespace kcpp::consuming

namespace kcpp {

result<void> rebalance_scope::commit() {
    return owner_.commit_in_handler(partitions_, {}, lost_);
}

result<void> rebalance_scope::commit(const offsets& next) {
    if (next.empty()) return {};
    return owner_.commit_in_handler(partitions_, next, lost_);
}

result<void> rebalance_scope::seek(const topic_partition& partition, offset_t offset) {
    return owner_.seek(partition, offset);
}

result<void> rebalance_scope::pause(std::span<const topic_partition> partitions) {
    return owner_.pause({partitions.begin(), partitions.end()});
}

} // namespace kcpp
