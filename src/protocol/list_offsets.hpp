#pragma once

#include "protocol/field.hpp"

/// ListOffsets: the offset of a time, or of an end of a partition. KIP-79, KIP-734, KIP-405.
namespace kcpp::protocol::list_offsets {

/// `timestamp`: milliseconds, or -1 latest, -2 earliest, -3 of the largest timestamp, -4 earliest
/// on the broker's disk, -5 latest in tiered storage, -6 earliest not yet in tiered storage.
struct partition {
    std::int32_t index = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t timestamp = 0;

    static constexpr field fields[] = {
        row<&partition::index>("PartitionIndex", since(0)),
        row<&partition::current_leader_epoch>("CurrentLeaderEpoch", since(4).ignorable()),
        row<&partition::timestamp>("Timestamp", since(0)),
    };
};

struct topic {
    std::string name;
    std::vector<partition> partitions;

    static constexpr field fields[] = {
        row<&topic::name>("Name", since(0)),
        row<&topic::partitions>("Partitions", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 2, oldest = 1, newest = 11, flexible_since = 6;
    using response_type = struct response;

    std::int32_t replica_id = 0;     ///< -1: a consumer
    std::int8_t isolation_level = 0; ///< 0 read uncommitted, 1 read committed
    std::vector<topic> topics;
    std::int32_t timeout_ms = 0;

    static constexpr field fields[] = {
        row<&request::replica_id>("ReplicaId", since(0)),
        row<&request::isolation_level>("IsolationLevel", since(2)),
        row<&request::topics>("Topics", since(0)),
        row<&request::timeout_ms>("TimeoutMs", since(10).ignorable()),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int16_t error_code = 0;
    std::int64_t timestamp = -1;
    std::int64_t offset = -1;
    std::int32_t leader_epoch = -1;

    static constexpr field fields[] = {
        row<&partition_result::index>("PartitionIndex", since(0)),
        row<&partition_result::error_code>("ErrorCode", since(0)),
        row<&partition_result::timestamp>("Timestamp", since(1)),
        row<&partition_result::offset>("Offset", since(1)),
        row<&partition_result::leader_epoch>("LeaderEpoch", since(4)),
    };
};

struct topic_result {
    std::string name;
    std::vector<partition_result> partitions;

    static constexpr field fields[] = {
        row<&topic_result::name>("Name", since(0)),
        row<&topic_result::partitions>("Partitions", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 2, oldest = 1, newest = 11, flexible_since = 6,
                                  throttled_since = 3;

    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(2).ignorable()),
        row<&response::topics>("Topics", since(0)),
    };
};

} // namespace kcpp::protocol::list_offsets
