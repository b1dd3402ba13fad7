#pragma once

#include "protocol/field.hpp"

/// AddOffsetsToTxn: the committed positions of a group join a transaction. KIP-98.
namespace kcpp::protocol::add_offsets_to_txn {

struct request {
    static constexpr std::int16_t api_key = 25, oldest = 0, newest = 4, flexible_since = 3;
    using response_type = struct response;

    std::string transactional_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    std::string group_id;

    static constexpr field fields[] = {
        row<&request::transactional_id>("TransactionalId", since(0)),
        row<&request::producer_id>("ProducerId", since(0)),
        row<&request::producer_epoch>("ProducerEpoch", since(0)),
        row<&request::group_id>("GroupId", since(0)),
    };
};

struct response {
    static constexpr std::int16_t api_key = 25, oldest = 0, newest = 4, flexible_since = 3,
                                  throttled_since = 1;

    std::int32_t throttle_time_ms = 0;
    std::int16_t error_code = 0;

    static constexpr field fields[] = {
        row<&response::throttle_time_ms>("ThrottleTimeMs", since(0)),
        row<&response::error_code>("ErrorCode", since(0)),
    };
};

} // namespace kcpp::protocol::add_offsets_to_txn
