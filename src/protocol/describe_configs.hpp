#pragma once

#include "protocol/field.hpp"

/// DescribeConfigs: of topics, brokers, groups. KIP-226, KIP-569.
namespace kcpp::protocol::describe_configs {

struct resource {
    std::int8_t type = 0; ///< 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group
    std::string name;
    std::optional<std::vector<std::string>> config_names{std::in_place}; ///< null: all

    static constexpr field fields[] = {
        row<&resource::type>("ResourceType", since(0)),
        row<&resource::name>("ResourceName", since(0)),
        row<&resource::config_names>("ConfigurationKeys", since(0).nullable()),
    };
};

struct request {
    static constexpr std::int16_t api_key = 32, oldest = 1, newest = 4, flexible_since = 4;
    using response_type = struct response;

    std::vector<resource> resources;
    bool include_synonyms = false;
    bool include_documentation = false;

    static constexpr field fields[] = {
        row<&request::resources>("Resources", since(0)),
        row<&request::include_synonyms>("IncludeSynonyms", since(1)),
        row<&request::include_documentation>("IncludeDocumentation", since(3)),
    };
};

struct synonym {
    std::string name;
    std::optional<std::string> value{std::in_place};
    std::int8_t source = 0;

    static constexpr field fields[] = {
        row<&synonym::name>("Name", since(1)),
        row<&synonym::value>("Value", since(1).nullable()),
        row<&synonym::source>("Source", since(1)),
    };
};

struct config {
    std::string name;
    std::optional<std::string> value{std::in_place};
    bool read_only = false;
    std::int8_t source = -1; ///< 1 topic, 2 broker, 3 cluster default, 4 broker file, 5 default, 6
                             ///< logger, 7 metrics, 8 group
    bool is_sensitive = false;
    std::vector<synonym> synonyms;
    std::int8_t type = 0;
    std::optional<std::string> documentation{std::in_place};

    static constexpr field fields[] = {
        row<&config::name>("Name", since(0)),
        row<&config::value>("Value", since(0).nullable()),
        row<&config::read_only>("ReadOnly", since(0)),
        row<&config::source>("ConfigSource", since(1).ignorable()),
        row<&config::is_sensitive>("IsSensitive", since(0)),
        row<&config::synonyms>("Synonyms", since(1).ignorable()),
        row<&config::type>("ConfigType", since(3).ignorable()),
        row<&config::documentation>("Documentation", since(3).nullable().ignorable()),
    };
};

struct resource_result {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message{std::in_place};
    std::int8_t type = 0;
    std::string name;
    std::vector<config> configs;

    static constexpr field fields[] = {
        row<&resource_result::error_code>("ErrorCode", since(0)),
        row<&resource_result::error_message>("ErrorMessage", since(0).nullable()),
        row<&resource_result::type>("ResourceType", since(0)),
        row<&resource_result::name>("ResourceName", since(0)),
        row<&resource_result::configs>("Configs", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 32, oldest = 1, newest = 4, flexible_since = 4,
                                  throttled_since = 2;

    std::int32_t throttle_time_ms = 0;
    std::vector<resource_result> resources;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::resources>("Results", since(0)),
    };
};

} // namespace kcpp::protocol::describe_configs
