#pragma once

#include "protocol/field.hpp"

/// IncrementalAlterConfigs: sets, deletes, or changes lists in configs. KIP-339.
namespace kcpp::protocol::incremental_alter_configs {

struct config {
    std::string name;
    std::int8_t operation = 0; ///< 0 set, 1 delete, 2 append, 3 subtract
    std::optional<std::string> value{std::in_place};

    static constexpr field fields[] = {
        row<&config::name>("Name", since(0)),
        row<&config::operation>("ConfigOperation", since(0)),
        row<&config::value>("Value", since(0).nullable()),
    };
};

struct resource {
    std::int8_t type = 0; ///< as in DescribeConfigs
    std::string name;
    std::vector<config> configs;

    static constexpr field fields[] = {
        row<&resource::type>("ResourceType", since(0)),
        row<&resource::name>("ResourceName", since(0)),
        row<&resource::configs>("Configs", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 44, oldest = 0, newest = 1, flexible_since = 1;
    using response_type = struct response;

    std::vector<resource> resources;
    bool validate_only = false;

    static constexpr field fields[] = {
        row<&request::resources>("Resources", since(0)),
        row<&request::validate_only>("ValidateOnly", since(0)),
    };
};

struct resource_result {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message{std::in_place};
    std::int8_t type = 0;
    std::string name;

    static constexpr field fields[] = {
        row<&resource_result::error_code>("ErrorCode", since(0)),
        row<&resource_result::error_message>("ErrorMessage", since(0).nullable()),
        row<&resource_result::type>("ResourceType", since(0)),
        row<&resource_result::name>("ResourceName", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 44, oldest = 0, newest = 1, flexible_since = 1,
                                  throttled_since = 0;

    std::int32_t throttle_time_ms = 0;
    std::vector<resource_result> resources;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::resources>("Responses", since(0)),
    };
};

} // namespace kcpp::protocol::incremental_alter_configs
