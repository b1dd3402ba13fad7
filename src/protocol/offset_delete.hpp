#pragma once

#include "protocol/field.hpp"

/// OffsetDelete: forgets committed positions of a group. KIP-496.
namespace kcpp::protocol::offset_delete {

struct partition {
    std::int32_t index = 0;

    static constexpr field fields[] = {
        row<&partition::index>("PartitionIndex", since(0)),
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
    static constexpr std::int16_t api_key = 47, oldest = 0, newest = 0, flexible_since = never;
    using response_type = struct response;

    std::string group_id;
    std::vector<topic> topics;

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0)),
        row<&request::topics>("Topics", since(0)),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&partition_result::index>("PartitionIndex", since(0)),
        row<&partition_result::error_code>("ErrorCode", since(0)),
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
    static constexpr std::int16_t api_key = 47, oldest = 0, newest = 0, flexible_since = never,
                                  throttled_since = 0;

    std::int16_t error_code = 0;
    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;

    static constexpr field fields[] = {
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0).ignorable()),
        row<&response::topics>("Topics", since(0)),
    };
};

} // namespace kcpp::protocol::offset_delete
