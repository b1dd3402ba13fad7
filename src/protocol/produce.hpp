#pragma once

#include "protocol/field.hpp"
#include "protocol/shared.hpp"

/// Produce: record batches to the leaders of their partitions. KIP-98, KIP-467 (record errors),
/// KIP-951 (leader hints).
namespace kcpp::protocol::produce {

struct partition {
    std::int32_t index = 0;
    std::optional<records_view> records;

    static constexpr field fields[] = {
        row<&partition::index>("Index", since(0)),
        row<&partition::records>("Records", since(0).nullable()),
    };
};

struct topic {
    std::string name;
    uuid topic_id;
    std::vector<partition> partitions;

    static constexpr field fields[] = {
        row<&topic::name>("Name", between(0, 12).ignorable()),
        row<&topic::topic_id>("TopicId", since(13).ignorable()),
        row<&topic::partitions>("PartitionData", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 0, oldest = 3, newest = 13, flexible_since = 9;
    using response_type = struct response;

    std::optional<std::string> transactional_id;
    std::int16_t acks = 0; ///< -1 all in-sync replicas, 1 the leader alone, 0 no answer at all
    std::int32_t timeout_ms = 0;
    std::vector<topic> topics;

    static constexpr field fields[] = {
        row<&request::transactional_id>("TransactionalId", since(3).nullable()),
        row<&request::acks>("Acks", since(0)),
        row<&request::timeout_ms>("TimeoutMs", since(0)),
        row<&request::topics>("TopicData", since(0)),
    };
};

struct record_error {
    std::int32_t batch_index = 0;
    std::optional<std::string> message;

    static constexpr field fields[] = {
        row<&record_error::batch_index>("BatchIndex", since(8)),
        row<&record_error::message>("BatchIndexErrorMessage", since(8).nullable()),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int16_t error_code = 0;
    std::int64_t base_offset = 0;
    std::int64_t log_append_time_ms = -1; ///< -1 unless the broker sets timestamps
    std::int64_t log_start_offset = -1;
    std::vector<record_error> record_errors;
    std::optional<std::string> error_message;
    leader_and_epoch current_leader; ///< with NOT_LEADER_OR_FOLLOWER

    static constexpr field fields[] = {
        row<&partition_result::index>("Index", since(0)),
        row<&partition_result::error_code>("ErrorCode", since(0)),
        row<&partition_result::base_offset>("BaseOffset", since(0)),
        row<&partition_result::log_append_time_ms>("LogAppendTimeMs", since(2).ignorable()),
        row<&partition_result::log_start_offset>("LogStartOffset", since(5).ignorable()),
        row<&partition_result::record_errors>("RecordErrors", since(8).ignorable()),
        row<&partition_result::error_message>("ErrorMessage", since(8).nullable().ignorable()),
        row<&partition_result::current_leader>("CurrentLeader", since(10).tagged(0)),
    };
};

struct topic_result {
    std::string name;
    uuid topic_id;
    std::vector<partition_result> partitions;

    static constexpr field fields[] = {
        row<&topic_result::name>("Name", between(0, 12).ignorable()),
        row<&topic_result::topic_id>("TopicId", since(13).ignorable()),
        row<&topic_result::partitions>("PartitionResponses", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 0, oldest = 3, newest = 13, flexible_since = 9,
                                  throttled_since = 6;

    std::vector<topic_result> topics;
    std::int32_t throttle_time_ms = 0;
    std::vector<node_endpoint> node_endpoints;

    static constexpr field fields[] = {
        row<&response::topics>("Responses", since(0)),
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(1).ignorable()),
        row<&response::node_endpoints>("NodeEndpoints", since(10).tagged(0)),
    };
};

} // namespace kcpp::protocol::produce
