#pragma once

#include "protocol/field.hpp"

/// InitProducerId: an id and epoch for an idempotent or transactional producer. KIP-98, KIP-360,
/// KIP-939 (version 6).
namespace kcpp::protocol::init_producer_id {

struct request {
    static constexpr std::int16_t api_key = 22, oldest = 0, newest = 6, flexible_since = 2;
    static constexpr std::int16_t latest_stable = 5;
    using response_type = struct response;

    std::optional<std::string> transactional_id{std::in_place};
    std::int32_t transaction_timeout_ms = 0;
    std::int64_t producer_id = -1; ///< -1: a new one
    std::int16_t producer_epoch = -1;
    bool enable_two_phase_commit = false;
    bool keep_prepared_transaction = false;

    static constexpr field fields[] = {
        row<&request::transactional_id>("TransactionalId", since(0).nullable()),
        row<&request::transaction_timeout_ms>("TransactionTimeoutMs", since(0)),
        row<&request::producer_id>("ProducerId", since(3)),
        row<&request::producer_epoch>("ProducerEpoch", since(3)),
        row<&request::enable_two_phase_commit>("Enable2Pc", since(6)),
        row<&request::keep_prepared_transaction>("KeepPreparedTxn", since(6)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 22, oldest = 0, newest = 6, flexible_since = 2,
                                  throttled_since = 1;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = 0;
    std::int64_t ongoing_transaction_producer_id = -1;
    std::int16_t ongoing_transaction_producer_epoch = -1;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0).ignorable()),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::producer_id>("ProducerId", since(0)),
        row<&response::producer_epoch>("ProducerEpoch", since(0)),
        row<&response::ongoing_transaction_producer_id>("OngoingTxnProducerId", since(6)),
        row<&response::ongoing_transaction_producer_epoch>("OngoingTxnProducerEpoch", since(6)),
    };
};

} // namespace kcpp::protocol::init_producer_id
