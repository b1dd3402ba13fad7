#pragma once

#include "protocol/field.hpp"

/// DescribeTopicPartitions: partitions of topics, page by page. KIP-966.
namespace kcpp::protocol::describe_topic_partitions {

struct topic {
    std::string name;

    static constexpr field fields[] = {
        row<&topic::name>("Name", since(0)),
    };
};

/// Where the next page begins.
struct page_cursor {
    std::string topic_name;
    std::int32_t partition_index = 0;

    static constexpr field fields[] = {
        row<&page_cursor::topic_name>("TopicName", since(0)),
        row<&page_cursor::partition_index>("PartitionIndex", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 75, oldest = 0, newest = 0, flexible_since = 0;
    using response_type = struct response;

    std::vector<topic> topics;
    std::int32_t response_partition_limit = 2000;
    std::optional<page_cursor> cursor;

    static constexpr field fields[] = {
        row<&request::topics>("Topics", since(0)),
        row<&request::response_partition_limit>("ResponsePartitionLimit", since(0)),
        row<&request::cursor>("Cursor", since(0).nullable()),
    };
};

struct partition_metadata {
    std::int16_t error_code = 0;
    std::int32_t index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replica_nodes;
    std::vector<std::int32_t> isr_nodes;
    std::optional<std::vector<std::int32_t>> eligible_leader_nodes;
    std::optional<std::vector<std::int32_t>> last_known_eligible_nodes;
    std::vector<std::int32_t> offline_nodes;

    static constexpr field fields[] = {
        row<&partition_metadata::error_code>("ErrorCode", since(0)),
        row<&partition_metadata::index>("PartitionIndex", since(0)),
        row<&partition_metadata::leader_id>("LeaderId", since(0)),
        row<&partition_metadata::leader_epoch>("LeaderEpoch", since(0).ignorable()),
        row<&partition_metadata::replica_nodes>("ReplicaNodes", since(0)),
        row<&partition_metadata::isr_nodes>("IsrNodes", since(0)),
        row<&partition_metadata::eligible_leader_nodes>("EligibleLeaderReplicas",
                                                        since(0).nullable()),
        row<&partition_metadata::last_known_eligible_nodes>("LastKnownElr", since(0).nullable()),
        row<&partition_metadata::offline_nodes>("OfflineReplicas", since(0).ignorable()),
    };
};

struct topic_metadata {
    std::int16_t error_code = 0;
    std::optional<std::string> name{std::in_place};
    uuid topic_id;
    bool is_internal = false;
    std::vector<partition_metadata> partitions;
    std::int32_t authorized_operations = INT32_MIN;

    static constexpr field fields[] = {
        row<&topic_metadata::error_code>("ErrorCode", since(0)),
        row<&topic_metadata::name>("Name", since(0).nullable()),
        row<&topic_metadata::topic_id>("TopicId", since(0).ignorable()),
        row<&topic_metadata::is_internal>("IsInternal", since(0).ignorable()),
        row<&topic_metadata::partitions>("Partitions", since(0)),
        row<&topic_metadata::authorized_operations>("TopicAuthorizedOperations", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 75, oldest = 0, newest = 0, flexible_since = 0,
                                  throttled_since = 0;

    std::int32_t throttle_time_ms = 0;
    std::vector<topic_metadata> topics;
    std::optional<page_cursor> next_cursor;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0).ignorable()),
        row<&response::topics>("Topics", since(0)),
        row<&response::next_cursor>("NextCursor", since(0).nullable()),
    };
};

} // namespace kcpp::protocol::describe_topic_partitions
