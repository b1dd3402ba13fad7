#pragma once

#include "protocol/field.hpp"

/// DeleteTopics, by name or by id. KIP-516.
namespace kcpp::protocol::delete_topics {

struct topic {
    std::optional<std::string> name;
    uuid topic_id;

    static constexpr field fields[] = {
        row<&topic::name>("Name", since(6).nullable()),
        row<&topic::topic_id>("TopicId", since(6)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 20, oldest = 1, newest = 6, flexible_since = 4;
    using response_type = struct response;

    std::vector<topic> topics;            ///< since version 6, by name or by id
    std::vector<std::string> topic_names; ///< before version 6
    std::int32_t timeout_ms = 0;

    static constexpr field fields[] = {
        row<&request::topics>("Topics", since(6)),
        row<&request::topic_names>("TopicNames", between(0, 5).ignorable()),
        row<&request::timeout_ms>("TimeoutMs", since(0)),
    };
};

struct topic_result {
    std::optional<std::string> name{std::in_place};
    uuid topic_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;

    static constexpr field fields[] = {
        row<&topic_result::name>("Name", since(0).nullable(6)),
        row<&topic_result::topic_id>("TopicId", since(6).ignorable()),
        row<&topic_result::error_code>("ErrorCode", since(0)),
        row<&topic_result::error_message>("ErrorMessage", since(5).nullable().ignorable()),
    };
};

struct response {
    static constexpr std::int16_t api_key = 20, oldest = 1, newest = 6, flexible_since = 4,
                                  throttled_since = 2;

    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::topics>("Responses", since(0)),
    };
};

} // namespace kcpp::protocol::delete_topics
