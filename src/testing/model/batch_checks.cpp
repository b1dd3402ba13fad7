#include "testing/model/batch_checks.hpp"

#include "testing/model/record_walk.hpp"
#include "wire/endian.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

constexpr std::size_t told_length_at = 8, told_magic_at = 16;
constexpr std::int32_t least_length = 14; // a record of format 0 without key and value
constexpr std::size_t before_length = 12; // what a batch's length does not count
constexpr std::int16_t first_with_zstd = 7;

batch_verdict refuse(broker_errc error, std::string reason) {
    return {error, std::move(reason), {}, {}};
}

std::string text(std::int64_t n) {
    return std::to_string(n);
}

/// Collects what is wrong with single records: Kafka tells of all of them at once.
class record_checks {
public:
    record_checks(const batch_header& head, const batch_rules& rules)
        : head_(head), rules_(rules) {}

    void look_at(const walked_record& r, std::int32_t index) {
        latest_ms_ = std::max(latest_ms_, r.time_ms);
        if (r.offset_delta != index)
            refuse(index, "Offset delta " + text(r.offset_delta) + " is out of sequence");
        else if (rules_.compacted && r.key.is_null())
            refuse(index, "Compacted topic cannot accept message without key");
        else
            look_at_time(r.time_ms, index);
    }

    void look_at_time(std::int64_t time_ms, std::int32_t index) {
        if (!rules_.append_time && time_ms != no_time) {
            if (rules_.now_ms - time_ms <= rules_.timestamp_before_max_ms &&
                time_ms - rules_.now_ms <= rules_.timestamp_after_max_ms)
                return;
            refuse(index, "Timestamp " + text(time_ms) + " of message is out of range");
        } else if (head_.append_time()) {
            refuse(index, "Producer should not set timestamp type to LogAppendTime");
        } else {
            return;
        }
        about_time_ = true;
    }

    batch_verdict verdict() && {
        batch_verdict v;
        v.latest_ms = latest_ms_;
        if (refused_.empty()) return v;
        v.error = about_time_ ? broker_errc::invalid_timestamp : broker_errc::invalid_record;
        v.reason = about_time_ ? "One or more records have been rejected due to invalid timestamp"
                               : "One or more records have been rejected due to " +
                                     std::to_string(refused_.size()) + " record errors in total";
        v.records = std::move(refused_);
        return v;
    }

private:
    static constexpr std::int64_t no_time = -1;

    void refuse(std::int32_t index, std::string reason) {
        refused_.push_back({index, std::move(reason)});
    }

    const batch_header& head_;
    const batch_rules& rules_;
    std::vector<refused_record> refused_;
    std::int64_t latest_ms_ = no_time;
    bool about_time_ = false;
};

batch_verdict check_records(std::span<const std::byte> batch, const batch_header& head,
                            const batch_rules& rules) {
    record_checks checks(head, rules);
    if (head.codec() != compression::none) {
        checks.look_at_time(head.max_timestamp, 0);
        batch_verdict v = std::move(checks).verdict();
        v.records.clear(); // which of them it was, only those know who open the batch
        v.latest_ms.reset();
        return v;
    }
    record_walk walk(batch, head);
    while (const auto r = walk.next())
        checks.look_at(*r, walk.index());
    if (!walk.complete())
        return refuse(broker_errc::invalid_record, "The records do not fill the batch");
    return std::move(checks).verdict();
}

batch_verdict check_head(const batch_header& head) {
    const std::int64_t span = std::int64_t{head.last_offset_delta} + 1;
    if (span <= 0)
        return refuse(broker_errc::invalid_record,
                      "Batch has an invalid last offset delta: " + text(head.last_offset_delta));
    if (head.record_count <= 0)
        return refuse(broker_errc::invalid_record,
                      "Invalid reported count for record batch: " + text(head.record_count));
    if (span != head.record_count)
        return refuse(broker_errc::invalid_record, "Inconsistent batch offset range of " +
                                                       text(span) + " and count of records " +
                                                       text(head.record_count));
    if (head.control())
        return refuse(broker_errc::invalid_record,
                      "Clients are not allowed to write control records");
    if (head.idempotent() && head.base_sequence < 0)
        return refuse(broker_errc::invalid_record,
                      "Invalid sequence number " + text(head.base_sequence));
    return {};
}

} // namespace

batch_verdict check_form(std::span<const std::byte> records, std::int16_t produce_version) {
    if (records.size() <= told_magic_at)
        return refuse(broker_errc::invalid_record,
                      "Produce requests must have at least one record batch per partition");
    const auto length = wire::load_be<std::int32_t>(records.data() + told_length_at);
    if (length < least_length)
        return refuse(broker_errc::corrupt_message, "Found record size " + text(length) +
                                                        " smaller than minimum record overhead");
    if (records[told_magic_at] > std::byte{2})
        return refuse(broker_errc::corrupt_message, "Invalid magic found in record");
    const std::size_t size = before_length + static_cast<std::size_t>(length);
    if (records.size() < size)
        return refuse(broker_errc::invalid_record,
                      "Produce requests must have at least one record batch per partition");
    if (records[told_magic_at] != std::byte{2})
        return refuse(broker_errc::invalid_record,
                      "Produce requests must have record batches of magic version 2");
    if (records.size() != size)
        return refuse(broker_errc::invalid_record,
                      "Produce requests must have exactly one record batch per partition");
    const auto head = read_batch_header(records);
    if (!head) return refuse(broker_errc::corrupt_message, "Record batch is smaller than its head");
    if (head->codec() > compression::zstd)
        return refuse(broker_errc::unsupported_compression_type, "Unknown compression type");
    if (head->codec() == compression::zstd && produce_version < first_with_zstd)
        return refuse(broker_errc::unsupported_compression_type,
                      "Produce requests with version " + text(produce_version) +
                          " are not allowed to use ZStandard compression");
    return {};
}

batch_verdict check_batch(std::span<const std::byte> batch, const batch_rules& rules) {
    const batch_header head = *read_batch_header(batch);
    const auto size = static_cast<std::int64_t>(batch.size());
    if (head.base_offset != 0)
        return refuse(broker_errc::invalid_record,
                      "The baseOffset of the record batch should be 0, but it is " +
                          text(head.base_offset));
    if (size > rules.max_bytes)
        return refuse(broker_errc::message_too_large,
                      "The record batch size is " + text(size) +
                          " bytes which exceeds the maximum configured value of " +
                          text(rules.max_bytes));
    if (crc_of(batch) != head.crc)
        return refuse(broker_errc::corrupt_message, "Record is corrupt: wrong CRC");
    if (auto bad = check_head(head); !bad.good()) return bad;
    batch_verdict found = check_records(batch, head, rules);
    if (found.good() && size > rules.max_segment_bytes)
        return refuse(broker_errc::record_list_too_large,
                      "The record batch size is " + text(size) +
                          " bytes which exceeds the maximum segment size of " +
                          text(rules.max_segment_bytes));
    return found;
}

} // namespace kcpp::testing
