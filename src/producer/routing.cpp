// How a producer learns of partitions and who leads them, and lets in what waited for that.

#include "options/idempotence.hpp"
#include "producer/candidates.hpp"
#include "producer/core.hpp"

#include <algorithm>
#include <unordered_set>

namespace kcpp::producing {

runtime::task<> core::follow_metadata(std::shared_ptr<core> self) {
    cluster::metadata& metadata = self->client_->metadata();
    while (!self->stopped_ && !self->client_->closing()) {
        auto next = runtime::never;
        self->update_routes();
        std::unordered_set<const topic_entry*> found;
        for (const auto& topic : std::vector(self->looking_)) {
            if (const auto until = self->judge_waiting(*topic))
                next = std::min(next, *until);
            else
                found.insert(topic.get());
        }
        std::erase_if(self->looking_, [&](const auto& each) { return found.contains(each.get()); });
        self->sender_.wake();
        co_await metadata.wait_for_update(next);
    }
}

void core::update_routes() {
    const auto now = client_->metadata().current();
    const auto before = routes_.current();
    const auto stalled = sender_.stalled_brokers();
    const std::string_view rack =
        options_.rack_aware ? std::string_view(client_->options().rack) : std::string_view();
    std::shared_ptr<routes::table> next;
    admission came;
    {
        std::vector<std::unique_lock<std::mutex>> held;
        std::lock_guard lock(topics_mutex_);
        for (const auto& [name, topic] : topics_) {
            const auto known = now->find(name);
            // A topic that is not to be seen any more may come back.
            if (!known || known->partitions.empty()) continue;
            topic->id = known->id;
            const auto old = before->find(name);
            const std::size_t count = known->partitions.size();
            auto open = candidates(*known, *now, rack, stalled);
            if (old != before->end() && old->second.partitions.size() == count &&
                old->second.candidates == open)
                continue;
            if (!next) next = std::make_shared<routes::table>(*before);
            const route& to = (*next)[name] = make_route(topic, count, std::move(open));
            // Until the new routes are seen by all, nobody may overtake what has waited for them.
            held.emplace_back(topic->waiting_mutex);
            admit(*topic, to, came);
        }
        if (next) routes_.publish(std::move(next));
    }
    for (auto& each : came.full)
        finish(std::move(each));
    for (auto& [waiting, why] : came.refused)
        give_up(waiting, why);
}

route core::make_route(std::shared_ptr<topic_entry> topic, std::size_t partitions,
                       std::vector<partition_id> open) {
    auto& queues = topic->partitions;
    if (!topic->keyless) topic->keyless.emplace(client_->rt().random());
    while (queues.size() < partitions) {
        const auto index = static_cast<partition_id>(queues.size());
        queues.push_back(std::make_unique<partition_queue>(*topic, index, client_->options(),
                                                           options::is_idempotent(options_)));
    }
    route to{std::move(topic), {}, std::move(open)};
    for (std::size_t i = 0; i < partitions; ++i)
        to.partitions.push_back(queues[i].get());
    return to;
}

void core::admit(topic_entry& topic, const route& to, admission& came) {
    std::deque<waiting_record> still;
    for (waiting_record& each : topic.waiting) {
        const producer_record record = each.record;
        if (!to.has(record.partition)) {
            still.push_back(std::move(each));
            continue;
        }
        const record::record_fields fields{*record.timestamp, record.key, record.value,
                                           record.headers};
        const append_context as_sent{options_,  budget_,    outstanding_,
                                     spare_,    usual_,     client_->rt(),
                                     each.sent, each.round, each.recall.get()};
        std::optional<error> why;
        partition_queue* const chosen = choose(to, record, why);
        if (chosen == nullptr) {
            came.refused.emplace_back(std::move(each), *std::move(why));
            continue;
        }
        append_result appended = chosen->append(fields, each.wanted, as_sent, room::granted);
        if (appended.full) came.full.push_back(std::move(appended.full));
        if (appended.woke_up) sender_.tell(*chosen);
        budget_.give_back(each.charged);
        outstanding_.end(each.round);
    }
    topic.waiting = std::move(still);
}

} // namespace kcpp::producing
