#pragma once

#include "protocol/field.hpp"

/// OffsetFetch: the committed positions of groups. KIP-447 (stable offsets), KIP-709 (many groups),
/// KIP-848.
namespace kcpp::protocol::offset_fetch {

struct topic {
    std::string name;
    uuid topic_id;
    std::vector<std::int32_t> partitions;

    static constexpr field fields[] = {
        row<&topic::name>("Name", between(0, 9).ignorable()),
        row<&topic::topic_id>("TopicId", since(10).ignorable()),
        row<&topic::partitions>("PartitionIndexes", since(0)),
    };
};

struct group {
    std::string group_id;
    std::optional<std::string> member_id;
    std::int32_t member_epoch = -1;
    std::optional<std::vector<topic>> topics{std::in_place}; ///< null: all

    static constexpr field fields[] = {
        row<&group::group_id>("GroupId", since(8)),
        row<&group::member_id>("MemberId", since(9).nullable().ignorable()),
        row<&group::member_epoch>("MemberEpoch", since(9).ignorable()),
        row<&group::topics>("Topics", since(8).nullable()),
    };
};

struct request {
    static constexpr std::int16_t api_key = 9, oldest = 1, newest = 10, flexible_since = 6;
    using response_type = struct response;

    std::string group_id;
    std::optional<std::vector<topic>> topics{std::in_place};
    std::vector<group> groups;   ///< since version 8, instead of the two above
    bool require_stable = false; ///< waits for pending transactions

    static constexpr field fields[] = {
        row<&request::group_id>("GroupId", between(0, 7)),
        row<&request::topics>("Topics", between(0, 7).nullable(2)),
        row<&request::groups>("Groups", since(8)),
        row<&request::require_stable>("RequireStable", since(7)),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int64_t offset = 0; ///< -1: none committed
    std::int32_t leader_epoch = -1;
    std::optional<std::string> metadata{std::in_place};
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&partition_result::index>("PartitionIndex", since(0)),
        row<&partition_result::offset>("CommittedOffset", since(0)),
        row<&partition_result::leader_epoch>("CommittedLeaderEpoch", since(5).ignorable()),
        row<&partition_result::metadata>("Metadata", since(0).nullable()),
        row<&partition_result::error_code>("ErrorCode", since(0)),
    };
};

struct topic_result {
    std::string name;
    uuid topic_id;
    std::vector<partition_result> partitions;

    static constexpr field fields[] = {
        row<&topic_result::name>("Name", between(0, 9).ignorable()),
        row<&topic_result::topic_id>("TopicId", since(10).ignorable()),
        row<&topic_result::partitions>("Partitions", since(0)),
    };
};

struct group_result {
    std::string group_id;
    std::vector<topic_result> topics;
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&group_result::group_id>("GroupId", since(8)),
        row<&group_result::topics>("Topics", since(8)),
        row<&group_result::error_code>("ErrorCode", since(8)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 9, oldest = 1, newest = 10, flexible_since = 6,
                                  throttled_since = 4;

    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;
    std::int16_t error_code = 0;
    std::vector<group_result> groups;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(3).ignorable()),
        row<&response::topics>("Topics", between(0, 7)),
        row<&response::error_code>("ErrorCode", between(2, 7).ignorable()),
        row<&response::groups>("Groups", since(8)),
    };
};

} // namespace kcpp::protocol::offset_fetch
