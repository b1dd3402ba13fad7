#pragma once

#include "protocol/field.hpp"

/// SaslAuthenticate: one message of a SASL exchange. KIP-152, KIP-368 (session lifetime).
namespace kcpp::protocol::sasl_authenticate {

struct request {
    static constexpr std::int16_t api_key = 36, oldest = 0, newest = 2, flexible_since = 2;
    using response_type = struct response;

    bytes auth_bytes;

    static constexpr field fields[] = {
        row<&request::auth_bytes>("AuthBytes", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 36, oldest = 0, newest = 2, flexible_since = 2;

    std::int16_t error_code = 0;
    std::optional<std::string> error_message{std::in_place};
    bytes auth_bytes;
    std::int64_t session_lifetime_ms = 0; ///< 0: unlimited

    static constexpr field fields[] = {
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::error_message>("ErrorMessage", since(0).nullable()),
        row<&response::auth_bytes>("AuthBytes", since(0)),
        row<&response::session_lifetime_ms>("SessionLifetimeMs", since(1).ignorable()),
    };
};

} // namespace kcpp::protocol::sasl_authenticate
