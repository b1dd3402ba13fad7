#pragma once

#include "protocol/field.hpp"

/// SaslHandshake: which SASL mechanism follows.
namespace kcpp::protocol::sasl_handshake {

struct request {
    static constexpr std::int16_t api_key = 17, oldest = 0, newest = 1, flexible_since = never;
    using response_type = struct response;

    std::string mechanism;

    static constexpr field fields[] = {
        row<&request::mechanism>("Mechanism", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 17, oldest = 0, newest = 1, flexible_since = never;

    std::int16_t error_code = 0;
    std::vector<std::string> mechanisms;

    static constexpr field fields[] = {
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::mechanisms>("Mechanisms", since(0)),
    };
};

} // namespace kcpp::protocol::sasl_handshake
