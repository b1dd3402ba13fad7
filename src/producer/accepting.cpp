// How a record gets from the application into the batch of its partition.

#include "producer/core.hpp"

namespace kcpp::producing {

namespace {

std::size_t bytes_of(const producer_record& record) {
    std::size_t bytes = record.key.size() + record.value.size();
    for (std::size_t i = 0; i < record.headers.size(); ++i)
        bytes += record.headers[i].name.size() + record.headers[i].value.size();
    return bytes;
}

} // namespace

result<void> core::accept(const producer_record& record, delivery_callback& wanted,
                          if_full policy) {
    if (auto wrong = check(record)) return *wrong;
    const auto until = runtime::after(client_->rt().now(), options_.max_block);
    for (;;) {
        if (closed_.load(std::memory_order_acquire)) return closed_error();
        std::size_t missing = 0;
        auto came = append(record, wanted, missing);
        if (!came) return came.error();
        if (*came == step::taken) return {};
        if (*came == step::again) continue;
        const bool may_wait = policy == if_full::as_configured &&
                              options_.when_full == when_full::wait &&
                              !client_->rt().on_io_thread();
        if (!may_wait)
            return error(
                client_errc::buffer_full,
                base::text(
                    "no room for a record of ", bytes_of(record), " bytes: the ",
                    options_.buffer_bytes,
                    " bytes of buffer_bytes are used up; wait with space_for(), or raise it"),
                {.topic = std::string(record.topic)});
        if (auto failed = wait_for_room(missing, until)) return *failed;
    }
}

std::optional<error> core::check(const producer_record& record) const {
    if (record.topic.empty())
        return error(client_errc::invalid_argument,
                     "a record without a topic cannot be sent: set producer_record::topic");
    if (record.partition && *record.partition < 0)
        return error(
            client_errc::invalid_argument,
            base::text("partition ", *record.partition, " of topic ", record.topic,
                       " cannot be: partitions count from 0; leave it out to have one chosen"),
            {.topic = std::string(record.topic), .partition = record.partition});
    const std::size_t bytes = bytes_of(record);
    if (bytes > options_.max_request_bytes)
        return error(
            client_errc::record_too_large,
            base::text("a record of ", bytes, " bytes for topic ", record.topic,
                       " is larger than max_request_bytes, ", options_.max_request_bytes,
                       " (max.request.size); the topic's max.message.bytes must allow it, too"),
            {.topic = std::string(record.topic)});
    return std::nullopt;
}

std::optional<error> core::wait_for_room(std::size_t bytes, runtime::time_point until) {
    const auto left = until - client_->rt().now();
    if (left > runtime::duration::zero() && budget_.wait_for(bytes, left)) return std::nullopt;
    if (closed_.load(std::memory_order_acquire)) return closed_error();
    return error(
        client_errc::buffer_full,
        base::text("no room within ", options_.max_block, " (max_block): the ",
                   options_.buffer_bytes,
                   " bytes of buffer_bytes are full of records that the brokers have not taken"));
}

result<core::step> core::append(const producer_record& record, delivery_callback& wanted,
                                std::size_t& missing) {
    const route* to = routes_.find(record.topic);
    const bool unknown_partition =
        to != nullptr && record.partition &&
        static_cast<std::size_t>(*record.partition) >= to->partitions.size();
    if (to == nullptr || unknown_partition) return wait_for_topic(record, wanted, missing);

    const record::record_fields fields{record.timestamp.value_or(client_->rt().wall_now()),
                                       record.key, record.value, record.headers};
    partition_queue& queue = choose(*to, record, record.key.size() + record.value.size());
    append_result came = queue.append(fields, wanted, context());
    handle(came, queue);
    if (came.closed) return closed_error();
    missing = came.missing;
    return missing == 0 ? step::taken : step::no_room;
}

partition_queue& core::choose(const route& to, const producer_record& record, std::size_t bytes) {
    const std::size_t count = to.partitions.size();
    partition_id chosen = 0;
    if (record.partition) {
        chosen = *record.partition;
    } else if (!record.key.is_null()) {
        chosen = partition_for_key(record.key, count);
    } else {
        std::lock_guard lock(to.topic->sticky_mutex);
        chosen = to.topic->sticky.choose(count, bytes, options_.batch_bytes);
    }
    return *to.partitions[static_cast<std::size_t>(chosen)];
}

void core::handle(append_result& came, partition_queue& to) {
    if (came.full) to.finish(*came.full, context());
    if (came.woke_up || came.full) sender_.tell(to);
}

} // namespace kcpp::producing
