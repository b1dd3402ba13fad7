#include "testing/model/batch.hpp"

#include "testing/model/record_walk.hpp"
#include "wire/crc32c.hpp"
#include "wire/endian.hpp"

#include <cstring>

namespace kcpp::testing {

namespace {

using wire::load_be;
using wire::store_be;

constexpr std::size_t length_at = 8, epoch_at = 12, magic_at = 16, crc_at = 17, attributes_at = 21;
constexpr std::size_t max_timestamp_at = 35;
constexpr std::size_t before_length = 12; // what the length does not count

std::uint32_t crc_of(std::span<const std::byte> batch) {
    return wire::crc32c(batch.subspan(attributes_at));
}

batch_verdict refuse(broker_errc error, std::string reason, std::int32_t record = -1) {
    return {error, std::move(reason), record};
}

batch_verdict check_times(std::int64_t time, std::int32_t record, const batch_rules& rules) {
    if (rules.append_time || time < 0) return {};
    if (rules.now_ms - time > rules.timestamp_before_max_ms ||
        time - rules.now_ms > rules.timestamp_after_max_ms)
        return refuse(broker_errc::invalid_timestamp,
                      "Timestamp " + std::to_string(time) + " is out of range", record);
    return {};
}

batch_verdict check_records(std::span<const std::byte> batch, const batch_header& head,
                            const batch_rules& rules) {
    record_walk walk(batch, head);
    while (auto r = walk.next()) {
        if (r->offset_delta != walk.index())
            return refuse(broker_errc::invalid_record, "Inner offsets are not consecutive",
                          walk.index());
        if (rules.compacted && r->key.is_null())
            return refuse(broker_errc::invalid_record,
                          "Compacted topic cannot accept message without key", walk.index());
        if (auto late = check_times(r->time_ms, walk.index(), rules); !late.good()) return late;
    }
    if (!walk.complete())
        return refuse(broker_errc::invalid_record, "The records do not fill the batch");
    return {};
}

batch_verdict check_head(const batch_header& head, std::size_t size, const batch_rules& rules) {
    if (size != before_length + static_cast<std::size_t>(head.length))
        return refuse(broker_errc::invalid_record,
                      "Produce requests must have exactly one record batch per partition");
    if (static_cast<std::int64_t>(size) > rules.max_bytes)
        return refuse(broker_errc::message_too_large,
                      "The record batch size is " + std::to_string(size) +
                          " bytes which exceeds the maximum configured value of " +
                          std::to_string(rules.max_bytes));
    return {};
}

batch_verdict check_counts(const batch_header& head) {
    if (head.last_offset_delta < 0)
        return refuse(broker_errc::invalid_record, "Batch has invalid last offset delta");
    if (head.record_count != std::int64_t{head.last_offset_delta} + 1)
        return refuse(broker_errc::invalid_record,
                      "Record count and last offset delta of the batch disagree");
    if (head.idempotent() && head.base_sequence < 0)
        return refuse(broker_errc::invalid_record,
                      "Invalid sequence number " + std::to_string(head.base_sequence));
    if (head.control())
        return refuse(broker_errc::invalid_record,
                      "Clients are not allowed to write control records");
    if ((head.attributes & 7) > 4)
        return refuse(broker_errc::unsupported_compression_type, "Unknown compression type");
    return {};
}

} // namespace

std::int32_t batch_header::last_sequence() const noexcept {
    if (base_sequence < 0) return -1;
    return static_cast<std::int32_t>((std::int64_t{base_sequence} + last_offset_delta) & INT32_MAX);
}

std::optional<batch_header> read_batch_header(std::span<const std::byte> bytes) noexcept {
    if (bytes.size() < batch_header::size) return std::nullopt;
    const std::byte* at = bytes.data();
    batch_header h;
    h.base_offset = load_be<std::int64_t>(at);
    h.length = load_be<std::int32_t>(at + length_at);
    h.leader_epoch = load_be<std::int32_t>(at + epoch_at);
    h.magic = load_be<std::int8_t>(at + magic_at);
    h.crc = load_be<std::uint32_t>(at + crc_at);
    h.attributes = load_be<std::int16_t>(at + attributes_at);
    h.last_offset_delta = load_be<std::int32_t>(at + 23);
    h.base_timestamp = load_be<std::int64_t>(at + 27);
    h.max_timestamp = load_be<std::int64_t>(at + max_timestamp_at);
    h.producer_id = load_be<std::int64_t>(at + 43);
    h.producer_epoch = load_be<std::int16_t>(at + 51);
    h.base_sequence = load_be<std::int32_t>(at + 53);
    h.record_count = load_be<std::int32_t>(at + 57);
    return h;
}

batch_verdict check_produced(std::span<const std::byte> records, const batch_rules& rules) {
    if (records.size() > magic_at && records[magic_at] != std::byte{2})
        return refuse(broker_errc::invalid_record,
                      "Produce requests must have record batches of format 2");
    const auto head = read_batch_header(records);
    if (!head)
        return refuse(broker_errc::invalid_record,
                      "Produce requests must have exactly one record batch per partition");
    if (head->length < 0 ||
        before_length + static_cast<std::size_t>(head->length) < batch_header::size)
        return refuse(broker_errc::corrupt_message, "Record batch is smaller than its head");
    if (auto bad = check_head(*head, records.size(), rules); !bad.good()) return bad;
    if (crc_of(records) != head->crc)
        return refuse(broker_errc::corrupt_message, "Record is corrupt: wrong CRC");
    if (auto bad = check_counts(*head); !bad.good()) return bad;
    if (head->codec() == compression::none) return check_records(records, *head, rules);
    return check_times(head->max_timestamp, -1, rules);
}

log_batch place_in_log(std::span<const std::byte> produced, std::int64_t base_offset,
                       std::int32_t leader_epoch, std::optional<std::int64_t> append_time_ms) {
    log_batch placed{wire::shared_buffer::allocate(produced.size()), {}};
    std::byte* at = placed.bytes.data();
    std::memcpy(at, produced.data(), produced.size());
    store_be(at, base_offset);
    store_be(at + epoch_at, leader_epoch);
    if (append_time_ms) {
        store_be(at + attributes_at,
                 static_cast<std::int16_t>(load_be<std::int16_t>(at + attributes_at) | 8));
        store_be(at + max_timestamp_at, *append_time_ms);
        store_be(at + crc_at, crc_of(placed.bytes.bytes()));
    }
    placed.header = *read_batch_header(placed.bytes.bytes());
    return placed;
}

} // namespace kcpp::testing
