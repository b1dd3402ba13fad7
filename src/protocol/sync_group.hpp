#pragma once

#include "protocol/field.hpp"

/// SyncGroup: the leader of a classic group hands out the assignment, every member gets its own.
namespace kcpp::protocol::sync_group {

struct member_assignment {
    std::string member_id;
    bytes assignment; ///< of consumers: a consumer_protocol::assignment

    static constexpr field fields[] = {
        row<&member_assignment::member_id>("MemberId", since(0)),
        row<&member_assignment::assignment>("Assignment", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 14, oldest = 0, newest = 5, flexible_since = 4;
    using response_type = struct response;

    std::string group_id;
    std::int32_t generation_id = 0;
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol_name;
    std::vector<member_assignment> assignments; ///< from the leader only

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0)),
        row<&request::generation_id>("GenerationId", since(0)),
        row<&request::member_id>("MemberId", since(0)),
        row<&request::group_instance_id>("GroupInstanceId", since(3).nullable()),
        row<&request::protocol_type>("ProtocolType", since(5).nullable().ignorable()),
        row<&request::protocol_name>("ProtocolName", since(5).nullable().ignorable()),
        row<&request::assignments>("Assignments", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 14, oldest = 0, newest = 5, flexible_since = 4,
                                  throttled_since = 2;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol_name;
    bytes assignment;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::protocol_type>("ProtocolType", since(5).nullable().ignorable()),
        row<&response::protocol_name>("ProtocolName", since(5).nullable().ignorable()),
        row<&response::assignment>("Assignment", since(0)),
    };
};

} // namespace kcpp::protocol::sync_group
