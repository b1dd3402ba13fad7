#pragma once

#include "testing/broker/call.hpp"
#include "testing/model/fetch_session.hpp"

#include <algorithm>
#include <cstddef>

namespace kcpp::testing {

/// How many more bytes a response may hold. The first batch is sent however large it is, so that no
/// client gets stuck at a record that is larger than its limits (KIP-74). Of later partitions
/// nothing is sent if not even their first batch is whole (ReplicaManager.readFromLog).
class fetch_room {
public:
    explicit fetch_room(std::size_t bytes) : left_(bytes) {}

    /// What a partition with that many bytes may have; it never needs to look for more.
    std::size_t most(std::size_t partition_limit, std::size_t first_batch) const {
        const std::size_t limit = std::min(left_, partition_limit);
        if (limit >= first_batch) return limit;
        return first_ ? first_batch : 0;
    }
    void use(std::size_t bytes) {
        left_ -= std::min(left_, bytes);
        first_ = first_ && bytes == 0;
    }

private:
    std::size_t left_;
    bool first_ = true;
};

/// What one look at a partition finds. The records are not copied yet: who has to wait for more
/// looks again.
struct partition_read {
    protocol::fetch::partition_result result;
    const partition_log* log = nullptr;
    std::size_t first_batch = 0;
    std::size_t bytes = 0;
};

/// `t` is null if there is no such topic. Only what every replica in sync has is given out.
partition_read read_partition(call& c, topic* t, const read_wish& wish,
                              const protocol::fetch::request& q, fetch_room& room);

/// Copies the records, cut off at the limit as Kafka does it, even inside a batch.
protocol::records_view gather(call& c, const partition_read& found);

} // namespace kcpp::testing
