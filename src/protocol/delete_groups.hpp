#pragma once

#include "protocol/field.hpp"

/// DeleteGroups. KIP-229.
namespace kcpp::protocol::delete_groups {

struct request {
    static constexpr std::int16_t api_key = 42, oldest = 0, newest = 3, flexible_since = 2;
    using response_type = struct response;

    std::vector<std::string> groups;

    static constexpr field fields[] = {
        row<&request::groups>("GroupsNames", since(0)),
    };
};

struct group_result {
    std::string group_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;

    static constexpr field fields[] = {
        row<&group_result::group_id>("GroupId", since(0)),
        row<&group_result::error_code>("ErrorCode", since(0)),
        row<&group_result::error_message>("ErrorMessage", since(3).nullable().ignorable()),
    };
};

struct response {
    static constexpr std::int16_t api_key = 42, oldest = 0, newest = 3, flexible_since = 2,
                                  throttled_since = 1;

    std::int32_t throttle_time_ms = 0;
    std::vector<group_result> groups;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::groups>("Results", since(0)),
    };
};

} // namespace kcpp::protocol::delete_groups
