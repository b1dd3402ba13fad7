#pragma once

#include "record/batch_view.hpp"
#include "record/errc.hpp"

#include <cstddef>
#include <span>

namespace kcpp::record {

/// Walks the batches of a records blob, as a fetch response carries it for one partition. Formats
/// may change from one batch to the next.
///
///     for (batch_cursor batches(blob); batches.next();) use(batches.batch());
///
/// A broker cuts the blob at its size limit, so the last batch may be incomplete: it is skipped.
/// Only if the very first one is, the walk ends with `errc::no_complete_batch`, for then asking
/// again brings nothing new (F5).
class batch_cursor {
public:
    batch_cursor() noexcept = default;
    explicit batch_cursor(std::span<const std::byte> blob) noexcept : rest_(blob) {}

    /// Steps to the next complete batch. False at the end; `error` says why.
    bool next() noexcept;
    const batch_view& batch() const noexcept { return batch_; }
    errc error() const noexcept { return error_; }
    /// What lies behind the current batch.
    std::span<const std::byte> rest() const noexcept { return rest_; }

private:
    bool stop(errc why) noexcept;

    std::span<const std::byte> rest_;
    batch_view batch_;
    errc error_ = errc::none;
};

} // namespace kcpp::record
