#pragma once

#include "wire/buffer.hpp"
#include "wire/crc32c.hpp"

#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>

namespace kcpp::record {

/// Who a batch comes from, known only when it is drained. The defaults are those of a producer
/// without idempotence.
struct producer_stamp {
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    std::int32_t base_sequence = -1;
    bool transactional = false;
    std::int32_t partition_leader_epoch = -1;

    friend bool operator==(const producer_stamp&, const producer_stamp&) = default;
};

/// A finished batch of format 2, ready for the socket.
///
/// The same stamp gives the same bytes, however often it is set. A different one rewrites the
/// header at a cost that does not depend on the records; if a slice from `bytes` is still alive
/// then (a write may be under way), this batch moves to a copy first and the slice keeps what it
/// had.
class sealed_batch {
public:
    /// What the builder knows about the batch as a whole.
    struct summary {
        std::int32_t record_count = 0;
        kcpp::timestamp base_timestamp{};
        kcpp::timestamp max_timestamp{};
        compression codec = compression::none;
        std::size_t uncompressed_size = 0; ///< header included
    };

    sealed_batch() noexcept = default;
    /// `batch`: 61 bytes for the header, then the records as they will travel; owned by nobody
    /// else.
    sealed_batch(wire::slice batch, const summary& about) noexcept;

    void stamp(const producer_stamp& stamp);
    const producer_stamp& stamped() const noexcept { return stamp_; }

    /// The whole batch. The slice keeps the memory alive.
    wire::slice bytes() const noexcept { return batch_; }
    std::size_t size() const noexcept { return batch_.bytes.size(); }
    /// Memory held: what the budget is charged.
    std::size_t capacity() const noexcept { return batch_.owner.size(); }
    const summary& about() const noexcept { return about_; }
    /// Gives the memory away. The batch is spent afterwards.
    wire::shared_buffer take_memory() && {
        batch_.bytes = {};
        return std::move(batch_.owner);
    }

private:
    void write_stamp() noexcept;

    wire::slice batch_;
    wire::crc32c_tail records_crc_;
    producer_stamp stamp_;
    summary about_;
};

} // namespace kcpp::record
