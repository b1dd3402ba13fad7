#pragma once

#include "protocol/field.hpp"
#include "protocol/shared.hpp"

/// ShareFetch: acquires records for a member of a share group, and acknowledges earlier ones.
/// KIP-932.
namespace kcpp::protocol::share_fetch {

struct partition {
    std::int32_t index = 0;
    std::vector<acknowledgement_batch> acknowledgement_batches;

    static constexpr field fields[] = {
        row<&partition::index>("PartitionIndex", since(0)),
        row<&partition::acknowledgement_batches>("AcknowledgementBatches", since(0)),
    };
};

struct topic {
    uuid topic_id;
    std::vector<partition> partitions;

    static constexpr field fields[] = {
        row<&topic::topic_id>("TopicId", since(0)),
        row<&topic::partitions>("Partitions", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 78, oldest = 1, newest = 2, flexible_since = 0;
    using response_type = struct response;

    std::optional<std::string> group_id;
    std::optional<std::string> member_id{std::in_place};
    std::int32_t share_session_epoch = 0; ///< 0 opens a session, -1 closes it
    std::int32_t max_wait_ms = 0;
    std::int32_t min_bytes = 0;
    std::int32_t max_bytes = INT32_MAX;
    std::int32_t max_records = 0;
    std::int32_t batch_size = 0;
    std::int8_t acquire_mode = 0; ///< 0 whole batches, 1 no more than max_records
    bool is_renew_ack = false;
    std::vector<topic> topics;
    std::vector<topic_partitions> forgotten_topics;

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0).nullable()),
        row<&request::member_id>("MemberId", since(0).nullable()),
        row<&request::share_session_epoch>("ShareSessionEpoch", since(0)),
        row<&request::max_wait_ms>("MaxWaitMs", since(0)),
        row<&request::min_bytes>("MinBytes", since(0)),
        row<&request::max_bytes>("MaxBytes", since(0)),
        row<&request::max_records>("MaxRecords", since(1)),
        row<&request::batch_size>("BatchSize", since(1)),
        row<&request::acquire_mode>("ShareAcquireMode", since(2).ignorable()),
        row<&request::is_renew_ack>("IsRenewAck", since(2)),
        row<&request::topics>("Topics", since(0)),
        row<&request::forgotten_topics>("ForgottenTopicsData", since(0)),
    };
};

struct acquired_range {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::int16_t delivery_count = 0;

    static constexpr field fields[] = {
        row<&acquired_range::first_offset>("FirstOffset", since(0)),
        row<&acquired_range::last_offset>("LastOffset", since(0)),
        row<&acquired_range::delivery_count>("DeliveryCount", since(0)),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::int16_t acknowledge_error_code = 0;
    std::optional<std::string> acknowledge_error_message;
    leader_and_epoch current_leader;
    records_view records;
    std::vector<acquired_range> acquired_records;

    static constexpr field fields[] = {
        row<&partition_result::index>("PartitionIndex", since(0)),
        row<&partition_result::error_code>("ErrorCode", since(0)),
        row<&partition_result::error_message>("ErrorMessage", since(0).nullable()),
        row<&partition_result::acknowledge_error_code>("AcknowledgeErrorCode", since(0)),
        row<&partition_result::acknowledge_error_message>("AcknowledgeErrorMessage",
                                                          since(0).nullable()),
        row<&partition_result::current_leader>("CurrentLeader", since(0)),
        row<&partition_result::records>("Records", since(0)),
        row<&partition_result::acquired_records>("AcquiredRecords", since(0)),
    };
};

struct topic_result {
    uuid topic_id;
    std::vector<partition_result> partitions;

    static constexpr field fields[] = {
        row<&topic_result::topic_id>("TopicId", since(0)),
        row<&topic_result::partitions>("Partitions", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 78, oldest = 1, newest = 2, flexible_since = 0,
                                  throttled_since = 0;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::int32_t acquisition_lock_timeout_ms = 0;
    std::vector<topic_result> topics;
    std::vector<node_endpoint> node_endpoints;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::error_message>("ErrorMessage", since(0).nullable()),
        row<&response::acquisition_lock_timeout_ms>("AcquisitionLockTimeoutMs", since(1)),
        row<&response::topics>("Responses", since(0)),
        row<&response::node_endpoints>("NodeEndpoints", since(0)),
    };
};

} // namespace kcpp::protocol::share_fetch
