#pragma once

#include "protocol/field.hpp"

/// CreatePartitions: a topic grows.
namespace kcpp::protocol::create_partitions {

struct assignment {
    std::vector<std::int32_t> broker_ids;

    static constexpr field fields[] = {
        row<&assignment::broker_ids>("BrokerIds", since(0)),
    };
};

struct topic {
    std::string name;
    std::int32_t count = 0; ///< of partitions, old and new
    std::optional<std::vector<assignment>> assignments{std::in_place}; ///< null: the broker decides

    static constexpr field fields[] = {
        row<&topic::name>("Name", since(0)),
        row<&topic::count>("Count", since(0)),
        row<&topic::assignments>("Assignments", since(0).nullable()),
    };
};

struct request {
    static constexpr std::int16_t api_key = 37, oldest = 0, newest = 3, flexible_since = 2;
    using response_type = struct response;

    std::vector<topic> topics;
    std::int32_t timeout_ms = 0;
    bool validate_only = false;

    static constexpr field fields[] = {
        row<&request::topics>("Topics", since(0)),
        row<&request::timeout_ms>("TimeoutMs", since(0)),
        row<&request::validate_only>("ValidateOnly", since(0)),
    };
};

struct topic_result {
    std::string name;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;

    static constexpr field fields[] = {
        row<&topic_result::name>("Name", since(0)),
        row<&topic_result::error_code>("ErrorCode", since(0)),
        row<&topic_result::error_message>("ErrorMessage", since(0).nullable()),
    };
};

struct response {
    static constexpr std::int16_t api_key = 37, oldest = 0, newest = 3, flexible_since = 2,
                                  throttled_since = 1;

    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::topics>("Results", since(0)),
    };
};

} // namespace kcpp::protocol::create_partitions
