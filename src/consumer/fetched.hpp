#pragma once

#include "consumer/aborted_transactions.hpp"
#include "consumer/position.hpp"
#include "consumer/received.hpp"
#include "consumer/tenure.hpp"
#include "record/batch_cursor.hpp"
#include "record/record_reader.hpp"

#include <kcpp/error.hpp>
#include <kcpp/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace kcpp::consuming {

/// How much may still be handed out at once.
struct allowance {
    std::size_t records = 0;
    /// Of keys and values. The record that reaches it is the last one.
    std::size_t bytes = std::numeric_limits<std::size_t>::max();

    bool is_used_up() const noexcept { return records == 0 || bytes == 0; }
    void use(const record::record_view& one) noexcept {
        --records;
        bytes -= std::min(bytes, one.key.size() + one.value.size());
    }
};

/// Some records of one batch, found sound: to be walked any number of times, without a failure.
struct piece {
    tenure place;
    /// Which seek it was fetched for.
    std::uint64_t version = 0;
    std::shared_ptr<const received> memory;
    /// If they were compressed: what they take unpacked.
    std::shared_ptr<const byte_charge> unpacked;
    /// Stands before the first of them.
    record::record_reader start;
    std::size_t count = 0;
    std::int32_t leader_epoch = -1;
    kcpp::timestamp_type time_type = kcpp::timestamp_type::create_time;
    /// Behind the last of them.
    position next;
};

/// What one response brought for one partition, read from a position on: lazily, batch by batch, on
/// the application's thread.
///
/// There are two ways to read, which may alternate: `take` gives many records as a piece, `next`
/// one. Both check a batch when they come to it, CRC included, and pass over what is not the
/// application's: markers, rolled-back transactions, offsets before the position.
class fetched {
public:
    struct origin {
        tenure place;
        /// Which seek it was fetched for.
        std::uint64_t version = 0;
        /// Where fetching goes on behind it.
        offset_t end = 0;
        aborted_transactions aborted{};
        bool packed = false;
    };
    fetched(origin from, std::shared_ptr<const received> memory, std::span<const std::byte> batches,
            position start);

    const topic_partition& place() const noexcept { return *from_.place; }
    std::uint64_t version() const noexcept { return from_.version; }
    std::size_t bytes() const noexcept { return bytes_; }
    /// The next record that will be read.
    const position& at() const noexcept { return at_; }

    /// As many records of one batch as there is `room` for, which must be for one at least. Nothing
    /// at the end, or where something is broken: `failure` tells.
    std::optional<piece> take(allowance& room);

    enum class step { record, end, broken };
    /// Steps to the next record; the position stays before it until `complete` is called.
    step next();
    const record::record_view& record() const noexcept { return reader_.record(); }
    std::int32_t leader_epoch() const noexcept { return batches_.batch().partition_leader_epoch(); }
    kcpp::timestamp_type time_type() const noexcept { return batches_.batch().timestamp_type(); }
    const tenure& shared_place() const noexcept { return from_.place; }
    /// The current record has been worked on.
    void complete() noexcept {
        pass();
        ++count_;
    }
    /// How many were completed since this was asked last.
    std::uint64_t take_count() noexcept { return std::exchange(count_, 0); }
    /// Reading it means decompressing.
    bool is_packed() const noexcept { return from_.packed; }
    /// Whether something was decompressed since this was asked last.
    bool take_unpacked() noexcept { return std::exchange(has_unpacked_, false); }
    /// The current record is to come again.
    void rewind();

    const std::optional<error>& failure() const noexcept { return failure_; }

private:
    step advance(record::record_reader* before);
    bool open_batch();
    bool open(const record::batch_view& batch);
    bool leave_batch();
    void charge_unpacked();
    bool fail(record::errc why);
    void pass() noexcept { at_ = {reader_.record().offset + 1, leader_epoch()}; }

    origin from_;
    std::shared_ptr<const received> memory_;
    std::size_t bytes_;
    record::batch_cursor batches_;
    record::record_reader reader_;
    std::shared_ptr<const byte_charge> unpacked_;
    bool in_batch_ = false;
    bool has_unpacked_ = false;
    position at_;
    std::uint64_t count_ = 0;
    std::optional<error> failure_;
};

} // namespace kcpp::consuming
