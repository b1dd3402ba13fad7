#pragma once

#include "testing/model/partition_log.hpp"

#include <cstdint>
#include <vector>

namespace kcpp::testing {

/// What transactions left in a log, as readers of committed records are told (KIP-98).
struct transactions {
    struct aborted {
        std::int64_t producer_id = -1;
        std::int64_t first_offset = -1;
        /// Of the marker.
        std::int64_t last_offset = -1;
    };
    std::vector<aborted> rolled_back;
    /// The first offset of a transaction that is still open, or where what may be read ends.
    std::int64_t last_stable_offset = -1;
};

/// Reads all of the log up to `end`. No index is kept: logs in tests are short.
transactions transactions_in(const partition_log& log, std::int64_t end);

} // namespace kcpp::testing
