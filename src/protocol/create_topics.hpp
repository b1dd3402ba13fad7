#pragma once

#include "protocol/field.hpp"

/// CreateTopics. KIP-525 (configs in the response).
namespace kcpp::protocol::create_topics {

struct replica_assignment {
    std::int32_t partition_index = 0;
    std::vector<std::int32_t> broker_ids;

    static constexpr field fields[] = {
        row<&replica_assignment::partition_index>("PartitionIndex", since(0)),
        row<&replica_assignment::broker_ids>("BrokerIds", since(0)),
    };
};

struct config {
    std::string name;
    std::optional<std::string> value{std::in_place};

    static constexpr field fields[] = {
        row<&config::name>("Name", since(0)),
        row<&config::value>("Value", since(0).nullable()),
    };
};

struct topic {
    std::string name;
    std::int32_t num_partitions = 0;     ///< -1: the default of the broker, or by the assignments
    std::int16_t replication_factor = 0; ///< likewise
    std::vector<replica_assignment> assignments;
    std::vector<config> configs;

    static constexpr field fields[] = {
        row<&topic::name>("Name", since(0)),
        row<&topic::num_partitions>("NumPartitions", since(0)),
        row<&topic::replication_factor>("ReplicationFactor", since(0)),
        row<&topic::assignments>("Assignments", since(0)),
        row<&topic::configs>("Configs", since(0)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 19, oldest = 2, newest = 7, flexible_since = 5;
    using response_type = struct response;

    std::vector<topic> topics;
    std::int32_t timeout_ms = 60000;
    bool validate_only = false;

    static constexpr field fields[] = {
        row<&request::topics>("Topics", since(0)),
        row<&request::timeout_ms>("timeoutMs", since(0)),
        row<&request::validate_only>("validateOnly", since(1)),
    };
};

struct config_result {
    std::string name;
    std::optional<std::string> value{std::in_place};
    bool read_only = false;
    std::int8_t source = -1;
    bool is_sensitive = false;

    static constexpr field fields[] = {
        row<&config_result::name>("Name", since(5)),
        row<&config_result::value>("Value", since(5).nullable()),
        row<&config_result::read_only>("ReadOnly", since(5)),
        row<&config_result::source>("ConfigSource", since(5).ignorable()),
        row<&config_result::is_sensitive>("IsSensitive", since(5)),
    };
};

struct topic_result {
    std::string name;
    uuid topic_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message{std::in_place};
    std::int16_t config_error_code = 0;
    std::int32_t num_partitions = -1;
    std::int16_t replication_factor = -1;
    std::optional<std::vector<config_result>> configs{std::in_place};

    static constexpr field fields[] = {
        row<&topic_result::name>("Name", since(0)),
        row<&topic_result::topic_id>("TopicId", since(7).ignorable()),
        row<&topic_result::error_code>("ErrorCode", since(0)),
        row<&topic_result::error_message>("ErrorMessage", since(1).nullable().ignorable()),
        row<&topic_result::config_error_code>("TopicConfigErrorCode",
                                              since(5).tagged(0).ignorable()),
        row<&topic_result::num_partitions>("NumPartitions", since(5).ignorable()),
        row<&topic_result::replication_factor>("ReplicationFactor", since(5).ignorable()),
        row<&topic_result::configs>("Configs", since(5).nullable().ignorable()),
    };
};

struct response {
    static constexpr std::int16_t api_key = 19, oldest = 2, newest = 7, flexible_since = 5,
                                  throttled_since = 3;

    std::int32_t throttle_time_ms = 0;
    std::vector<topic_result> topics;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(2).ignorable()),
        row<&response::topics>("Topics", since(0)),
    };
};

} // namespace kcpp::protocol::create_topics
