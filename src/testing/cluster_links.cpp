// What brokers are to one another: who follows whom, who lags, who is not heard of.

#include "testing/cluster.hpp"

namespace kcpp::testing {

void cluster::crash_broker(std::int32_t id) {
    if (!state.find_broker(id)->up) return;
    for (auto& [name, t] : state.topics())
        for (partition& p : t.partitions)
            p.lose_tail(id);
    stop_broker(id);
}

void cluster::freeze_broker(std::int32_t id) {
    if (!state.find_broker(id)->up || links_.is_frozen(id)) return;
    links_.freeze(id);
    frozen_since_[id] = runtime.now();
    work.spawn(fence_if_frozen(
        this, id, runtime::after(runtime.now(), state.settings().broker_session_timeout)));
    update_followers();
}

void cluster::thaw_broker(std::int32_t id) {
    if (!links_.thaw(id)) return;
    if (state.find_broker(id)->fenced) state.unfence(id);
    update_followers();
}

void cluster::change_links(const std::function<void(links&)>& change) {
    change(links_);
    update_followers();
}

void cluster::for_each_follower(
    const std::function<void(topic&, partition&, std::int32_t follower)>& visit) {
    for (auto& [name, t] : state.topics())
        for (partition& p : t.partitions)
            for (const std::int32_t broker : p.replicas())
                if (broker != p.leader()) visit(t, p, broker);
}

void cluster::update_followers() {
    bool lags = false;
    for_each_follower([&](topic& t, partition& p, std::int32_t follower) {
        const topic_partition place{t.name, p.id()};
        if (p.leader() == no_broker || links_.can_follow(place, follower, p.leader())) {
            lag_since_.erase({place, follower});
            p.let_follow(follower, state.up_check());
        } else if (!p.held_back(follower)) {
            lag_since_[{place, follower}] = runtime.now();
            p.hold_back(follower);
        }
        lags = lags || p.held_back(follower);
    });
    update_coordinators();
    notify_all();
    if (lags && !watches_lag_) work.spawn(drop_who_lags(this));
    watches_lag_ = watches_lag_ || lags;
}

/// Replicas that lag for too long are not in sync. Ends when none lags any more.
runtime::task<void> cluster::drop_who_lags(cluster* self) {
    while (!self->closing_ && !self->lag_since_.empty()) {
        const auto now = self->runtime.now();
        auto next = runtime::never;
        bool dropped = false;
        self->for_each_follower([&](topic& t, partition& p, std::int32_t follower) {
            const auto since = self->lag_since_.find({{t.name, p.id()}, follower});
            if (since == self->lag_since_.end()) return;
            const auto end =
                runtime::after(since->second, self->state.settings().replica_lag_time_max);
            if (end <= now)
                dropped = p.drop_from_sync(follower) || dropped;
            else
                next = std::min(next, end);
        });
        if (dropped) self->notify_all();
        co_await self->stop_news.wait(next);
    }
    self->watches_lag_ = false;
}

runtime::task<void> cluster::fence_if_frozen(cluster* self, std::int32_t id,
                                             runtime::time_point until) {
    const auto since = self->frozen_since_[id];
    const auto still = [=] {
        return !self->closing_ && self->links_.is_frozen(id) && self->frozen_since_[id] == since;
    };
    while (still() && self->runtime.now() < until)
        co_await self->stop_news.wait(until);
    if (!still()) co_return;
    self->state.fence(id);
    self->update_followers();
}

} // namespace kcpp::testing
