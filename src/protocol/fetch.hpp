#pragma once

#include "protocol/field.hpp"
#include "protocol/shared.hpp"

/// Fetch: record batches from the leaders of their partitions, or from a nearer replica. KIP-227
/// (sessions), KIP-392 (rack), KIP-516 (topic ids), KIP-595 (diverging epochs), KIP-951 (leader
/// hints).
namespace kcpp::protocol::fetch {

/// Of a broker that replicates; consumers leave it out.
struct replica {
    std::int32_t id = -1;
    std::int64_t epoch = -1;

    static constexpr field fields[] = {
        row<&replica::id>("ReplicaId", since(15)),
        row<&replica::epoch>("ReplicaEpoch", since(15)),
    };
};

struct partition {
    std::int32_t index = 0;
    std::int32_t current_leader_epoch = -1; ///< fences; -1 does not
    std::int64_t fetch_offset = 0;
    std::int32_t last_fetched_epoch = -1; ///< asks for the diverging epoch
    std::int64_t log_start_offset = -1;
    std::int32_t max_bytes = 0;
    uuid replica_directory_id;
    std::int64_t high_watermark = INT64_MAX;

    static constexpr field fields[] = {
        row<&partition::index>("Partition", since(0)),
        row<&partition::current_leader_epoch>("CurrentLeaderEpoch", since(9).ignorable()),
        row<&partition::fetch_offset>("FetchOffset", since(0)),
        row<&partition::last_fetched_epoch>("LastFetchedEpoch", since(12)),
        row<&partition::log_start_offset>("LogStartOffset", since(5).ignorable()),
        row<&partition::max_bytes>("PartitionMaxBytes", since(0)),
        row<&partition::replica_directory_id>("ReplicaDirectoryId",
                                              since(17).tagged(0).ignorable()),
        row<&partition::high_watermark>("HighWatermark", since(18).tagged(1).ignorable()),
    };
};

struct topic {
    std::string name;
    uuid topic_id;
    std::vector<partition> partitions;

    static constexpr field fields[] = {
        row<&topic::name>("Topic", between(0, 12).ignorable()),
        row<&topic::topic_id>("TopicId", since(13).ignorable()),
        row<&topic::partitions>("Partitions", since(0)),
    };
};

struct forgotten_topic {
    std::string name;
    uuid topic_id;
    std::vector<std::int32_t> partitions;

    static constexpr field fields[] = {
        row<&forgotten_topic::name>("Topic", between(7, 12).ignorable()),
        row<&forgotten_topic::topic_id>("TopicId", since(13).ignorable()),
        row<&forgotten_topic::partitions>("Partitions", since(7)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 1, oldest = 4, newest = 18, flexible_since = 12;
    using response_type = struct response;

    std::optional<std::string> cluster_id;
    std::int32_t replica_id = -1; ///< -1: a consumer
    replica replica_state;
    std::int32_t max_wait_ms = 0;
    std::int32_t min_bytes = 0;
    std::int32_t max_bytes = INT32_MAX;
    std::int8_t isolation_level = 0; ///< 0 read uncommitted, 1 read committed
    std::int32_t session_id = 0;
    std::int32_t session_epoch = -1; ///< -1: outside a session; 0: opens one
    std::vector<topic> topics;
    std::vector<forgotten_topic> forgotten_topics;
    std::string rack_id; ///< to be sent to a nearer replica

    static constexpr field fields[] = {
        row<&request::cluster_id>("ClusterId", since(12).nullable().tagged(0).ignorable()),
        row<&request::replica_id>("ReplicaId", between(0, 14)),
        row<&request::replica_state>("ReplicaState", since(15).tagged(1)),
        row<&request::max_wait_ms>("MaxWaitMs", since(0)),
        row<&request::min_bytes>("MinBytes", since(0)),
        row<&request::max_bytes>("MaxBytes", since(3).ignorable()),
        row<&request::isolation_level>("IsolationLevel", since(4).ignorable()),
        row<&request::session_id>("SessionId", since(7).ignorable()),
        row<&request::session_epoch>("SessionEpoch", since(7).ignorable()),
        row<&request::topics>("Topics", since(0)),
        row<&request::forgotten_topics>("ForgottenTopicsData", since(7)),
        row<&request::rack_id>("RackId", since(11).ignorable()),
    };
};

struct epoch_end_offset {
    std::int32_t epoch = -1;
    std::int64_t end_offset = -1;

    static constexpr field fields[] = {
        row<&epoch_end_offset::epoch>("Epoch", since(12)),
        row<&epoch_end_offset::end_offset>("EndOffset", since(12)),
    };
};

/// Of the metadata log; other partitions have none.
struct snapshot {
    std::int64_t end_offset = -1;
    std::int32_t epoch = -1;

    static constexpr field fields[] = {
        row<&snapshot::end_offset>("EndOffset", since(0)),
        row<&snapshot::epoch>("Epoch", since(0)),
    };
};

struct aborted_transaction {
    std::int64_t producer_id = 0;
    std::int64_t first_offset = 0;

    static constexpr field fields[] = {
        row<&aborted_transaction::producer_id>("ProducerId", since(4)),
        row<&aborted_transaction::first_offset>("FirstOffset", since(4)),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int16_t error_code = 0;
    std::int64_t high_watermark = 0;
    std::int64_t last_stable_offset = -1;
    std::int64_t log_start_offset = -1;
    epoch_end_offset diverging_epoch; ///< where the log was truncated, if it was
    leader_and_epoch current_leader;  ///< with NOT_LEADER_OR_FOLLOWER and FENCED_LEADER_EPOCH
    snapshot snapshot_id;
    std::optional<std::vector<aborted_transaction>> aborted_transactions{std::in_place};
    std::int32_t preferred_read_replica = -1; ///< -1: stay with the leader
    std::optional<records_view> records;

    static constexpr field fields[] = {
        row<&partition_result::index>("PartitionIndex", since(0)),
        row<&partition_result::error_code>("ErrorCode", since(0)),
        row<&partition_result::high_watermark>("HighWatermark", since(0)),
        row<&partition_result::last_stable_offset>("LastStableOffset", since(4).ignorable()),
        row<&partition_result::log_start_offset>("LogStartOffset", since(5).ignorable()),
        row<&partition_result::diverging_epoch>("DivergingEpoch", since(12).tagged(0)),
        row<&partition_result::current_leader>("CurrentLeader", since(12).tagged(1)),
        row<&partition_result::snapshot_id>("SnapshotId", since(12).tagged(2)),
        row<&partition_result::aborted_transactions>("AbortedTransactions",
                                                     since(4).nullable().ignorable()),
        row<&partition_result::preferred_read_replica>("PreferredReadReplica", since(11)),
        row<&partition_result::records>("Records", since(0).nullable()),
    };
};

struct topic_result {
    std::string name;
    uuid topic_id;
    std::vector<partition_result> partitions;

    static constexpr field fields[] = {
        row<&topic_result::name>("Topic", between(0, 12).ignorable()),
        row<&topic_result::topic_id>("TopicId", since(13).ignorable()),
        row<&topic_result::partitions>("Partitions", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 1, oldest = 4, newest = 18, flexible_since = 12,
                                  throttled_since = 8;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::int32_t session_id = 0;
    std::vector<topic_result> topics;
    std::vector<node_endpoint> node_endpoints;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::error_code>("ErrorCode", since(7).ignorable()),
        row<&response::session_id>("SessionId", since(7)),
        row<&response::topics>("Responses", since(0)),
        row<&response::node_endpoints>("NodeEndpoints", since(16).tagged(0)),
    };
};

} // namespace kcpp::protocol::fetch
