#include "producer/sender.hpp"

#include "producer/core.hpp"

#include <algorithm>

namespace kcpp::producing {

sender::sender(core& owner) : core_(owner), wake_(owner.client_->rt()) {}

void sender::tell(partition_queue& changed) {
    {
        std::lock_guard lock(news_mutex_);
        news_.push_back(&changed);
        // Whoever made it non-empty has posted the wake-up already.
        if (news_.size() > 1) return;
    }
    core_.client_->rt().execute([self = core_.shared_from_this()] { self->sender_.wake(); });
}

void sender::wake() {
    awake_ = true;
    wake_.notify();
}

void sender::hurry(std::uint64_t round) {
    hurried_ = std::max(hurried_.value_or(0), round);
    wake();
}

runtime::task<> sender::run(std::shared_ptr<core> owner) {
    sender& self = owner->sender_;
    while (!owner->stopped_) {
        self.awake_ = false;
        self.collect_news();
        const auto now = owner->client_->rt().now();
        if (self.next_expiry_ <= now) self.expire(now);
        const auto due = self.send_what_is_due();
        if (!self.awake_) co_await self.wake_.wait(std::min(due, self.next_expiry_));
    }
}

void sender::collect_news() {
    std::vector<partition_queue*> news;
    {
        std::lock_guard lock(news_mutex_);
        news.swap(news_);
    }
    for (partition_queue* changed : news)
        list(*changed);
}

void sender::list(partition_queue& queue) {
    const auto seen = queue.look();
    if (!seen.any) return;
    next_expiry_ = std::min(next_expiry_, seen.deadline);
    if (!std::exchange(queue.io.listed, true)) listed_.push_back(&queue);
}

runtime::time_point sender::send_what_is_due() {
    const auto now = core_.client_->rt().now();
    auto next = runtime::never;
    bool sent = false;
    for (auto& [node, load] : group_by_leader(now, next)) {
        if (load.due > now) {
            next = std::min(next, load.due);
            continue;
        }
        link& over = link_to(node);
        if (reach(node, over, next)) sent = send_load(node, over, load) || sent;
    }
    // A busy partition must not come before the others every time.
    if (sent) busy_ones_last();
    return next;
}

void sender::busy_ones_last() {
    std::vector<partition_queue*> busy;
    std::erase_if(listed_, [&](partition_queue* queue) {
        if (queue->io.in_flight) busy.push_back(queue);
        return queue->io.in_flight != nullptr;
    });
    listed_.insert(listed_.end(), busy.begin(), busy.end());
}

bool sender::send_load(std::int32_t node, link& over, broker_load& load) {
    bool sent = false;
    while (!load.sendable.empty() && over.in_flight < core_.options_.max_in_flight) {
        auto filled = fill_request(node, load);
        if (filled->batches.empty()) break;
        ++over.in_flight;
        core_.client_->spawn(exchange(core_.shared_from_this(), over.open, std::move(filled)));
        sent = true;
    }
    return sent;
}

std::map<std::int32_t, sender::broker_load> sender::group_by_leader(runtime::time_point now,
                                                                    runtime::time_point& next) {
    std::map<std::int32_t, broker_load> loads;
    const auto cluster = core_.client_->metadata().current();
    std::erase_if(listed_, [&](partition_queue* queue) {
        if (queue->io.in_flight) return false;
        const auto seen = queue->look();
        if (!seen.any) {
            queue->io.listed = false;
            return true;
        }
        if (queue->io.retry_at > now) {
            next = std::min(next, queue->io.retry_at);
            return false;
        }
        // Metadata forgets what nobody wants (L4).
        core_.client_->metadata().want(queue->topic().name);
        const auto* where = cluster->find(queue->topic().name, queue->index());
        if (where == nullptr || where->leader < 0) {
            core_.client_->metadata().refresh();
            queue->io.retry_at = runtime::after(now, core_.client_->options().retry_backoff);
            next = std::min(next, queue->io.retry_at);
            return false;
        }
        broker_load& load = loads[where->leader];
        load.sendable.push_back(queue);
        const bool at_once = seen.ready || (hurried_ && seen.round <= *hurried_);
        load.due =
            std::min(load.due, at_once ? now : runtime::after(seen.opened, core_.options_.linger));
        return false;
    });
    return loads;
}

std::shared_ptr<produce_exchange> sender::fill_request(std::int32_t node, broker_load& load) {
    auto filled = std::make_shared<produce_exchange>();
    filled->node = node;
    std::size_t bytes = 0;
    const auto context = core_.context();
    auto& queues = load.sendable;
    std::size_t used = 0;
    for (; used < queues.size() && bytes < core_.options_.max_request_bytes; ++used) {
        auto taken = queues[used]->take(context);
        if (!taken) continue;
        if (bytes != 0 && bytes + taken->sealed.size() > core_.options_.max_request_bytes) {
            queues[used]->put_back(std::move(taken));
            break;
        }
        bytes += taken->sealed.size();
        ++taken->attempts;
        taken->topic_id = taken->home.topic().id;
        taken->sealed.stamp({});
        queues[used]->io.in_flight = taken;
        filled->batches.push_back(std::move(taken));
    }
    queues.erase(queues.begin(), queues.begin() + static_cast<std::ptrdiff_t>(used));
    return filled;
}

runtime::task<> sender::exchange(std::shared_ptr<core> owner,
                                 std::shared_ptr<network::connection> over,
                                 std::shared_ptr<produce_exchange> sent) {
    const client_options& client = owner->client_->options();
    const auto request = build_request(*sent, owner->options_, client);
    network::call_options limits;
    limits.limits.timeout = client.request_timeout;
    limits.newest = newest_version(*sent);
    limits.leaves = network::effect::lasting;
    limits.answered = owner->options_.acks != acks::none;
    for (const auto& each : sent->batches)
        limits.payload_owners.push_back(each->sealed.bytes().owner);
    auto said = co_await network::call(over, client.client_id, request, limits);

    sender& self = owner->sender_;
    --self.link_to(sent->node).in_flight;
    for (const auto& each : sent->batches)
        each->home.io.in_flight = nullptr;
    if (!said)
        self.settle_unanswered(*sent, said.error());
    else if (!limits.answered)
        self.settle_unasked(*sent);
    else
        self.settle(*sent, said->body, said->version);
    self.wake();
}

} // namespace kcpp::producing
