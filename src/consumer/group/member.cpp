#include "consumer/group/member.hpp"

#include "consumer/core.hpp"

#include <algorithm>

namespace kcpp::consuming {

member::member(core& owner, wanted_topics wanted)
    : core_(owner), wanted_(std::move(wanted)), holdings_(owner.table(), owner.hand()),
      news_(owner.cluster().rt()) {}

void member::resubscribe(wanted_topics wanted) {
    wanted_ = std::move(wanted);
    news_.notify();
}

void member::acknowledge(const tenures& given_up) {
    holdings_.acknowledge(given_up);
    news_.notify();
}

std::optional<rebalance_event> member::begin_leave() {
    leaving_ = true;
    news_.notify();
    return holdings_.end();
}

runtime::task<> member::leave(std::shared_ptr<core> owner, std::shared_ptr<member> self,
                              runtime::time_point until) {
    self->leaving_ = self->gone_ = true;
    self->news_.notify();
    owner->life().set_lease(runtime::never);
    co_await self->say_goodbye(until);
    self->end();
}

bool member::is_over() const {
    return leaving_ || core_.stopped();
}

runtime::time_point member::now() const {
    return core_.cluster().rt().now();
}

void member::revoke(const tenures& gone, runtime::time_point deadline) {
    holdings_.give_up(gone, deadline);
    core_.life().shorten_lease(holdings_.deadline());
}

void member::renew_lease(runtime::time_point heard_at) {
    const bool lapsed = !core_.life().lease_holds(now());
    core_.life().set_lease(
        std::min(runtime::after(heard_at, core_.options().session_timeout), holdings_.deadline()));
    if (lapsed) core_.hand().data();
}

bool member::silent_too_long() {
    if (core_.life().away(now()) < core_.options().max_poll_interval) return false;
    core_.log().warning(
        "group ", core_.options().group_id, ": the application has not polled for ",
        core_.options().max_poll_interval,
        " (max_poll_interval), so this member leaves; it joins again with the next poll");
    return true;
}

runtime::task<> member::wait_for_application() {
    core_.life().await_application();
    co_await say_goodbye(runtime::after(now(), core_.cluster().options().request_timeout));
    while (!is_over() && core_.life().away(now()) > runtime::duration::zero())
        co_await news_.wait(runtime::never);
}

runtime::duration member::tick() const {
    return std::min<runtime::duration>(core_.options().heartbeat_interval,
                                       core_.options().max_poll_interval / 10);
}

} // namespace kcpp::consuming
