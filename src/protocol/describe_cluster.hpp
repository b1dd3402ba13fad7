#pragma once

#include "protocol/field.hpp"

/// DescribeCluster: the cluster, its controller and brokers. KIP-700, KIP-919, KIP-1073.
namespace kcpp::protocol::describe_cluster {

struct request {
    static constexpr std::int16_t api_key = 60, oldest = 0, newest = 2, flexible_since = 0;
    using response_type = struct response;

    bool include_cluster_authorized_operations = false;
    std::int8_t endpoint_type = 1; ///< 1 brokers, 2 controllers
    bool include_fenced_brokers = false;

    static constexpr field fields[] = {
        row<&request::include_cluster_authorized_operations>("IncludeClusterAuthorizedOperations",
                                                             since(0)),
        row<&request::endpoint_type>("EndpointType", since(1)),
        row<&request::include_fenced_brokers>("IncludeFencedBrokers", since(2)),
    };
};

struct broker {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
    bool is_fenced = false;

    static constexpr field fields[] = {
        row<&broker::node_id>("BrokerId", since(0)),
        row<&broker::host>("Host", since(0)),
        row<&broker::port>("Port", since(0)),
        row<&broker::rack>("Rack", since(0).nullable()),
        row<&broker::is_fenced>("IsFenced", since(2)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 60, oldest = 0, newest = 2, flexible_since = 0,
                                  throttled_since = 0;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::int8_t endpoint_type = 1;
    std::string cluster_id;
    std::int32_t controller_id = -1;
    std::vector<broker> brokers;
    std::int32_t cluster_authorized_operations = INT32_MIN; ///< a bit set, if asked for

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::error_message>("ErrorMessage", since(0).nullable()),
        row<&response::endpoint_type>("EndpointType", since(1)),
        row<&response::cluster_id>("ClusterId", since(0)),
        row<&response::controller_id>("ControllerId", since(0)),
        row<&response::brokers>("Brokers", since(0)),
        row<&response::cluster_authorized_operations>("ClusterAuthorizedOperations", since(0)),
    };
};

} // namespace kcpp::protocol::describe_cluster
