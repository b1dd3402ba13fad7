#pragma once

#include "testing/model/batch.hpp"
#include "testing/model/producer_states.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace kcpp::testing {

/// The log of one replica: batches by offset, with what their producers and leader epochs say.
class partition_log {
public:
    std::int64_t start_offset() const noexcept { return start_; }
    std::int64_t end_offset() const noexcept { return end_; }
    const std::deque<log_batch>& batches() const noexcept { return batches_; }
    /// There are, or once were, batches of transactions in it.
    bool has_transactions() const noexcept { return has_transactions_; }

    producer_states::verdict check_producer(const batch_header& batch) const {
        return producers_.check(batch);
    }
    /// Takes a batch whose offsets follow the last one's.
    void append(log_batch batch);

    /// The place of the batch that holds `offset`, or of the first one behind it.
    std::size_t position_of(std::int64_t offset) const;

    /// Two logs whose last batches are of one offset and epoch have the same before it (KIP-101).
    bool same_as(const partition_log& other) const;

    /// Drops what is at or behind `offset`, as a follower does that wrote what the leader never
    /// had. Whole batches.
    void truncate_to(std::int64_t offset);
    /// Moves the log's start: what is before `offset` is gone. Whole batches are freed.
    void delete_before(std::int64_t offset);

    struct epoch_end {
        std::int32_t epoch = -1;
        std::int64_t end_offset = -1;
    };
    /// A leader of a new epoch begins to write here.
    void begin_epoch(std::int32_t epoch);
    /// Where the last epoch not above `epoch` ends (KIP-101); -1, -1 for an epoch that is not known
    /// yet.
    epoch_end end_of_epoch(std::int32_t epoch) const;
    std::int32_t last_epoch() const noexcept { return epochs_.empty() ? -1 : epochs_.back().epoch; }

private:
    struct epoch_start {
        std::int32_t epoch;
        std::int64_t offset;
    };
    std::deque<log_batch> batches_;
    std::vector<epoch_start> epochs_;
    std::int64_t start_ = 0;
    std::int64_t end_ = 0;
    bool has_transactions_ = false;
    producer_states producers_;
};

} // namespace kcpp::testing
