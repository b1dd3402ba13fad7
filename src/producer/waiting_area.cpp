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
        bytes +=
            bytes_per_kept_header + record.headers[i].name.size() + record.headers[i].value.size();
    return bytes;
}

bool is_final(broker_errc e) {
    return e == broker_errc::invalid_topic_exception ||
           e == broker_errc::topic_authorization_failed;
}

/// Kafka's rule. A name that breaks it is not even asked for: one that is too long for the protocol
/// would spoil the question for all the other topics.
bool is_topic_name(std::string_view name) {
    constexpr std::size_t longest = 249;
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return name.size() <= longest && name != "." && name != ".." &&
           std::ranges::all_of(name, allowed);
}

error no_topic_name(std::string_view name) {
    return error(broker_errc::invalid_topic_exception,
                 base::text('"', name,
                            "\" is not a topic name: 1 to 249 letters, digits, '.', '_' ",
                            "and '-' are allowed"),
                 {.topic = std::string(name)});
}

error no_such_partition(const topic_entry& topic, std::size_t partitions,
                        std::optional<partition_id> wanted, runtime::duration patience) {
    return error(client_errc::invalid_argument,
                 base::text("produce to ", topic.name, '-', wanted.value_or(-1), ": topic ",
                            topic.name, " has ", partitions, " partitions, from 0 to ",
                            partitions - 1, ", and got no more within ", patience,
                            " (max_block, or delivery_timeout if that is less); add partitions, "
                            "or leave the partition out to have one chosen"),
                 {.topic = topic.name, .partition = wanted});
}

} // namespace

result<core::step> core::wait_for_topic(const producer_record& record, delivery_callback& wanted,
                                        std::size_t& missing, withdrawal* recall) {
    if (!is_topic_name(record.topic)) return no_topic_name(record.topic);
    auto& rt = client_->rt();
    const auto topic = entry(record.topic);
    const std::size_t bytes = bytes_to_keep(record);
    if (!budget_.try_take(bytes)) {
        missing = bytes;
        return step::no_room;
    }
    owned_record kept = own(record, rt.wall_now());

    std::lock_guard lock(topic->waiting_mutex);
    // The I/O thread gives up what waits under this lock: what it has not seen sees `closed_`.
    const bool closed = closed_.load(std::memory_order_acquire);
    // It publishes routes under this lock, too: what it has published by now can be used, in the
    // right order.
    const route* to = routes_.find(record.topic);
    if (closed || (to != nullptr && to->has(record.partition))) {
        budget_.give_back(bytes);
        if (closed) return closed_error();
        return step::again;
    }
    topic->waiting.push_back({std::move(kept), std::move(wanted), rt.now(), bytes,
                              outstanding_.begin(),
                              recall != nullptr ? recall->shared_from_this() : nullptr});
    if (!std::exchange(topic->looking, true)) start_looking(topic);
    return step::taken;
}

std::shared_ptr<topic_entry> core::entry(std::string_view topic) {
    std::lock_guard lock(topics_mutex_);
    const auto known = topics_.find(topic);
    if (known != topics_.end()) return known->second;
    auto fresh = std::make_shared<topic_entry>(std::string(topic));
    topics_.emplace(fresh->name, fresh);
    return fresh;
}

std::vector<std::shared_ptr<topic_entry>> core::all_topics() {
    std::lock_guard lock(topics_mutex_);
    std::vector<std::shared_ptr<topic_entry>> all;
    for (const auto& [name, topic] : topics_)
        all.push_back(topic);
    return all;
}

void core::start_looking(std::shared_ptr<topic_entry> topic) {
    client_->rt().execute([self = shared_from_this(), topic = std::move(topic)] {
        if (self->stopped_) return;
        cluster::metadata& metadata = self->client_->metadata();
        topic->judged_by = metadata.answers();
        self->looking_.push_back(topic);
        metadata.want(topic->name);
        // It may be known already, to another role of this client.
        metadata.nudge();
    });
}

/// When the first of its records has waited for too long; nothing if none waits any more.
std::optional<runtime::time_point> core::judge_waiting(topic_entry& topic) {
    cluster::metadata& metadata = client_->metadata();
    const auto known = metadata.current()->find(topic.name);
    if (known && is_final(known->error) && topic.judged_by != metadata.answers()) {
        topic.judged_by = metadata.answers();
        const error why = metadata.explain_missing(topic.name);
        for (waiting_record& each : take_late(topic, runtime::never))
            give_up(each, why);
    }
    give_up_late(topic, client_->rt().now());

    std::lock_guard lock(topic.waiting_mutex);
    if (topic.waiting.empty()) {
        topic.looking = false;
        return std::nullopt;
    }
    metadata.want(topic.name);
    metadata.refresh();
    // In order of `sent`, and all with the same patience.
    return deadline_of(topic.waiting.front());
}

runtime::time_point core::deadline_of(const waiting_record& waiting) const {
    return runtime::after(waiting.sent, std::min(options_.max_block, options_.delivery_timeout));
}

std::deque<waiting_record> core::take_late(topic_entry& topic, runtime::time_point due) {
    std::lock_guard lock(topic.waiting_mutex);
    std::deque<waiting_record> late;
    while (!topic.waiting.empty() && deadline_of(topic.waiting.front()) <= due) {
        late.push_back(std::move(topic.waiting.front()));
        topic.waiting.pop_front();
    }
    return late;
}

std::optional<waiting_record> core::take_waiting(const withdrawal& which) {
    for (const auto& topic : looking_) {
        std::lock_guard lock(topic->waiting_mutex);
        const auto found = std::ranges::find_if(
            topic->waiting, [&](const auto& each) { return each.recall.get() == &which; });
        if (found == topic->waiting.end()) continue;
        auto taken = std::move(*found);
        topic->waiting.erase(found);
        return taken;
    }
    return std::nullopt;
}

void core::give_up_late(topic_entry& topic, runtime::time_point due) {
    auto late = take_late(topic, due);
    if (late.empty()) return;
    const auto routes = routes_.current();
    const auto to = routes->find(topic.name);
    if (to == routes->end()) {
        const error why = client_->metadata().explain_missing(topic.name);
        for (waiting_record& each : late)
            give_up(each, why);
        return;
    }
    const auto patience = std::min(options_.max_block, options_.delivery_timeout);
    for (waiting_record& each : late)
        give_up(each, no_such_partition(topic, to->second.partitions.size(), each.record.partition,
                                        patience));
}

void core::give_up(waiting_record& waiting, const error& why) {
    const auto& partition = waiting.record.partition;
    const error here = partition ? error(why.code(), why.message(),
                                         {.topic = waiting.record.topic, .partition = partition})
                                 : why;
    budget_.give_back(waiting.charged);
    meter_.failed(waiting.record.topic, 1);
    if (waiting.wanted)
        tell_failure(waiting.wanted, here);
    else
        bystander_->unobserved(here, 1);
    ended(waiting.round);
}

} // namespace kcpp::producing
