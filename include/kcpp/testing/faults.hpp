#pragma once

#include <kcpp/types.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace kcpp::testing {

/// Kafka's APIs that the embedded cluster answers, by their key in the protocol.
enum class api : std::int16_t {
    produce = 0,
    fetch = 1,
    list_offsets = 2,
    metadata = 3,
    offset_commit = 8,
    offset_fetch = 9,
    find_coordinator = 10,
    join_group = 11,
    heartbeat = 12,
    leave_group = 13,
    sync_group = 14,
    describe_groups = 15,
    list_groups = 16,
    api_versions = 18,
    create_topics = 19,
    delete_topics = 20,
    init_producer_id = 22,
    offset_for_leader_epoch = 23,
    describe_configs = 32,
    create_partitions = 37,
    delete_groups = 42,
    incremental_alter_configs = 44,
    offset_delete = 47,
    describe_cluster = 60,
    consumer_group_heartbeat = 68,
    describe_topic_partitions = 75,
};

/// Which requests a fault strikes; what is not said fits all.
struct fault_place {
    /// Only at this broker.
    std::optional<std::int32_t> broker{};
    /// Only this topic, of those in the request. For errors only.
    std::string topic{};
    /// Only this partition of `topic`. For errors only.
    std::optional<partition_id> partition{};
};

/// When a connection is dropped: before its request takes effect, or after that but before the
/// answer is sent.
enum class drop { before_effect, after_effect };

} // namespace kcpp::testing
