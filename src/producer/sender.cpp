#include "producer/sender.hpp"

#include "producer/core.hpp"
#include "producer/withdrawal.hpp"

#include <algorithm>
#include <utility>

namespace kcpp::producing {

sender::sender(core& owner, const client_options& options)
    : core_(owner), identity_(options), wake_(owner.client_->rt()) {}

void sender::wake() {
    awake_ = true;
    wake_.notify();
}

void sender::hurry(std::uint64_t round) {
    hurried_ = std::max(hurried_.value_or(0), round);
    wake();
}

void sender::withdraw(partition_queue& from, const withdrawal& which) {
    auto [wanted, emptied] = from.withdraw(which);
    if (!wanted) return;
    const error why = withdrawn_error(from.topic().name, from.index());
    core_.meter_.failed(from.topic().name, 1);
    core_.tell_failure(wanted, why);
    if (emptied) end(*emptied, why);
}

runtime::task<> sender::run(std::shared_ptr<core> owner) {
    sender& self = owner->sender_;
    while (!owner->stopped_) {
        self.awake_ = false;
        const auto now = owner->client_->rt().now();
        const bool news = self.collect_news(now);
        if (self.next_expiry_ <= now) self.expire(now);
        self.let_in(now);
        const auto [next, sent] = self.send_what_is_due();
        if (self.awake_) continue;
        const auto until =
            self.come_by(std::min({next, self.next_expiry_, self.let_in_at_}), news || sent);
        co_await self.wake_.wait(until);
    }
}

void sender::list(partition_queue& queue, runtime::time_point now) {
    const auto seen = queue.look();
    if (!seen.any) return;
    next_expiry_ = std::min(next_expiry_, expiry_of(seen, now));
    if (!std::exchange(queue.io.listed, true)) listed_.push_back(&queue);
}

sender::prospect sender::send_what_is_due() {
    const auto now = core_.client_->rt().now();
    prospect ahead;
    auto& [next, sent] = ahead;
    auto loads = group_by_leader(now, next);
    for (auto& [node, load] : loads) {
        link& over = link_to(node);
        const bool due = goes_now(load, over, now);
        const bool went = due && reach(node, over, next) && send_load(node, over, load, now);
        if (load.due > now) next = std::min(next, load.due);
        note_progress(over, load.held_up || (due && !went), went, now, next);
        sent = sent || went;
    }
    for (auto& [node, over] : links_) {
        if (!loads.contains(node)) note_progress(over, false, false, now, next);
        mind_silence(node, over, now, next);
    }
    // A busy partition must not come before the others every time.
    if (sent) busy_ones_last();
    return ahead;
}

void sender::busy_ones_last() {
    std::vector<partition_queue*> busy;
    std::erase_if(listed_, [&](partition_queue* queue) {
        const bool served = queue->io.window.any_on_wire();
        if (served) busy.push_back(queue);
        return served;
    });
    listed_.insert(listed_.end(), busy.begin(), busy.end());
}

std::map<std::int32_t, sender::broker_load> sender::group_by_leader(runtime::time_point now,
                                                                    runtime::time_point& next) {
    std::map<std::int32_t, broker_load> loads;
    const auto known = core_.client_->metadata().current();
    std::erase_if(listed_, [&](partition_queue* queue) {
        const auto seen = queue->look();
        if (queue->io.window.empty() && !seen.any) {
            queue->io.listed = false;
            return true;
        }
        const auto leader = leader_of(*queue, *known, now);
        if (!leader) return false;
        if (queue->io.retry_at > now && queue->io.tried == *leader) {
            next = std::min(next, queue->io.retry_at);
            return false;
        }
        if (identify(*queue, next)) plan(loads[leader->node], *queue, seen, leader->node, now);
        return false;
    });
    return loads;
}

void sender::plan(broker_load& load, partition_queue& queue, const partition_queue::outlook& seen,
                  std::int32_t leader, runtime::time_point now) const {
    const auto when = due(queue, seen, leader, now);
    if (!when) {
        load.held_up = load.held_up || (seen.any && !seen.unfinished);
        return;
    }
    load.sendable.push_back(&queue);
    load.due = std::min(load.due, *when);
    load.ready_bytes += seen.bytes;
    load.crowded = load.crowded || seen.crowded;
}

/// What is ready need not wait for linger. But while the broker is at work on something, it waits
/// for more to share its request, as long as more can: a request costs as much as many records.
bool sender::goes_now(const broker_load& load, const link& over, runtime::time_point now) {
    if (load.due <= now) return true;
    if (load.ready_bytes == 0) return false;
    return over.in_flight == 0 || load.crowded || load.ready_bytes >= worth_a_request;
}

std::optional<cluster::leadership>
sender::leader_of(partition_queue& queue, const cluster::snapshot& known, runtime::time_point now) {
    auto& io = queue.io;
    // Of ten thousand partitions, looking each one up every time would be most of the work.
    if (io.as_of != known.generation || now >= io.wanted_again_at) look_up(queue, known, now);
    if (io.led_by.node >= 0) return io.led_by;
    core_.client_->metadata().look_for_leader();
    return std::nullopt;
}

void sender::look_up(partition_queue& queue, const cluster::snapshot& known,
                     runtime::time_point now) {
    auto& io = queue.io;
    // Metadata forgets what nobody wants (L4).
    core_.client_->metadata().want(queue.topic().name);
    io.wanted_again_at = runtime::after(now, want_interval);
    io.as_of = known.generation;
    const auto* where = known.find(queue.topic().name, queue.index());
    const auto leader = where != nullptr ? cluster::leadership{where->leader, where->leader_epoch}
                                         : cluster::leadership();
    if (std::exchange(io.led_by, leader) == leader || leader.node < 0) return;
    io.pause.reset();
    // The cluster would not have chosen it if it were still down.
    link_to(leader.node).retry_at = {};
    core_.client_->pool().expect(leader.node);
}

/// When this partition has waited for long enough; never, if it has to wait for answers.
std::optional<runtime::time_point> sender::due(const partition_queue& queue,
                                               const partition_queue::outlook& seen,
                                               std::int32_t leader, runtime::time_point now) const {
    if (queue.io.window.due_again()) return now;
    if (!seen.any || seen.unfinished || !takes_new(queue, leader)) return std::nullopt;
    const bool at_once = hurried_ && seen.round <= *hurried_;
    return at_once ? now : runtime::after(seen.opened, core_.options_.linger);
}

bool sender::takes_new(const partition_queue& queue, std::int32_t leader) const {
    return queue.io.window.takes_new(leader,
                                     static_cast<std::size_t>(core_.options_.max_in_flight));
}

} // namespace kcpp::producing
