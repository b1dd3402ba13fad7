#pragma once

#include "protocol/field.hpp"

/// Metadata: the brokers, the topics, and who leads each partition. KIP-516 (topic ids).
namespace kcpp::protocol::metadata {

struct topic {
    uuid topic_id;
    std::optional<std::string> name{std::in_place};

    static constexpr field fields[] = {
        row<&topic::topic_id>("TopicId", since(10).ignorable()),
        row<&topic::name>("Name", since(0).nullable(10)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 3, oldest = 0, newest = 13, flexible_since = 9;
    using response_type = struct response;

    std::optional<std::vector<topic>> topics{std::in_place}; ///< null: all topics
    bool allow_auto_topic_creation = true;
    bool include_cluster_authorized_operations = false;
    bool include_topic_authorized_operations = false;

    static constexpr field fields[] = {
        row<&request::topics>("Topics", since(0).nullable(1)),
        row<&request::allow_auto_topic_creation>("AllowAutoTopicCreation", since(4)),
        row<&request::include_cluster_authorized_operations>("IncludeClusterAuthorizedOperations",
                                                             between(8, 10)),
        row<&request::include_topic_authorized_operations>("IncludeTopicAuthorizedOperations",
                                                           since(8)),
    };
};

struct broker {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;

    static constexpr field fields[] = {
        row<&broker::node_id>("NodeId", since(0)),
        row<&broker::host>("Host", since(0)),
        row<&broker::port>("Port", since(0)),
        row<&broker::rack>("Rack", since(1).nullable().ignorable()),
    };
};

struct partition_metadata {
    std::int16_t error_code = 0;
    std::int32_t index = 0;
    std::int32_t leader_id = 0; ///< -1: none
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replica_nodes;
    std::vector<std::int32_t> isr_nodes;
    std::vector<std::int32_t> offline_nodes;

    static constexpr field fields[] = {
        row<&partition_metadata::error_code>("ErrorCode", since(0)),
        row<&partition_metadata::index>("PartitionIndex", since(0)),
        row<&partition_metadata::leader_id>("LeaderId", since(0)),
        row<&partition_metadata::leader_epoch>("LeaderEpoch", since(7).ignorable()),
        row<&partition_metadata::replica_nodes>("ReplicaNodes", since(0)),
        row<&partition_metadata::isr_nodes>("IsrNodes", since(0)),
        row<&partition_metadata::offline_nodes>("OfflineReplicas", since(5).ignorable()),
    };
};

struct topic_metadata {
    std::int16_t error_code = 0;
    std::optional<std::string> name{std::in_place};
    uuid topic_id;
    bool is_internal = false;
    std::vector<partition_metadata> partitions;
    std::int32_t authorized_operations = INT32_MIN; ///< a bit set, if asked for

    static constexpr field fields[] = {
        row<&topic_metadata::error_code>("ErrorCode", since(0)),
        row<&topic_metadata::name>("Name", since(0).nullable(12)),
        row<&topic_metadata::topic_id>("TopicId", since(10).ignorable()),
        row<&topic_metadata::is_internal>("IsInternal", since(1).ignorable()),
        row<&topic_metadata::partitions>("Partitions", since(0)),
        row<&topic_metadata::authorized_operations>("TopicAuthorizedOperations", since(8)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 3, oldest = 0, newest = 13, flexible_since = 9,
                                  throttled_since = 6;

    std::int32_t throttle_time_ms = 0;
    std::vector<broker> brokers;
    std::optional<std::string> cluster_id;
    std::int32_t controller_id = -1;
    std::vector<topic_metadata> topics;
    std::int32_t cluster_authorized_operations = INT32_MIN;
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(3).ignorable()),
        row<&response::brokers>("Brokers", since(0)),
        row<&response::cluster_id>("ClusterId", since(2).nullable().ignorable()),
        row<&response::controller_id>("ControllerId", since(1).ignorable()),
        row<&response::topics>("Topics", since(0)),
        row<&response::cluster_authorized_operations>("ClusterAuthorizedOperations",
                                                      between(8, 10)),
        row<&response::error_code>("ErrorCode", since(13).ignorable()),
    };
};

} // namespace kcpp::protocol::metadata
