#pragma once

#include <kcpp/error.hpp>
#include <kcpp/function.hpp>
#include <kcpp/producer_interceptor.hpp>
#include <kcpp/record.hpp>
#include <kcpp/result.hpp>
#include <kcpp/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace [[gnu::visibility("default")]] kcpp {

/// Which copies must exist before a record counts as delivered. (`acks`)
enum class acks : std::int8_t {
    /// Nothing is awaited; offsets are unknown and losses silent.
    none = 0,
    /// The leader has it.
    leader = 1,
    /// All in-sync replicas have it.
    all = -1,
};

/// What `send` does on an application thread when `buffer_bytes` are used up.
enum class when_full {
    /// Wait up to `max_block`, then report `buffer_full`.
    wait,
    /// Report `buffer_full` at once.
    fail,
};

/// How the partition of a record is chosen that names none. Each of them sends a key where the
/// other clients named here send it.
enum class partitioning {
    /// murmur2 of the key; without a key to one partition until a batch is full, then to another,
    /// rather to one with little waiting. Java's default (KIP-480, KIP-794).
    murmur2_sticky,
    /// As without keys. (Java's `partitioner.ignore.keys`)
    sticky,
    /// One partition after the other. (Java's RoundRobinPartitioner)
    round_robin,
    /// Any partition, drawn anew for every record.
    random,
    // librdkafka's `partitioner`. Without a key, `…_random` are sticky, the others hash nothing.
    consistent,        ///< CRC-32 of the key
    consistent_random, ///< CRC-32; an empty key counts as none. librdkafka's default
    murmur2,
    murmur2_random,
    fnv1a, ///< also Sarama's default
    fnv1a_random,
};

/// How records are sent. In comments: Kafka's name of the option.
struct producer_options {
    /// (`acks`)
    kcpp::acks acks = kcpp::acks::all;
    /// Whether batches are numbered, so that brokers store each of them once and in order, however
    /// often it has to be sent. Needs `acks::all` and `max_in_flight` of at most 5. Unset: on if
    /// the other options allow it. (`enable.idempotence`, KIP-98)
    std::optional<bool> idempotence{};
    /// (`compression.type`)
    kcpp::compression compression = kcpp::compression::none;
    /// Default: the codec's own. (`compression.gzip.level`, `compression.lz4.level`,
    /// `compression.zstd.level`)
    std::optional<int> compression_level{};
    /// (`partitioner`, `partitioner.class`)
    kcpp::partitioning partitioning = kcpp::partitioning::murmur2_sticky;
    /// Chooses instead, from 0 to one less than the number of partitions. Called inside `send`, on
    /// the I/O thread for records that waited for their topic, and on several threads at once;
    /// must not use the producer.
    std::function<partition_id(const producer_record&, std::size_t partitions)> choose_partition{};
    /// Records that no key decides on stay in `client_options::rack`, as long as any of their
    /// topic's leaders is there. (`partitioner.rack.aware`, KIP-1123)
    bool rack_aware = false;
    /// Records that no key decides on avoid a broker that has taken nothing for so long although
    /// something waits for it. Zero: never; then it merely gets fewer of them, as they pile up.
    /// (`partitioner.availability.timeout.ms`, KIP-794)
    std::chrono::milliseconds availability_timeout{0};
    /// How long a record may wait for others to share its request. (`linger.ms`)
    std::chrono::milliseconds linger = std::chrono::milliseconds(5);
    /// A batch that has grown to this size leaves without waiting for linger. Its memory grows with
    /// it, so that partitions with little to send hold little. (`batch.size`; the Java client's
    /// default is 16 KiB, at which a busy producer spends half as much CPU again on requests.)
    /// Never more than `max_request_bytes` and an eighth of `buffer_bytes`.
    std::size_t batch_bytes = 128 * 1024;
    /// No request and no uncompressed record may be larger. (`max.request.size`)
    std::size_t max_request_bytes = 1024 * 1024;
    /// From `send` to the report, with all retries. (`delivery.timeout.ms`)
    std::chrono::milliseconds delivery_timeout = std::chrono::minutes(2);
    /// What may wait in memory, all included; no record may be larger. (`buffer.memory`)
    std::size_t buffer_bytes = 32 * 1024 * 1024;
    /// How long `send` may wait for room, and a record for its topic's metadata. (`max.block.ms`)
    std::chrono::milliseconds max_block = std::chrono::seconds(60);
    kcpp::when_full when_full = kcpp::when_full::wait;
    /// Requests under way per broker. Without idempotence a partition still has one batch under way
    /// at a time, so that retries keep the order. (`max.in.flight.requests.per.connection`)
    int max_in_flight = 5;
    /// How long the destructor may take to deliver what is left.
    std::chrono::milliseconds close_timeout = std::chrono::seconds(5);
    /// Hears of each record that was not delivered and that nobody looks at: its future was
    /// dropped, or it was sent without a callback. Called on the I/O thread; must not block.
    /// Without this, the log hears of them, by a line now and then.
    std::function<void(const error&)> on_unobserved_failure{};
    /// See every record, in this order, the outcomes too. With any, each record costs an
    /// allocation. (`interceptor.classes`, KIP-42)
    std::vector<std::shared_ptr<producer_interceptor>> interceptors{};
};

/// Told the outcome of one record, on kcpp's I/O thread. Must not block. Captures of up to 32 bytes
/// cost no allocation.
using delivery_callback = unique_function<void(result<record_metadata>)>;

} // namespace kcpp
