#pragma once

#include "protocol/field.hpp"

/// FindCoordinator: which broker coordinates a group, a transactional id or a share partition.
/// KIP-699 (many keys).
namespace kcpp::protocol::find_coordinator {

struct request {
    static constexpr std::int16_t api_key = 10, oldest = 0, newest = 6, flexible_since = 3;
    using response_type = struct response;

    std::string key;               ///< before version 4
    std::int8_t key_type = 0;      ///< 0 group, 1 transactional id, 2 share partition
    std::vector<std::string> keys; ///< since version 4

    static constexpr field fields[] = {
        row<&request::key>("Key", between(0, 3)),
        row<&request::key_type>("KeyType", since(1)),
        row<&request::keys>("CoordinatorKeys", since(4)),
    };
};

struct coordinator {
    std::string key;
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message{std::in_place};

    static constexpr field fields[] = {
        row<&coordinator::key>("Key", since(4)),
        row<&coordinator::node_id>("NodeId", since(4)),
        row<&coordinator::host>("Host", since(4)),
        row<&coordinator::port>("Port", since(4)),
        row<&coordinator::error_code>("ErrorCode", since(4)),
        row<&coordinator::error_message>("ErrorMessage", since(4).nullable().ignorable()),
    };
};

struct response {
    static constexpr std::int16_t api_key = 10, oldest = 0, newest = 6, flexible_since = 3,
                                  throttled_since = 2;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message{std::in_place};
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::vector<coordinator> coordinators;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::error_code>("ErrorCode", between(0, 3)),
        row<&response::error_message>("ErrorMessage", between(1, 3).nullable().ignorable()),
        row<&response::node_id>("NodeId", between(0, 3)),
        row<&response::host>("Host", between(0, 3)),
        row<&response::port>("Port", between(0, 3)),
        row<&response::coordinators>("Coordinators", since(4)),
    };
};

} // namespace kcpp::protocol::find_coordinator
