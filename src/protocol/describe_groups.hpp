#pragma once

#include "protocol/field.hpp"

/// DescribeGroups: state and members of classic groups.
namespace kcpp::protocol::describe_groups {

struct request {
    static constexpr std::int16_t api_key = 15, oldest = 0, newest = 6, flexible_since = 5;
    using response_type = struct response;

    std::vector<std::string> groups;
    bool include_authorized_operations = false;

    static constexpr field fields[] = {
        row<&request::groups>("Groups", since(0)),
        row<&request::include_authorized_operations>("IncludeAuthorizedOperations", since(3)),
    };
};

struct member {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    bytes metadata;
    bytes assignment;

    static constexpr field fields[] = {
        row<&member::member_id>("MemberId", since(0)),
        row<&member::group_instance_id>("GroupInstanceId", since(4).nullable().ignorable()),
        row<&member::client_id>("ClientId", since(0)),
        row<&member::client_host>("ClientHost", since(0)),
        row<&member::metadata>("MemberMetadata", since(0)),
        row<&member::assignment>("MemberAssignment", since(0)),
    };
};

struct group {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string state;
    std::string protocol_type;
    std::string protocol_data; ///< the assignor, of consumers
    std::vector<member> members;
    std::int32_t authorized_operations = INT32_MIN; ///< a bit set, if asked for

    static constexpr field fields[] = {
        row<&group::error_code>("ErrorCode", since(0)),
        row<&group::error_message>("ErrorMessage", since(6).nullable()),
        row<&group::group_id>("GroupId", since(0)),
        row<&group::state>("GroupState", since(0)),
        row<&group::protocol_type>("ProtocolType", since(0)),
        row<&group::protocol_data>("ProtocolData", since(0)),
        row<&group::members>("Members", since(0)),
        row<&group::authorized_operations>("AuthorizedOperations", since(3)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 15, oldest = 0, newest = 6, flexible_since = 5,
                                  throttled_since = 2;

    std::int32_t throttle_time_ms = 0;
    std::vector<group> groups;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::groups>("Groups", since(0)),
    };
};

} // namespace kcpp::protocol::describe_groups
