#pragma once

#include "protocol/field.hpp"
#include "protocol/shared.hpp"

/// ShareAcknowledge: acknowledges acquired records without fetching more. KIP-932.
namespace kcpp::protocol::share_acknowledge {

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
    static constexpr std::int16_t api_key = 79, oldest = 1, newest = 2, flexible_since = 0;
    using response_type = struct response;

    std::optional<std::string> group_id;
    std::optional<std::string> member_id{std::in_place};
    std::int32_t share_session_epoch = 0; ///< -1 closes the session
    bool is_renew_ack = false;
    std::vector<topic> topics;

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", since(0).nullable()),
        row<&request::member_id>("MemberId", since(0).nullable()),
        row<&request::share_session_epoch>("ShareSessionEpoch", since(0)),
        row<&request::is_renew_ack>("IsRenewAck", since(2)),
        row<&request::topics>("Topics", since(0)),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    leader_and_epoch current_leader;

    static constexpr field fields[] = {
        row<&partition_result::index>("PartitionIndex", since(0)),
        row<&partition_result::error_code>("ErrorCode", since(0)),
        row<&partition_result::error_message>("ErrorMessage", since(0).nullable()),
        row<&partition_result::current_leader>("CurrentLeader", since(0)),
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
    static constexpr std::int16_t api_key = 79, oldest = 1, newest = 2, flexible_since = 0,
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
        row<&response::acquisition_lock_timeout_ms>("AcquisitionLockTimeoutMs",
                                                    since(2).ignorable()),
        row<&response::topics>("Responses", since(0)),
        row<&response::node_endpoints>("NodeEndpoints", since(0)),
    };
};

} // namespace kcpp::protocol::share_acknowledge
