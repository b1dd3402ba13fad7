#pragma once

#include "record/batch_format.hpp"
#include "record/growing_buffer.hpp"
#include "record/record_encoding.hpp"
#include "record/sealed_batch.hpp"

#include <kcpp/bytes.hpp>
#include <kcpp/record.hpp>
#include <kcpp/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace kcpp::record {

/// A record on its way into a batch; views that are read until `append` returns.
struct record_fields {
    kcpp::timestamp time{};
    bytes_view key;
    bytes_view value;
    headers_view headers{};
};

/// What a record takes in one particular batch at its present end. Made by
/// `batch_builder::measure`.
struct measured_record {
    std::size_t size = 0; ///< bytes, length prefix included
    std::size_t body = 0; ///< the number the length prefix says
    std::int64_t timestamp_delta = 0;
};

/// The open batch of a partition. Encodes records of format 2 behind one another into memory that
/// grows in steps; nothing is allocated per record. Not thread-safe: the partition's lock guards
/// it.
///
///     const measured_record m = builder.measure(fields);
///     if (!builder.fits(m)) …seal this one, start the next…
///     …charge the budget with builder.growth(m)…
///     builder.append(fields, m);
///
/// A batch that is full is moved out of the lock and sealed there.
class batch_builder {
public:
    /// `limit`: the encoded size, header included, that `fits` holds the batch to (Kafka:
    /// batch.size). `initial`: memory to begin with; a partition that is busy is best given the
    /// size its last batch reached.
    explicit batch_builder(std::size_t limit, std::size_t initial = growing_buffer::smallest);
    /// In memory that is there already and that nobody else holds.
    batch_builder(std::size_t limit, wire::shared_buffer memory);

    /// The exact size of the record as the next one of this batch. Valid until the next append.
    measured_record measure(const record_fields& record) const noexcept;

    /// Whether it stays within the limit. The first record always does, so that a big one gets a
    /// batch of its own.
    bool fits(const measured_record& m) const noexcept {
        return count_ == 0 || size() + m.size <= limit_;
    }

    /// Whether it does so in the memory that is there.
    bool has_room(const measured_record& m) const noexcept {
        return fits(m) && m.size <= memory_.capacity() - memory_.size();
    }

    /// By how many bytes appending it raises `capacity`.
    std::size_t growth(const measured_record& m) const noexcept {
        return memory_.capacity_for(m.size) - memory_.capacity();
    }

    /// Copies the record in and returns its index in the batch. `m` is what `measure` just said
    /// about it. Throws std::length_error if the batch would not fit the 31 bits of its length
    /// field.
    std::int32_t append(const record_fields& record, const measured_record& m);

    bool empty() const noexcept { return count_ == 0; }
    std::int32_t count() const noexcept { return count_; }
    /// Encoded size so far, header included, before compression.
    std::size_t size() const noexcept { return memory_.size(); }
    /// Memory held: what the budget is charged.
    std::size_t capacity() const noexcept { return memory_.capacity(); }
    kcpp::timestamp base_timestamp() const noexcept { return base_; }
    kcpp::timestamp max_timestamp() const noexcept { return max_; }

    /// Ends the batch: compresses the records (they stay as they are if that does not make them
    /// smaller), writes the header. `level` is the codec's own; nothing means its default. The
    /// builder is spent afterwards. Needs at least one record.
    sealed_batch seal(compression codec = compression::none, std::optional<int> level = {}) &&;

    /// Gives the memory away, with whatever is in it. The builder is spent afterwards.
    wire::shared_buffer take_memory() && { return memory_.take().owner; }

private:
    explicit batch_builder(growing_buffer memory);
    static constexpr std::size_t largest = std::numeric_limits<std::int32_t>::max();
    [[noreturn, gnu::noinline]] static void refuse_to_exceed();

    growing_buffer memory_;
    std::size_t limit_;
    std::int32_t count_ = 0;
    kcpp::timestamp base_{};
    kcpp::timestamp max_{};
};

inline measured_record batch_builder::measure(const record_fields& record) const noexcept {
    using encoding::size_of;
    constexpr std::size_t attributes_size = 1;
    measured_record m;
    m.timestamp_delta = count_ == 0 ? 0 : encoding::difference(record.time, base_);
    m.body = attributes_size + wire::varlong_size(m.timestamp_delta) + wire::varint_size(count_) +
             size_of(record.key) + size_of(record.value) +
             wire::varint_size(static_cast<std::int32_t>(record.headers.size()));
    for (const header h : record.headers)
        m.body += size_of(h.name.size()) + size_of(h.value);
    m.size = size_of(m.body);
    return m;
}

inline std::int32_t batch_builder::append(const record_fields& record, const measured_record& m) {
    using encoding::put;
    if (m.size > largest - memory_.size()) refuse_to_exceed();
    memory_.ensure(m.size);

    std::byte* at = memory_.data() + memory_.size();
    at = wire::put_varint(at, static_cast<std::int32_t>(m.body));
    *at++ = std::byte{0};
    at = wire::put_varlong(at, m.timestamp_delta);
    at = wire::put_varint(at, count_);
    at = put(at, record.key);
    at = put(at, record.value);
    at = wire::put_varint(at, static_cast<std::int32_t>(record.headers.size()));
    for (const header h : record.headers)
        at = put(put(at, h.name), h.value);
    memory_.advance(m.size);

    if (count_ == 0) base_ = max_ = record.time;
    max_ = std::max(max_, record.time);
    return count_++;
}

} // namespace kcpp::record
