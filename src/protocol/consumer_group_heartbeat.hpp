#pragma once

#include "protocol/field.hpp"
#include "protocol/shared.hpp"

/// ConsumerGroupHeartbeat: the whole membership of the consumer protocol (KIP-848).
namespace kcpp::protocol::consumer_group_heartbeat {

struct request {
    static constexpr std::int16_t api_key = 68, oldest = 0, newest = 1, flexible_since = 0;
    using response_type = struct response;

    std::string group_id;
    std::string member_id;
    std::int32_t member_epoch = 0; ///< 0 joins, -1 leaves, -2 leaves for a while
    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    std::int32_t rebalance_timeout_ms = -1;
    std::optional<std::vector<std::string>> subscribed_topic_names;
    std::optional<std::string> subscribed_topic_regex;
    std::optional<std::string> server_assignor;
    std::optional<std::vector<topic_partitions>>
        owned_partitions; ///< null: as before, like all nullable fields

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0)),
        row<&request::member_id>("MemberId", since(0)),
        row<&request::member_epoch>("MemberEpoch", since(0)),
        row<&request::instance_id>("InstanceId", since(0).nullable()),
        row<&request::rack_id>("RackId", since(0).nullable()),
        row<&request::rebalance_timeout_ms>("RebalanceTimeoutMs", since(0)),
        row<&request::subscribed_topic_names>("SubscribedTopicNames", since(0).nullable()),
        row<&request::subscribed_topic_regex>("SubscribedTopicRegex", since(1).nullable()),
        row<&request::server_assignor>("ServerAssignor", since(0).nullable()),
        row<&request::owned_partitions>("TopicPartitions", since(0).nullable()),
    };
};

struct member_assignment {
    std::vector<topic_partitions> topics;

    static constexpr field fields[] = {
        row<&member_assignment::topics>("TopicPartitions", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 68, oldest = 0, newest = 1, flexible_since = 0,
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

} // namespace kcpp::protocol::consumer_group_heartbeat
