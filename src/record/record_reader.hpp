#pragma once

#include "record/batch_cursor.hpp"
#include "record/batch_view.hpp"
#include "record/errc.hpp"
#include "record/record_view.hpp"
#include "wire/buffer.hpp"

#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace kcpp::record {

/// Reads the records of one batch of any format.
///
///     record_reader records;
///     if (errc e = records.open(batch, limit); e != errc::none) …
///     while (records.next()) use(records.record());
///     if (records.error() != errc::none) …
///
/// `open` checks the batch, CRC included, and decompresses it if need be; stepping allocates and
/// copies nothing. Records are views into the batch's own bytes or into `scratch`; both must live
/// as long as they are used.
class record_reader {
public:
    /// `max_decompressed` bounds the memory that compressed records may unfold to. After an error
    /// there is nothing to read, and a consumer that wants to go on does so at `batch.last_offset()
    /// + 1`.
    errc open(const batch_view& batch, std::size_t max_decompressed);

    /// As `open`, for a batch that was checked before.
    errc open_checked(const batch_view& batch, std::size_t max_decompressed);

    /// Steps to the next record. False at the end of the batch or at a malformed record; `error`
    /// tells which.
    bool next() noexcept {
        if (is_legacy_) return next_legacy();
        return left_ == 0 ? finish() : next_in_batch();
    }
    const record_view& record() const noexcept { return record_; }
    errc error() const noexcept { return error_; }

    /// The decompressed bytes; empty if the batch was not compressed. Holding it keeps the records'
    /// views valid.
    const wire::shared_buffer& scratch() const noexcept { return scratch_; }

private:
    bool next_in_batch() noexcept;
    bool next_legacy() noexcept;
    bool finish() noexcept;
    bool fail(errc why) noexcept;
    errc open_wrapper(const batch_view& batch, std::size_t max_decompressed);

    // Format 2: [at_, end_) is still to be read.
    const std::byte* at_ = nullptr;
    const std::byte* end_ = nullptr;
    std::int32_t left_ = 0;
    std::int32_t last_offset_delta_ = 0;
    std::int64_t base_offset_ = 0; ///< in a legacy wrapper: what its inner offsets are relative to
    kcpp::timestamp base_time_{};
    kcpp::timestamp_type time_type_ = kcpp::timestamp_type::create_time;

    bool is_legacy_ = false;
    errc error_ = errc::none;
    batch_cursor messages_; ///< format 0 and 1
    record_view record_;
    wire::shared_buffer scratch_;
};

} // namespace kcpp::record
