#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace [[gnu::visibility("default")]] kcpp {

using partition_id = std::int32_t;
using offset_t = std::int64_t;

/// A record's time: milliseconds since 1970-01-01 UTC, as Kafka stores it.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Who set a record's timestamp (topic config `message.timestamp.type`).
enum class timestamp_type : std::int8_t { create_time = 0, log_append_time = 1 };

/// The codecs of record batches (producer config `compression.type`). All are always built in.
enum class compression : std::int8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

/// A partition of a topic by name.
struct topic_partition {
    std::string topic;
    partition_id partition = 0;

    friend auto operator<=>(const topic_partition&, const topic_partition&) = default;
    friend bool operator==(const topic_partition&, const topic_partition&) = default;
};

/// "orders-3"
std::string to_string(const topic_partition& place);

/// "none", "gzip", "snappy", "lz4" or "zstd", as in Kafka's configs.
const char* to_string(compression codec) noexcept;

} // namespace kcpp

template <>
struct std::hash<kcpp::topic_partition> {
    std::size_t operator()(const kcpp::topic_partition& place) const noexcept {
        return std::hash<std::string>{}(place.topic) * 31 +
               static_cast<std::uint32_t>(place.partition);
    }
};
