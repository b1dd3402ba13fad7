#pragma once

#include "record/record_view.hpp"

#include <kcpp/consumer_record.hpp>

namespace kcpp::consuming {

/// Fills the public record, which nobody else can.
struct record_access {
    /// What all records of a batch have in common.
    static void enter_batch(consumer_record& into, const topic_partition& place,
                            std::int32_t leader_epoch, kcpp::timestamp_type time_type) noexcept {
        into.topic_ = place.topic;
        into.partition_ = place.partition;
        into.leader_epoch_ = leader_epoch;
        into.timestamp_type_ = time_type;
    }
    static void fill(consumer_record& into, const record::record_view& from) noexcept {
        into.offset_ = from.offset;
        into.timestamp_ = from.time;
        into.key_ = from.key;
        into.value_ = from.value;
        into.headers_ = consumer_headers(from.headers.encoded(), from.headers.size());
    }
};

} // namespace kcpp::consuming
