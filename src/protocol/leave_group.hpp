#pragma once

#include "protocol/field.hpp"

/// LeaveGroup: members leave a classic group. KIP-345, KIP-800 (reason).
namespace kcpp::protocol::leave_group {

struct member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::optional<std::string> reason;

    static constexpr field fields[] = {
        row<&member::member_id>("MemberId", since(3)),
        row<&member::group_instance_id>("GroupInstanceId", since(3).nullable()),
        row<&member::reason>("Reason", since(5).nullable().ignorable()),
    };
};

struct request {
    static constexpr std::int16_t api_key = 13, oldest = 0, newest = 5, flexible_since = 4;
    using response_type = struct response;

    std::string group_id;
    std::string member_id; ///< before version 3
    std::vector<member> members;

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0)),
        row<&request::member_id>("MemberId", between(0, 2)),
        row<&request::members>("Members", since(3)),
    };
};

struct member_result {
    std::string member_id;
    std::optional<std::string> group_instance_id{std::in_place};
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&member_result::member_id>("MemberId", since(3)),
        row<&member_result::group_instance_id>("GroupInstanceId", since(3).nullable()),
        row<&member_result::error_code>("ErrorCode", since(3)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 13, oldest = 0, newest = 5, flexible_since = 4,
                                  throttled_since = 2;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::vector<member_result> members;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::members>("Members", since(3)),
    };
};

} // namespace kcpp::protocol::leave_group
