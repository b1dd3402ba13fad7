#pragma once

#include "protocol/field.hpp"
#include "protocol/shared.hpp"

/// ShareGroupHeartbeat: the whole membership of a share group. KIP-932.
namespace kcpp::protocol::share_group_heartbeat {

struct request {
    static constexpr std::int16_t api_key = 76, oldest = 1, newest = 1, flexible_since = 0;
    using response_type = struct response;

    std::string group_id;
    std::string member_id;
    std::int32_t member_epoch = 0; ///< 0 joins, -1 leaves
    std::optional<std::string> rack_id;
    std::optional<std::vector<std::string>> subscribed_topic_names;

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0)),
        row<&request::member_id>("MemberId", since(0)),
        row<&request::member_epoch>("MemberEpoch", since(0)),
        row<&request::rack_id>("RackId", since(0).nullable()),
        row<&request::subscribed_topic_names>("SubscribedTopicNames", since(0).nullable()),
    };
};

struct member_assignment {
    std::vector<topic_partitions> topics;

    static constexpr field fields[] = {
        row<&member_assignment::topics>("TopicPartitions", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 76, oldest = 1, newest = 1, flexible_since = 0,
                                  throttled_since = 0;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::optional<std::string> member_id;
    std::int32_t member_epoch = 0;
    std::int32_t heartbeat_interval_ms = 0;
    std::optional<member_assignment> assignment;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::error_message>("ErrorMessage", since(0).nullable()),
        row<&response::member_id>("MemberId", since(0).nullable()),
        row<&response::member_epoch>("MemberEpoch", since(0)),
        row<&response::heartbeat_interval_ms>("HeartbeatIntervalMs", since(0)),
        row<&response::assignment>("Assignment", since(0).nullable()),
    };
};

} // namespace kcpp::protocol::share_group_heartbeat
