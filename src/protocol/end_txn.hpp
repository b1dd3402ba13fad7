#pragma once

#include "protocol/field.hpp"

/// EndTxn: commits or aborts a transaction. KIP-98, KIP-890 (the response carries the next epoch).
namespace kcpp::protocol::end_txn {

struct request {
    static constexpr std::int16_t api_key = 26, oldest = 0, newest = 5, flexible_since = 3;
    using response_type = struct response;

    std::string transactional_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    bool committed = false; ///< false aborts

    static constexpr field fields[] = {
        row<&request::transactional_id>("TransactionalId", since(0)),
        row<&request::producer_id>("ProducerId", since(0)),
        row<&request::producer_epoch>("ProducerEpoch", since(0)),
        row<&request::committed>("Committed", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 26, oldest = 0, newest = 5, flexible_since = 3,
                                  throttled_since = 1;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::error_code>("ErrorCode", since(0)),
        row<&response::producer_id>("ProducerId", since(5).ignorable()),
        row<&response::producer_epoch>("ProducerEpoch", since(5).ignorable()),
    };
};

} // namespace kcpp::protocol::end_txn
