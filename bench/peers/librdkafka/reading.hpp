#pragma once

#include "peers/librdkafka/client.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>

namespace bench::rdkafka {

/// librdkafka wants a group; nothing is committed. CRCs are checked.
configuration consuming(const settings& s, const properties& extra);

/// All partitions of the topic: RD_KAFKA_OFFSET_BEGINNING or _END.
void assign(const client& consumer, const std::string& topic, std::int64_t from);

/// Reads until `wanted` records have come, gives each to `take`, and tells how many did. Throws
/// std::runtime_error if none comes for half a minute.
///
/// Up to `at_once` messages in one call: a thousand is the cheapest way that librdkafka offers, but
/// such a call comes back only when it has them all, or has waited for too long.
template <class Take>
std::uint64_t read(const client& consumer, std::uint64_t wanted, std::size_t at_once, Take take) {
    constexpr int patience_ms = 30'000;
    const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> queue(
        rd_kafka_queue_get_consumer(consumer.get()), &rd_kafka_queue_destroy);
    std::array<rd_kafka_message_t*, 1000> messages{};
    std::uint64_t read = 0;
    while (read < wanted) {
        const auto came = rd_kafka_consume_batch_queue(queue.get(), patience_ms, messages.data(),
                                                       std::min(at_once, messages.size()));
        if (came <= 0) throw std::runtime_error("no record for 30 s");
        for (rd_kafka_message_t* m : std::span(messages).first(static_cast<std::size_t>(came))) {
            if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
                take(*m);
                ++read;
            }
            rd_kafka_message_destroy(m);
        }
    }
    return read;
}

inline std::string_view bytes(const void* data, std::size_t size) {
    return {static_cast<const char*>(data), size};
}

} // namespace bench::rdkafka
