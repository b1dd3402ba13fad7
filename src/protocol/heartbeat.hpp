#pragma once

#include "protocol/field.hpp"

/// Heartbeat: a member of a classic group is alive.
namespace kcpp::protocol::heartbeat {

struct request {
    static constexpr std::int16_t api_key = 12, oldest = 0, newest = 4, flexible_since = 4;
    using response_type = struct response;

    std::string group_id;
    std::int32_t generation_id = 0;
    std::string member_id;
    std::optional<std::string> group_instance_id;

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0)),
        row<&request::generation_id>("GenerationId", since(0)),
        row<&request::member_id>("MemberId", since(0)),
        row<&request::group_instance_id>("GroupInstanceId", since(3).nullable()),
    };
};

struct response {
    static constexpr std::int16_t api_key = 12, oldest = 0, newest = 4, flexible_since = 4,
                                  throttled_since = 2;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::error_code>("ErrorCode", since(0)),
    };
};

} // namespace kcpp::protocol::heartbeat
