#pragma once

#include "protocol/field.hpp"

/// OffsetForLeaderEpoch: where a leader epoch ends, to notice that a log was truncated. KIP-101,
/// KIP-320.
namespace kcpp::protocol::offset_for_leader_epoch {

struct partition {
    std::int32_t index = 0;
    std::int32_t current_leader_epoch = -1;
    std::int32_t leader_epoch = 0;

    static constexpr field fields[] = {
        row<&partition::index>("Partition", since(0)),
        row<&partition::current_leader_epoch>("CurrentLeaderEpoch", since(2).ignorable()),
        row<&partition::leader_epoch>("LeaderEpoch", since(0)),
    };
};

struct topic {
    std::string name;
    std::vector<partition> partitions;

    static constexpr field fields[] = {
        row<&topic::name>("Topic", since(0)),
        row<&topic::partitions>("Partitions", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 23, oldest = 2, newest = 4, flexible_since = 4;
    using response_type = struct response;

    std::int32_t replica_id = -2; ///< -1: a consumer
    std::vector<topic> topics;

    static constexpr field fields[] = {
        row<&request::replica_id>("ReplicaId", since(3).ignorable()),
        row<&request::topics>("Topics", since(0)),
    };
};

struct partition_result {
    std::int16_t error_code = 0;
    std::int32_t index = 0;
    std::int32_t leader_epoch = -1;
    std::int64_t end_offset = -1;

    static constexpr field fields[] = {
        row<&partition_result::error_code>("ErrorCode", since(0)),
        row<&partition_result::index>("Partition", since(0)),
        row<&partition_result::leader_epoch>("LeaderEpoch", since(1).ignorable()),
        row<&partition_result::end_offset>("EndOffset", since(0)),
    };
};

struct topic_result {
    std::string name;
    std::vector<partition_result> partitions;

    static constexpr field fields[] = {
        row<&topic_result::name>("Topic", since(0)),
        row<&topic_result::partitions>("Partitions", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 23, oldest = 2, newest = 4, flexible_since = 4,
                                  throttled_since = 0;

    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(2).ignorable()),
        row<&response::topics>("Topics", since(0)),
    };
};

} // namespace kcpp::protocol::offset_for_leader_epoch
