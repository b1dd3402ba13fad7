#pragma once

#include "protocol/field.hpp"

/// TxnOffsetCommit: the positions of a group, committed with a transaction. KIP-98, KIP-447.
namespace kcpp::protocol::txn_offset_commit {

struct partition {
    std::int32_t index = 0;
    std::int64_t offset = 0;
    std::int32_t leader_epoch = -1;
    std::optional<std::string> metadata{std::in_place};

    static constexpr field fields[] = {
        row<&partition::index>("PartitionIndex", since(0)),
        row<&partition::offset>("CommittedOffset", since(0)),
        row<&partition::leader_epoch>("CommittedLeaderEpoch", since(2).ignorable()),
        row<&partition::metadata>("CommittedMetadata", since(0).nullable()),
    };
};

struct topic {
    std::string name;
    uuid topic_id;
    std::vector<partition> partitions;

    static constexpr field fields[] = {
        row<&topic::name>("Name", between(0, 5).ignorable()),
        row<&topic::topic_id>("TopicId", since(6).ignorable()),
        row<&topic::partitions>("Partitions", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 28, oldest = 0, newest = 6, flexible_since = 3;
    using response_type = struct response;

    std::string transactional_id;
    std::string group_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    std::int32_t generation_id_or_member_epoch = -1;
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::vector<topic> topics;

    static constexpr field fields[] = {
        row<&request::transactional_id>("TransactionalId", since(0)),
        row<&request::group_id>("GroupId", since(0)),
        row<&request::producer_id>("ProducerId", since(0)),
        row<&request::producer_epoch>("ProducerEpoch", since(0)),
        row<&request::generation_id_or_member_epoch>("GenerationIdOrMemberEpoch", since(3)),
        row<&request::member_id>("MemberId", since(3)),
        row<&request::group_instance_id>("GroupInstanceId", since(3).nullable()),
        row<&request::topics>("Topics", since(0)),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&partition_result::index>("PartitionIndex", since(0)),
        row<&partition_result::error_code>("ErrorCode", since(0)),
    };
};

struct topic_result {
    std::string name;
    uuid topic_id;
    std::vector<partition_result> partitions;

    static constexpr field fields[] = {
        row<&topic_result::name>("Name", between(0, 5).ignorable()),
        row<&topic_result::topic_id>("TopicId", since(6).ignorable()),
        row<&topic_result::partitions>("Partitions", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 28, oldest = 0, newest = 6, flexible_since = 3,
                                  throttled_since = 1;

    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::topics>("Topics", since(0)),
    };
};

} // namespace kcpp::protocol::txn_offset_commit
