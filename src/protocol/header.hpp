#pragma once

#include "protocol/field.hpp"

namespace kcpp::protocol {

/// What stands before every request. Version 2 goes with flexible requests; version 0 went with an
/// API that is no more.
struct request_header {
    static constexpr std::int16_t oldest = 1, newest = 2, flexible_since = 2;

    std::int16_t api_key = 0;
    std::int16_t api_version = 0;
    std::int32_t correlation_id = 0;
    std::optional<std::string> client_id{std::in_place};

    static constexpr field fields[] = {
        row<&request_header::api_key>("RequestApiKey", since(0)),
        row<&request_header::api_version>("RequestApiVersion", since(0)),
        row<&request_header::correlation_id>("CorrelationId", since(0)),
        row<&request_header::client_id>("ClientId", since(1).nullable().never_compact()),
    };
};

/// What stands before every response. Version 1 goes with flexible responses, but never with
/// ApiVersions.
struct response_header {
    static constexpr std::int16_t oldest = 0, newest = 1, flexible_since = 1;

    std::int32_t correlation_id = 0;

    static constexpr field fields[] = {
        row<&response_header::correlation_id>("CorrelationId", since(0)),
    };
};

} // namespace kcpp::protocol
