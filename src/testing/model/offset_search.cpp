#include "testing/model/offset_search.hpp"

#include "testing/model/record_walk.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

/// The first record of the batch that is as late as `time_ms`, from `start` on.
time_offset search(const log_batch& batch, std::int64_t time_ms, std::int64_t start) {
    record_walk walk(batch.bytes.bytes(), batch.header);
    while (auto r = walk.next()) {
        const std::int64_t offset = batch.header.base_offset + r->offset_delta;
        if (offset >= start && r->time_ms >= time_ms)
            return {offset, r->time_ms, batch.header.leader_epoch};
    }
    return {};
}

} // namespace

time_offset first_record_since(const partition_log& log, std::int64_t time_ms) {
    for (const log_batch& b : log.batches()) {
        if (b.header.max_timestamp < time_ms) continue;
        if (b.header.codec() != compression::none)
            return {std::max(b.header.base_offset, log.start_offset()), b.header.max_timestamp,
                    b.header.leader_epoch};
        if (const auto found = search(b, time_ms, log.start_offset()); found.offset >= 0)
            return found;
    }
    return {};
}

time_offset newest_record(const partition_log& log) {
    const log_batch* newest = nullptr;
    for (const log_batch& b : log.batches())
        if (newest == nullptr || b.header.max_timestamp > newest->header.max_timestamp) newest = &b;
    if (newest == nullptr) return {};
    const batch_header& h = newest->header;
    if (h.codec() != compression::none) return {h.last_offset(), h.max_timestamp, h.leader_epoch};
    return search(*newest, h.max_timestamp, log.start_offset());
}

} // namespace kcpp::testing
