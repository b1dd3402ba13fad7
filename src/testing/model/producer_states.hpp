#pragma once

#include "testing/model/batch.hpp"

#include <kcpp/error_codes.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace kcpp::testing {

/// What a log remembers of idempotent producers, and the checks that rest on it
/// (ProducerStateManager, ProducerAppendInfo). Every replica has its own, rebuilt from its log.
class producer_states {
public:
    /// A broker keeps this many batches per producer to recognise duplicates.
    static constexpr std::size_t window = 5;

    struct verdict {
        broker_errc error = broker_errc::none;
        /// The batch was stored before, here.
        std::optional<std::int64_t> duplicate_of;
        /// … and this is the time of its latest record, which answers to duplicates give as their
        /// append time, whatever times the topic has.
        std::int64_t duplicate_time_ms = -1;
    };

    verdict check(const batch_header& batch) const;
    void remember(const batch_header& batch);

private:
    struct mark {
        std::int32_t first_sequence;
        std::int32_t last_sequence;
        std::int64_t base_offset;
        std::int64_t max_timestamp;
    };
    struct entry {
        std::int16_t epoch = -1;
        std::deque<mark> batches;
    };
    std::map<std::int64_t, entry> producers_;
};

} // namespace kcpp::testing
