// What goes into a produce request, and on its way.

#include "producer/core.hpp"
#include "producer/sender.hpp"
#include "producer/splitting.hpp"

namespace kcpp::producing {

bool sender::send_load(std::int32_t node, link& over, broker_load& load, runtime::time_point now) {
    bool sent = false;
    while (goes_now(load, over, now) && over.in_flight < core_.options_.max_in_flight) {
        auto filled = fill_request(node, load, now);
        if (filled->batches.empty()) break;
        if (over.in_flight++ == 0) over.heard_at = now;
        core_.client_->spawn(exchange(core_.shared_from_this(), over.open, std::move(filled)));
        sent = true;
    }
    return sent;
}

/// The load is what is left to be sent then.
std::shared_ptr<produce_exchange> sender::fill_request(std::int32_t node, broker_load& load,
                                                       runtime::time_point now) {
    auto filled = std::make_shared<produce_exchange>();
    filled->node = node;
    std::size_t bytes = 0;
    broker_load left;
    left.held_up = load.held_up;
    for (partition_queue* queue : load.sendable) {
        const bool taken =
            bytes < core_.options_.max_request_bytes && add_next(*filled, *queue, bytes);
        if (taken || bytes != 0) plan(left, *queue, queue->look(), node, now);
    }
    load = std::move(left);
    return filled;
}

/// The next batch that was never sent, without the records that were called back.
std::shared_ptr<batch> sender::take(partition_queue& queue) {
    if (auto closed = queue.close_long(core_.options_)) {
        core_.finish(std::move(closed));
        return nullptr;
    }
    const auto context = core_.context();
    while (const auto next = queue.take(context)) {
        if (next->withdrawn.empty()) return next;
        if (auto rest = rest_of(*next, context)) {
            replaced(*next);
            return rest;
        }
        // Whoever was called back knows it.
        end(*next, failure_of(*next, error(client_errc::protocol_error,
                                           "the batch cannot be read any more")));
    }
    return nullptr;
}

/// Adds the batch whose turn it is in that partition, unless there is none or it is too much.
bool sender::add_next(produce_exchange& request, partition_queue& queue, std::size_t& bytes) {
    sequence_window& window = queue.io.window;
    auto next = window.due_again();
    const bool again = next != nullptr;
    if (!again) {
        if (!takes_new(queue, request.node)) return false;
        next = take(queue);
    }
    if (!next) return false;
    if (bytes != 0 && bytes + next->sealed.size() > core_.options_.max_request_bytes) {
        if (!again) queue.put_back(std::move(next));
        return false;
    }
    bytes += next->sealed.size();
    ++next->attempts;
    core_.meter_.sent(*next, core_.client_->rt().now());
    next->topic_id = queue.topic().id;
    queue.io.tried = queue.io.led_by;
    if (again)
        window.sent_again(request.node);
    else
        window.sent_new(next, request.node);
    request.batches.push_back(std::move(next));
    return true;
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
    const auto begun = owner->client_->rt().now();
    auto said = co_await network::call(over, client.client_id, request, limits);
    limits.payload_owners.clear(); // so that their memory can be used again
    owner->meter_.answered(*sent, owner->client_->rt().now() - begun);

    // Everything has had its outcome then.
    if (owner->stopped_) co_return;
    sender& self = owner->sender_;
    link& to = self.link_to(sent->node);
    --to.in_flight;
    to.heard_at = owner->client_->rt().now();
    if (!said)
        self.settle_unanswered(*sent, said.error());
    else if (!limits.answered)
        self.settle_unasked(*sent);
    else
        self.settle(*sent, said->body, said->version);
    self.wake();
}

} // namespace kcpp::producing
