// How a record gets from the application into the batch of its partition.

#include "producer/core.hpp"
#include "record/batch_format.hpp"

#include <algorithm>

namespace kcpp::producing {

namespace {

/// What the format adds to a record at most: lengths, deltas, counts.
constexpr std::size_t most_around_record = 36;
constexpr std::size_t most_around_header = 10;

std::size_t bytes_of(const producer_record& record) {
    std::size_t bytes = record.key.size() + record.value.size();
    for (std::size_t i = 0; i < record.headers.size(); ++i)
        bytes += record.headers[i].name.size() + record.headers[i].value.size();
    return bytes;
}

/// In a batch of its own, before compression.
std::size_t batch_bytes_for(std::size_t bytes, std::size_t headers) {
    return record::format::header_size + most_around_record + headers * most_around_header + bytes;
}

error larger_than_buffer(std::size_t bytes, std::size_t buffer, std::string_view topic) {
    return error(client_errc::record_too_large,
                 base::text("a record of ", bytes, " bytes can never have room: buffer_bytes (",
                            "buffer.memory) is ", buffer),
                 {.topic = std::string(topic)});
}

} // namespace

/// The way of almost every record: its topic is known, and its batch has room. False, and nothing
/// has happened, for all others. All of it is inlined: what it consists of takes less than calling
/// it.
[[gnu::flatten]] bool core::append_at_once(const producer_record& record,
                                           delivery_callback& wanted) {
    if (interceptors_ || closed_.load(std::memory_order_acquire)) return false;
    const route* const to = routes_.find(record.topic);
    if (to == nullptr) return false;
    partition_queue* const queue = choose_at_once(*to, record);
    if (queue == nullptr) return false;
    const auto time = record.timestamp ? *record.timestamp : client_->rt().wall_now();
    return queue->append_to_open({time, record.key, record.value, record.headers}, wanted,
                                 outstanding_.round());
}

void core::send(const producer_record& record, delivery_callback&& wanted) {
    if (append_at_once(record, wanted)) return;
    if (auto taken = accept(record, wanted, if_full::as_configured, nullptr); !taken)
        reject(record.topic, std::move(wanted), taken.error());
}

void core::send(const producer_record& record, delivery_callback wanted, std::stop_token stop) {
    if (!stop.stop_possible()) return send(record, std::move(wanted));
    const auto recall = std::make_shared<withdrawal>(std::move(stop));
    wanted = recall->watch(std::move(wanted), bystander_);
    if (auto taken = accept(record, wanted, if_full::as_configured, recall.get()); !taken)
        return reject(record.topic, std::move(wanted), taken.error());
    recall->listen([core = weak_from_this(), record = std::weak_ptr(recall)] {
        const auto self = core.lock();
        if (!self) return;
        self->client_->rt().execute([self, record] {
            if (const auto still = record.lock()) self->withdraw(*still);
        });
    });
}

result<void> core::try_send(const producer_record& record, delivery_callback&& wanted) {
    if (append_at_once(record, wanted)) return {};
    return accept(record, wanted, if_full::refuse, nullptr);
}

void core::reject(std::string_view topic, delivery_callback wanted, const error& why) {
    meter_.failed(topic, 1);
    if (!wanted) {
        bystander_->unobserved(why, 1);
        return;
    }
    client_->rt().execute([self = shared_from_this(), wanted = std::move(wanted), why]() mutable {
        self->tell_failure(wanted, why);
    });
}

void core::withdraw(const withdrawal& which) {
    if (auto* const home = which.home())
        sender_.withdraw(*home, which);
    else if (auto waiting = take_waiting(which))
        give_up(*waiting, withdrawn_error(waiting->record.topic, waiting->record.partition));
}

result<void> core::accept(const producer_record& record, delivery_callback& wanted, if_full policy,
                          withdrawal* recall) {
    if (!interceptors_) return take(record, wanted, policy, recall);
    outgoing_record changed(record);
    auto refused = interceptors_->before_send(changed);
    wanted = interceptors_->watch(std::move(wanted));
    if (refused) return *refused;
    return take(changed.record(), wanted, policy, recall);
}

result<void> core::take(const producer_record& record, delivery_callback& wanted, if_full policy,
                        withdrawal* recall) {
    if (auto wrong = check(record)) return *wrong;
    const bool patient = policy == if_full::as_configured &&
                         options_.when_full == when_full::wait && !client_->rt().on_io_thread();
    std::optional<runtime::time_point> until;
    for (;;) {
        if (closed_.load(std::memory_order_acquire)) return closed_error();
        if (recall != nullptr && recall->stop().stop_requested())
            return withdrawn_error(record.topic, record.partition);
        std::size_t missing = 0;
        auto came = append(record, wanted, missing, recall, patient);
        if (!came) return came.error();
        if (*came == step::taken) return {};
        if (*came == step::again) continue;
        if (!patient) return no_room_for(record);
        if (!until) until = runtime::after(client_->rt().now(), options_.max_block);
        if (auto failed = wait_for_room(record, missing, *until, recall)) return *failed;
    }
}

bool core::is_in_order(const producer_record& record, std::size_t bytes) const noexcept {
    return !record.topic.empty() && record.partition.value_or(0) >= 0 &&
           batch_bytes_for(bytes, record.headers.size()) <= options_.max_request_bytes &&
           bytes <= options_.buffer_bytes;
}

std::optional<error> core::check(const producer_record& record) const {
    const std::size_t bytes = bytes_of(record);
    if (is_in_order(record, bytes)) return std::nullopt;
    if (record.topic.empty())
        return error(client_errc::invalid_argument,
                     "a record without a topic cannot be sent: set producer_record::topic");
    if (record.partition && *record.partition < 0)
        return error(
            client_errc::invalid_argument,
            base::text("partition ", *record.partition, " of topic ", record.topic,
                       " cannot be: partitions count from 0; leave it out to have one chosen"),
            {.topic = std::string(record.topic), .partition = record.partition});
    const std::size_t alone = batch_bytes_for(bytes, record.headers.size());
    if (alone > options_.max_request_bytes)
        return error(client_errc::record_too_large,
                     base::text("a record of ", bytes, " bytes for topic ", record.topic, " takes ",
                                alone,
                                " in its batch, more than max_request_bytes (max.request.size), ",
                                options_.max_request_bytes,
                                "; raise that, and the topic's max.message.bytes if need be"),
                     {.topic = std::string(record.topic), .partition = record.partition});
    return larger_than_buffer(bytes, options_.buffer_bytes, record.topic);
}

error core::no_room_for(const producer_record& record) const {
    return error(client_errc::buffer_full,
                 base::text("no room for a record of ", bytes_of(record), " bytes for topic ",
                            record.topic, ": the ", options_.buffer_bytes,
                            " bytes of buffer_bytes (buffer.memory) are used up; wait with "
                            "space_for(), or raise it"),
                 {.topic = std::string(record.topic), .partition = record.partition});
}

std::optional<error> core::wait_for_room(const producer_record& record, std::size_t bytes,
                                         runtime::time_point until, const withdrawal* recall) {
    const auto left = until - client_->rt().now();
    const auto stop = recall != nullptr ? recall->stop() : std::stop_token();
    if (left > runtime::duration::zero() && budget_.wait_for(bytes, left, stop))
        return std::nullopt;
    if (stop.stop_requested()) return withdrawn_error(record.topic, record.partition);
    if (closed_.load(std::memory_order_acquire)) return closed_error();
    return error(client_errc::buffer_full,
                 base::text("no room for a record for topic ", record.topic, " within ",
                            options_.max_block, " (max_block): the ", options_.buffer_bytes,
                            " bytes of buffer_bytes (buffer.memory) are full of records that the "
                            "brokers have not taken"),
                 {.topic = std::string(record.topic), .partition = record.partition});
}

/// What a record may take at worst, wherever it goes: into the waiting area, into a new batch, or
/// into one that grows for it.
std::size_t core::room_for(std::size_t bytes) const {
    constexpr std::size_t some_headers = 8;
    constexpr std::size_t waiting = sizeof(waiting_record) + some_headers * bytes_per_kept_header;
    const std::size_t in_batch =
        sizeof(batch) + std::max({4 * record::growing_buffer::smallest, options_.batch_bytes / 2,
                                  batch_bytes_for(bytes, some_headers)});
    return partition_queue::most_reports_ahead * sizeof(report) +
           std::max(waiting + bytes, in_batch);
}

future<void> core::space_for(std::size_t bytes) {
    if (bytes <= options_.buffer_bytes) return budget_.space_for(room_for(bytes));
    promise<void> never(wait_context());
    never.complete(larger_than_buffer(bytes, options_.buffer_bytes, {}));
    return never.get_future();
}

result<core::step> core::append(const producer_record& record, delivery_callback& wanted,
                                std::size_t& missing, withdrawal* recall, bool patient) {
    const route* to = routes_.find(record.topic);
    if (to == nullptr || !to->has(record.partition))
        return wait_for_topic(record, wanted, missing, recall);

    const auto time = record.timestamp ? *record.timestamp : client_->rt().wall_now();
    const record::record_fields fields{time, record.key, record.value, record.headers};
    std::optional<error> why;
    partition_queue* const chosen = choose(*to, record, why);
    if (chosen == nullptr) return *why;
    partition_queue& queue = *chosen;
    auto circumstances = context();
    circumstances.recall = recall;
    circumstances.patient = patient;
    append_result came = queue.append(fields, wanted, circumstances);
    if (came.full)
        finish(std::move(came.full));
    else if (came.woke_up)
        sender_.tell(queue);
    if (came.closed) return closed_error();
    missing = came.missing;
    return missing == 0 ? step::taken : step::no_room;
}

} // namespace kcpp::producing
