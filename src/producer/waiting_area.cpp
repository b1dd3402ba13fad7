// What becomes of records whose partition cannot be chosen yet, because nothing is known of their
// topic, or of that partition.

#include "producer/core.hpp"

#include <algorithm>
#include <iterator>

namespace kcpp::producing {

namespace {

owned_record own(const producer_record& record, kcpp::timestamp time) {
    owned_record kept;
    kept.topic = record.topic;
    if (!record.key.is_null()) kept.key = record.key.to_string();
    if (!record.value.is_null()) kept.value = record.value.to_string();
    for (std::size_t i = 0; i < record.headers.size(); ++i)
        kept.headers.add(record.headers[i].name, record.headers[i].value);
    kept.partition = record.partition;
    kept.timestamp = record.timestamp.value_or(time);
    return kept;
}

std::size_t bytes_to_keep(const producer_record& record) {
    std::size_t bytes = sizeof(waiting_record) + record.key.size() + record.value.size();
    for (std::size_t i = 0; i < record.headers.size(); ++i)
        bytes += sizeof(header) + record.headers[i].name.size() + record.headers[i].value.size();
    return bytes;
}

bool can_take(const route& to, std::optional<partition_id> partition) {
    return !partition || static_cast<std::size_t>(*partition) < to.partitions.size();
}

bool is_final(broker_errc e) {
    return e == broker_errc::invalid_topic_exception ||
           e == broker_errc::topic_authorization_failed;
}

} // namespace

result<core::step> core::wait_for_topic(const producer_record& record, delivery_callback& wanted,
                                        std::size_t& missing) {
    auto& rt = client_->rt();
    const auto topic = entry(record.topic);
    const std::size_t bytes = bytes_to_keep(record);
    if (!budget_.try_take(bytes)) {
        missing = bytes;
        return step::no_room;
    }
    const auto deadline =
        runtime::after(rt.now(), std::min(options_.max_block, options_.delivery_timeout));
    owned_record kept = own(record, rt.wall_now());

    std::lock_guard lock(topic->waiting_mutex);
    const bool closed = closed_.load(std::memory_order_acquire);
    // The I/O thread publishes routes under this lock: what it has published by now can be used, in
    // the right order.
    const route* to = routes_.find(record.topic);
    if (closed || (to != nullptr && can_take(*to, record.partition))) {
        budget_.give_back(bytes);
        if (closed) return closed_error();
        return step::again;
    }
    topic->waiting.push_back(
        {std::move(kept), std::move(wanted), deadline, bytes, outstanding_.begin()});
    if (!std::exchange(topic->looking, true)) start_looking(topic);
    return step::taken;
}

std::shared_ptr<topic_entry> core::entry(std::string_view topic) {
    std::lock_guard lock(topics_mutex_);
    const auto known = topics_.find(topic);
    if (known != topics_.end()) return known->second;
    auto fresh = std::make_shared<topic_entry>(std::string(topic), topics_.size() + 1);
    topics_.emplace(fresh->name, fresh);
    return fresh;
}

void core::start_looking(std::shared_ptr<topic_entry> topic) {
    client_->rt().execute([self = shared_from_this(), topic = std::move(topic)] {
        self->looking_.push_back(topic);
        self->client_->metadata().want(topic->name);
        // It may be known already, to another role of this client.
        self->client_->metadata().nudge();
    });
}

runtime::task<> core::follow_metadata(std::shared_ptr<core> self) {
    cluster::metadata& metadata = self->client_->metadata();
    while (!self->stopped_ && !self->client_->closing()) {
        auto next = runtime::never;
        self->update_routes();
        for (const auto& topic : std::vector(self->looking_))
            next = std::min(next, self->judge_waiting(*topic));
        self->sender_.wake();
        co_await metadata.wait_for_update(next);
    }
}

void core::update_routes() {
    const auto now = client_->metadata().current();
    const auto before = routes_.current();
    auto next = std::make_shared<routes::table>();
    bool changed = false;
    std::vector<std::unique_lock<std::mutex>> held;
    std::lock_guard lock(topics_mutex_);
    for (const auto& [name, topic] : topics_) {
        const auto known = now->find(name);
        const std::size_t count = known ? known->partitions.size() : 0;
        if (known) topic->id = known->id;
        while (topic->partitions.size() < count) {
            const auto index = static_cast<partition_id>(topic->partitions.size());
            topic->partitions.push_back(
                std::make_unique<partition_queue>(*topic, index, client_->options()));
        }
        if (topic->partitions.empty()) continue;
        route& to = (*next)[name];
        to.topic = topic;
        std::ranges::transform(topic->partitions, std::back_inserter(to.partitions),
                               [](const auto& queue) { return queue.get(); });
        const auto old = before->find(name);
        if (old != before->end() && old->second.partitions.size() == to.partitions.size()) continue;
        changed = true;
        // Until the new routes are seen by all, nobody may overtake what has waited for them.
        held.emplace_back(topic->waiting_mutex);
        admit(*topic, to);
    }
    if (changed) routes_.publish(std::move(next));
}

void core::admit(topic_entry& topic, const route& to) {
    std::deque<waiting_record> still;
    for (waiting_record& each : topic.waiting) {
        const producer_record record = each.record;
        if (!can_take(to, record.partition)) {
            still.push_back(std::move(each));
            continue;
        }
        const record::record_fields fields{*record.timestamp, record.key, record.value,
                                           record.headers};
        partition_queue& queue = choose(to, record, each.charged);
        append_result came = queue.append(fields, each.wanted, context(), room::granted);
        handle(came, queue);
        budget_.give_back(each.charged);
        outstanding_.end(each.round);
    }
    topic.waiting = std::move(still);
}

runtime::time_point core::judge_waiting(topic_entry& topic) {
    const auto now = client_->rt().now();
    const auto known = client_->metadata().current()->find(topic.name);
    if (known && is_final(known->error))
        fail_waiting(topic, client_->metadata().explain_missing(topic.name), runtime::never);
    auto next = runtime::never;
    bool late = false;
    {
        std::lock_guard lock(topic.waiting_mutex);
        if (topic.waiting.empty()) {
            topic.looking = false;
            std::erase_if(looking_, [&](const auto& each) { return each.get() == &topic; });
            return runtime::never;
        }
        for (const waiting_record& each : topic.waiting) {
            late = late || each.deadline <= now;
            if (each.deadline > now) next = std::min(next, each.deadline);
        }
    }
    if (late) {
        fail_waiting(topic, why_waiting(topic), now);
        return judge_waiting(topic);
    }
    client_->metadata().want(topic.name);
    client_->metadata().refresh();
    return next;
}

error core::why_waiting(const topic_entry& topic) const {
    if (topic.partitions.empty()) return client_->metadata().explain_missing(topic.name);
    return error(client_errc::invalid_argument,
                 base::text("topic ", topic.name, " has ", topic.partitions.size(),
                            " partitions, from 0 to ", topic.partitions.size() - 1,
                            ", and got no more within ", options_.max_block, " (max_block)"),
                 {.topic = topic.name});
}

void core::fail_waiting(topic_entry& topic, const error& why, runtime::time_point due) {
    std::deque<waiting_record> failed;
    {
        std::lock_guard lock(topic.waiting_mutex);
        const auto first_late =
            std::stable_partition(topic.waiting.begin(), topic.waiting.end(),
                                  [&](const waiting_record& each) { return each.deadline > due; });
        std::move(first_late, topic.waiting.end(), std::back_inserter(failed));
        topic.waiting.erase(first_late, topic.waiting.end());
    }
    for (waiting_record& each : failed) {
        budget_.give_back(each.charged);
        if (each.wanted)
            tell_failure(each.wanted, why);
        else
            unobserved(why);
        ended(each.round);
    }
}

} // namespace kcpp::producing
