#pragma once

#include "testing/model/partition_log.hpp"

#include <cstdint>

namespace kcpp::testing {

/// A record found by its time; offset -1: none.
struct time_offset {
    std::int64_t offset = -1;
    std::int64_t time_ms = -1;
    std::int32_t leader_epoch = -1;
};

/// The first record at or after `time_ms`. In a compressed batch, which is not opened here, the
/// batch's first record stands for it.
time_offset first_record_since(const partition_log& log, std::int64_t time_ms);

/// The record with the latest time (KIP-734); in a compressed batch its last one.
time_offset newest_record(const partition_log& log);

} // namespace kcpp::testing
