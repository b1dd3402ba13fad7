#pragma once

#include "protocol/field.hpp"

/// PushTelemetry: client metrics, OTLP encoded. KIP-714.
namespace kcpp::protocol::push_telemetry {

struct request {
    static constexpr std::int16_t api_key = 72, oldest = 0, newest = 0, flexible_since = 0;
    using response_type = struct response;

    uuid client_instance_id;
    std::int32_t subscription_id = 0;
    bool terminating = false;
    std::int8_t compression_type = 0; ///< as in record batches
    bytes metrics;

    static constexpr field fields[] = {
        row<&request::client_instance_id>("ClientInstanceId", since(0)),
        row<&request::subscription_id>("SubscriptionId", since(0)),
        row<&request::terminating>("Terminating", since(0)),
        row<&request::compression_type>("CompressionType", since(0)),
        row<&request::metrics>("Metrics", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 72, oldest = 0, newest = 0, flexible_since = 0,
                                  throttled_since = 0;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::error_code>("ErrorCode", since(0)),
    };
};

} // namespace kcpp::protocol::push_telemetry
