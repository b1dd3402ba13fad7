#pragma once

#include "testing/model/batch.hpp"

#include <kcpp/error_codes.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kcpp::testing {

/// What the topic asks of batches.
struct batch_rules {
    std::int64_t max_bytes = 1048588;
    std::int64_t max_segment_bytes = 1073741824;
    std::int64_t timestamp_before_max_ms = INT64_MAX;
    std::int64_t timestamp_after_max_ms = 3600000;
    std::int64_t now_ms = 0;
    bool compacted = false;
    bool append_time = false;
};

/// A record that the broker refuses, by its place in the batch.
struct refused_record {
    std::int32_t index = 0;
    std::string reason;
};

struct batch_verdict {
    broker_errc error = broker_errc::none;
    std::string reason;
    std::vector<refused_record> records;
    /// The time of the latest record, unless they are compressed.
    std::optional<std::int64_t> latest_ms;

    bool good() const noexcept { return error == broker_errc::none; }
};

/// What a broker asks of every produce request, whoever leads the partition: one batch of format 2,
/// with a codec that the request's version allows (ProduceRequest.validateRecords).
batch_verdict check_form(std::span<const std::byte> records, std::int16_t produce_version);

/// What the leader asks of a batch of good form, in its order (UnifiedLog, LogValidator). What is
/// inside compressed records is not looked at.
batch_verdict check_batch(std::span<const std::byte> batch, const batch_rules& rules);

} // namespace kcpp::testing
