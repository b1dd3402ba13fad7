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

void sender::hurry(std::uint64_t round) {
    hurried_ = true;
    hurried_round_ = std::max(hurried_round_, round);
    wake_.notify();
}

runtime::task<> sender::run(std::shared_ptr<core> owner) {
    sender& self = owner->sender_;
    while (!owner->stopped_) {
        self.collect_news();
        const auto now = owner->client_->rt().now();
        if (self.next_expiry_ <= now) self.expire(now);
        const auto due = self.send_what_is_due();
        co_await self.wake_.wait(std::min(due, self.next_expiry_));
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
    auto loads = group_by_leader(now, next);
    for (auto& [node, load] : loads) {
        if (load.due > now) {
            next = std::min(next, load.due);
            continue;
        }
        // One request after the other, as long as there is something to put in and the broker may
        // be asked.
        while (!load.sendable.empty() && in_flight_[node] < core_.options_.max_in_flight) {
            auto filled = fill_request(node, load);
            if (filled->batches.empty()) break;
            ++in_flight_[node];
            core_.client_->spawn(exchange(core_.shared_from_this(), std::move(filled)));
        }
    }
    return next;
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
        const auto* where = cluster->find(queue->topic().name, queue->index());
        if (where == nullptr || where->leader < 0) {
            core_.client_->metadata().refresh();
            queue->io.retry_at = runtime::after(now, core_.client_->options().retry_backoff);
            next = std::min(next, queue->io.retry_at);
            return false;
        }
        core_.client_->metadata().want(queue->topic().name);
        broker_load& load = loads[where->leader];
        load.sendable.push_back(queue);
        const bool at_once = seen.ready || (hurried_ && seen.round <= hurried_round_);
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
        taken->sealed.stamp({});
        queues[used]->io.in_flight = taken;
        filled->batches.push_back(std::move(taken));
    }
    queues.erase(queues.begin(), queues.begin() + static_cast<std::ptrdiff_t>(used));
    return filled;
}

runtime::task<> sender::exchange(std::shared_ptr<core> owner,
                                 std::shared_ptr<produce_exchange> sent) {
    const auto request = build_request(*sent, owner->options_, owner->client_->options());
    network::call_options limits;
    limits.limits.timeout = owner->client_->options().request_timeout;
    limits.newest = newest_version(*sent);
    limits.leaves = network::effect::lasting;
    limits.answered = owner->options_.acks != acks::none;
    for (const auto& each : sent->batches)
        limits.payload_owners.push_back(each->sealed.bytes().owner);
    auto said =
        co_await owner->client_->call(sent->node, cluster::purpose::produce, request, limits);

    sender& self = owner->sender_;
    --self.in_flight_[sent->node];
    for (const auto& each : sent->batches)
        each->home.io.in_flight = nullptr;
    if (!said)
        self.settle_unanswered(*sent, said.error());
    else if (!limits.answered)
        self.settle_unasked(*sent);
    else
        self.settle(*sent, said->body, said->version);
    self.wake_.notify();
}

} // namespace kcpp::producing
