#pragma once

#include "protocol/field.hpp"

/// JoinGroup: a member enters a classic group, or a rebalance of it. KIP-345 (static members),
/// KIP-394, KIP-800.
namespace kcpp::protocol::join_group {

struct protocol {
    std::string name;
    bytes metadata; ///< of consumers: a consumer_protocol::subscription

    static constexpr field fields[] = {
        row<&protocol::name>("Name", since(0)),
        row<&protocol::metadata>("Metadata", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 11, oldest = 0, newest = 9, flexible_since = 6;
    using response_type = struct response;

    std::string group_id;
    std::int32_t session_timeout_ms = 0;
    std::int32_t rebalance_timeout_ms = -1;
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string protocol_type;
    std::vector<protocol> protocols;
    std::optional<std::string> reason;

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0)),
        row<&request::session_timeout_ms>("SessionTimeoutMs", since(0)),
        row<&request::rebalance_timeout_ms>("RebalanceTimeoutMs", since(1).ignorable()),
        row<&request::member_id>("MemberId", since(0)),
        row<&request::group_instance_id>("GroupInstanceId", since(5).nullable()),
        row<&request::protocol_type>("ProtocolType", since(0)),
        row<&request::protocols>("Protocols", since(0)),
        row<&request::reason>("Reason", since(8).nullable().ignorable()),
    };
};

struct member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    bytes metadata;

    static constexpr field fields[] = {
        row<&member::member_id>("MemberId", since(0)),
        row<&member::group_instance_id>("GroupInstanceId", since(5).nullable().ignorable()),
        row<&member::metadata>("Metadata", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 11, oldest = 0, newest = 9, flexible_since = 6,
                                  throttled_since = 3;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::int32_t generation_id = -1;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol_name{std::in_place};
    std::string leader;
    bool skip_assignment = false;
    std::string member_id;
    std::vector<member> members; ///< for the leader only

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(2).ignorable()),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::generation_id>("GenerationId", since(0)),
        row<&response::protocol_type>("ProtocolType", since(7).nullable().ignorable()),
        row<&response::protocol_name>("ProtocolName", since(0).nullable(7)),
        row<&response::leader>("Leader", since(0)),
        row<&response::skip_assignment>("SkipAssignment", since(9)),
        row<&response::member_id>("MemberId", since(0)),
        row<&response::members>("Members", since(0)),
    };
};

} // namespace kcpp::protocol::join_group
