#pragma once

#include "protocol/field.hpp"

/// ListGroups: the groups that a broker coordinates. KIP-518 (states), KIP-848 (types).
namespace kcpp::protocol::list_groups {

struct request {
    static constexpr std::int16_t api_key = 16, oldest = 0, newest = 5, flexible_since = 3;
    using response_type = struct response;

    std::vector<std::string> states_filter;
    std::vector<std::string> types_filter;

    static constexpr field fields[] = {
        row<&request::states_filter>("StatesFilter", since(4)),
        row<&request::types_filter>("TypesFilter", since(5)),
    };
};

struct group {
    std::string group_id;
    std::string protocol_type;
    std::string state;
    std::string type;

    static constexpr field fields[] = {
        row<&group::group_id>("GroupId", since(0)),
        row<&group::protocol_type>("ProtocolType", since(0)),
        row<&group::state>("GroupState", since(4).ignorable()),
        row<&group::type>("GroupType", since(5).ignorable()),
    };
};

struct response {
    static constexpr std::int16_t api_key = 16, oldest = 0, newest = 5, flexible_since = 3,
                                  throttled_since = 2;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::vector<group> groups;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::groups>("Groups", since(0)),
    };
};

} // namespace kcpp::protocol::list_groups
