// Over which connections the sender reaches the brokers, and which of them take anything.

#include "producer/core.hpp"
#include "producer/sender.hpp"

#include <utility>

namespace kcpp::producing {

sender::link& sender::link_to(std::int32_t node) {
    return links_.try_emplace(node, core_.client_->options()).first->second;
}

bool sender::reach(std::int32_t node, link& to, runtime::time_point& next) {
    if (to.open && to.open->is_open()) return true;
    const auto lost = std::exchange(to.open, nullptr);
    if (lost && !lost->idle_too_long()) to.failure = lost->closed_because();
    // With acks=none, hanging up is all that a broker can say, and it may mean that it leads no
    // more (P22).
    if (to.failure) core_.client_->metadata().look_for_leader();
    if (to.opening) return false;
    if (to.retry_at > core_.client_->rt().now()) {
        next = std::min(next, to.retry_at);
        return false;
    }
    to.opening = true;
    core_.client_->spawn(open_link(core_.shared_from_this(), node));
    return false;
}

runtime::task<> sender::open_link(std::shared_ptr<core> owner, std::int32_t node) {
    cluster::core& client = *owner->client_;
    const auto until = runtime::after(client.rt().now(), client.options().request_timeout);
    auto opened = co_await client.pool().get(node, cluster::purpose::produce, until);
    sender& self = owner->sender_;
    link& to = self.link_to(node);
    to.opening = false;
    if (opened) {
        to.open = *opened;
        to.pause.reset();
        to.failure.reset();
    } else {
        self.not_opened(node, to, opened.error());
    }
    self.wake();
}

void sender::not_opened(std::int32_t node, link& to, const error& why) {
    cluster::core& client = *core_.client_;
    to.failure = why;
    to.retry_at = runtime::after(client.rt().now(), to.pause.next(client.rt().random()));
    client.metadata().look_for_leader();
    if (may_be_tried_again(why)) return;
    const auto cluster = client.metadata().current();
    for (partition_queue* queue : listed_) {
        const auto* where = cluster->find(queue->topic().name, queue->index());
        if (where != nullptr && where->leader == node) fail_waiting(*queue, why);
    }
}

/// KIP-794: a broker that takes nothing is avoided by records that may go elsewhere.
void sender::note_progress(link& over, bool waits, bool sent, runtime::time_point now,
                           runtime::time_point& next) {
    const runtime::duration patience = core_.options_.availability_timeout;
    if (patience == runtime::duration::zero()) return;
    if (sent || !waits)
        over.waits_since.reset();
    else if (!over.waits_since)
        over.waits_since = now;
    const bool stalled = over.waits_since && runtime::after(*over.waits_since, patience) <= now;
    if (over.waits_since && !stalled)
        next = std::min(next, runtime::after(*over.waits_since, patience));
    if (std::exchange(over.stalled, stalled) != stalled) core_.client_->metadata().nudge();
}

/// A broker that froze, or lost its power, hangs up on nobody. The cluster knows in a few seconds,
/// and has others in its place long before `request_timeout`.
void sender::mind_silence(std::int32_t node, link& over, runtime::time_point now,
                          runtime::time_point& next) {
    if (over.in_flight == 0 || over.doubted) return;
    const auto due = runtime::after(over.heard_at, silence);
    if (due > now) {
        next = std::min(next, due);
        return;
    }
    over.doubted = true;
    core_.client_->spawn(doubt(core_.shared_from_this(), node));
}

runtime::task<> sender::doubt(std::shared_ptr<core> owner, std::int32_t node) {
    co_await cluster::metadata::doubt(owner->client_, node);
    sender& self = owner->sender_;
    link& doubted = self.link_to(node);
    doubted.doubted = false;
    doubted.heard_at = owner->client_->rt().now();
    self.wake();
}

std::set<std::int32_t> sender::stalled_brokers() const {
    std::set<std::int32_t> stalled;
    for (const auto& [node, over] : links_)
        if (over.stalled) stalled.insert(node);
    return stalled;
}

} // namespace kcpp::producing
