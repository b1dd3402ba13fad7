#pragma once

#include "protocol/field.hpp"

/// AddPartitionsToTxn: partitions join a transaction. KIP-98, KIP-890 (brokers send many
/// transactions at once).
namespace kcpp::protocol::add_partitions_to_txn {

struct topic {
    std::string name;
    std::vector<std::int32_t> partitions;

    static constexpr field fields[] = {
        row<&topic::name>("Name", since(0)),
        row<&topic::partitions>("Partitions", since(0)),
    };
};

struct transaction {
    std::string transactional_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    bool verify_only = false;
    std::vector<topic> topics;

    static constexpr field fields[] = {
        row<&transaction::transactional_id>("TransactionalId", since(4)),
        row<&transaction::producer_id>("ProducerId", since(4)),
        row<&transaction::producer_epoch>("ProducerEpoch", since(4)),
        row<&transaction::verify_only>("VerifyOnly", since(4)),
        row<&transaction::topics>("Topics", since(4)),
    };
};

struct request {
    static constexpr std::int16_t api_key = 24, oldest = 0, newest = 5, flexible_since = 3;
    using response_type = struct response;

    std::vector<transaction> transactions; ///< since version 4, which brokers use
    std::string transactional_id;          ///< before version 4, as are those below
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    std::vector<topic> topics;

    static constexpr field fields[] = {
        row<&request::transactions>("Transactions", since(4)),
        row<&request::transactional_id>("V3AndBelowTransactionalId", between(0, 3)),
        row<&request::producer_id>("V3AndBelowProducerId", between(0, 3)),
        row<&request::producer_epoch>("V3AndBelowProducerEpoch", between(0, 3)),
        row<&request::topics>("V3AndBelowTopics", between(0, 3)),
    };
};

struct partition_result {
    std::int32_t index = 0;
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&partition_result::index>("PartitionIndex", since(0)),
        row<&partition_result::error_code>("PartitionErrorCode", since(0)),
    };
};

struct topic_result {
    std::string name;
    std::vector<partition_result> partitions;

    static constexpr field fields[] = {
        row<&topic_result::name>("Name", since(0)),
        row<&topic_result::partitions>("ResultsByPartition", since(0)),
    };
};

struct transaction_result {
    std::string transactional_id;
    std::vector<topic_result> topics;

    static constexpr field fields[] = {
        row<&transaction_result::transactional_id>("TransactionalId", since(4)),
        row<&transaction_result::topics>("TopicResults", since(4)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 24, oldest = 0, newest = 5, flexible_since = 3,
                                  throttled_since = 1;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::vector<transaction_result> transactions;
    std::vector<topic_result> topics; ///< before version 4

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::error_code>("ErrorCode", since(4).ignorable()),
        row<&response::transactions>("ResultsByTransaction", since(4)),
        row<&response::topics>("ResultsByTopicV3AndBelow", between(0, 3)),
    };
};

} // namespace kcpp::protocol::add_partitions_to_txn
