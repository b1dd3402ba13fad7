#pragma once

#include "record/batch_format.hpp"
#include "record/errc.hpp"
#include "wire/endian.hpp"

#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace kcpp::record {

/// One batch as a broker sent it: of format 2, or an entry of a legacy message set (format 0 or 1;
/// a single message, or a compressed one that wraps others). Views only. `batch_cursor` makes them
/// and guarantees that the bytes hold one entry with its fixed fields; everything else is for
/// `check` to find out.
class batch_view {
public:
    batch_view() noexcept = default;
    /// `bytes`: exactly one entry whose fixed fields are complete.
    explicit batch_view(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}

    std::span<const std::byte> bytes() const noexcept { return bytes_; }

    /// Is the entry intact? CRC-32C (format 2) or CRC-32 (0, 1) of the bytes, a known codec,
    /// offsets and counts that can be.
    errc check() const noexcept;

    std::int8_t magic() const noexcept { return field<std::int8_t>(format::magic); }
    bool is_legacy() const noexcept { return magic() < 2; }

    /// The offset of the first record, before compaction. Of a legacy wrapper, the offset of the
    /// last: the first is not known before it is decompressed.
    std::int64_t base_offset() const noexcept { return field<std::int64_t>(format::base_offset); }
    /// The offset of the last record, before compaction. After a batch the next offset to ask for
    /// is this plus one, even if the records that are left end earlier (F6).
    std::int64_t last_offset() const noexcept {
        return is_legacy() ? base_offset()
                           : base_offset() + field<std::int32_t>(format::last_offset_delta);
    }

    kcpp::compression codec() const noexcept {
        return static_cast<kcpp::compression>(attributes() & format::codec_mask);
    }
    bool is_compressed() const noexcept { return (attributes() & format::codec_mask) != 0; }
    kcpp::timestamp_type timestamp_type() const noexcept {
        return magic() >= 1 && (attributes() & format::log_append_time_bit) != 0
                   ? kcpp::timestamp_type::log_append_time
                   : kcpp::timestamp_type::create_time;
    }
    bool is_transactional() const noexcept {
        return !is_legacy() && (attributes() & format::transactional_bit) != 0;
    }
    /// A marker that ends a transaction, not data. Never handed to an application.
    bool is_control() const noexcept {
        return !is_legacy() && (attributes() & format::control_bit) != 0;
    }
    std::int16_t attributes() const noexcept;

    /// The latest timestamp of its records; -1 ms for format 0, which has none.
    kcpp::timestamp max_timestamp() const noexcept;

    /// As declared. Of legacy entries: 1 for a message, -1 (not known yet) for a wrapper.
    std::int32_t record_count() const noexcept;

    /// The leader epoch under which it was written; -1 for legacy entries.
    std::int32_t partition_leader_epoch() const noexcept {
        return is_legacy() ? -1 : field<std::int32_t>(format::partition_leader_epoch);
    }
    /// -1 if the producer was not idempotent. The same goes for its epoch and the sequence.
    std::int64_t producer_id() const noexcept {
        return is_legacy() ? -1 : field<std::int64_t>(format::producer_id);
    }
    std::int16_t producer_epoch() const noexcept {
        return is_legacy() ? std::int16_t{-1} : field<std::int16_t>(format::producer_epoch);
    }
    std::int32_t base_sequence() const noexcept {
        return is_legacy() ? -1 : field<std::int32_t>(format::base_sequence);
    }

    /// Format 2 only: the timestamp that those of the records are relative to.
    kcpp::timestamp base_timestamp() const noexcept;
    /// Format 2 only: the records as they travelled, maybe compressed.
    std::span<const std::byte> body() const noexcept { return bytes_.subspan(format::header_size); }

private:
    template <class T>
    T field(std::size_t at) const noexcept {
        return wire::load_be<T>(bytes_.data() + at);
    }
    errc check_header() const noexcept;

    std::span<const std::byte> bytes_;
};

} // namespace kcpp::record
