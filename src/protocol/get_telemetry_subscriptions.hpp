#pragma once

#include "protocol/field.hpp"

/// GetTelemetrySubscriptions: which client metrics the broker wants. KIP-714.
namespace kcpp::protocol::get_telemetry_subscriptions {

struct request {
    static constexpr std::int16_t api_key = 71, oldest = 0, newest = 0, flexible_since = 0;
    using response_type = struct response;

    uuid client_instance_id; ///< zero: give me one

    static constexpr field fields[] = {
        row<&request::client_instance_id>("ClientInstanceId", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 71, oldest = 0, newest = 0, flexible_since = 0,
                                  throttled_since = 0;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    uuid client_instance_id;
    std::int32_t subscription_id = 0;
    std::vector<std::int8_t> accepted_compression_types;
    std::int32_t push_interval_ms = 0;
    std::int32_t telemetry_max_bytes = 0;
    bool delta_temporality = false;
    std::vector<std::string> requested_metrics; ///< prefixes; one empty string means all

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::client_instance_id>("ClientInstanceId", since(0)),
        row<&response::subscription_id>("SubscriptionId", since(0)),
        row<&response::accepted_compression_types>("AcceptedCompressionTypes", since(0)),
        row<&response::push_interval_ms>("PushIntervalMs", since(0)),
        row<&response::telemetry_max_bytes>("TelemetryMaxBytes", since(0)),
        row<&response::delta_temporality>("DeltaTemporality", since(0)),
        row<&response::requested_metrics>("RequestedMetrics", since(0)),
    };
};

} // namespace kcpp::protocol::get_telemetry_subscriptions
