#include "testing/model/batch.hpp"

#include "wire/crc32c.hpp"
#include "wire/endian.hpp"

#include <cstring>

namespace kcpp::testing {

namespace {

using wire::load_be;
using wire::store_be;

constexpr std::size_t length_at = 8, epoch_at = 12, magic_at = 16, crc_at = 17, attributes_at = 21;
constexpr std::size_t max_timestamp_at = 35;

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

std::uint32_t crc_of(std::span<const std::byte> batch) noexcept {
    return wire::crc32c(batch.subspan(attributes_at));
}

log_batch place_in_log(std::span<const std::byte> produced, std::int64_t base_offset,
                       std::int32_t leader_epoch, std::optional<std::int64_t> append_time_ms,
                       std::optional<std::int64_t> latest_ms) {
    log_batch placed{wire::shared_buffer::allocate(produced.size()), {}};
    std::byte* at = placed.bytes.data();
    std::memcpy(at, produced.data(), produced.size());
    store_be(at, base_offset);
    store_be(at + epoch_at, leader_epoch);
    placed.header = *read_batch_header(placed.bytes.bytes());
    batch_header& h = placed.header;
    const auto attributes =
        static_cast<std::int16_t>(append_time_ms ? h.attributes | batch_header::append_time_bit
                                                 : h.attributes & ~batch_header::append_time_bit);
    const std::int64_t latest = append_time_ms.value_or(latest_ms.value_or(h.max_timestamp));
    if (h.attributes == attributes && h.max_timestamp == latest) return placed;
    store_be(at + attributes_at, attributes);
    store_be(at + max_timestamp_at, latest);
    store_be(at + crc_at, crc_of(placed.bytes.bytes()));
    h = *read_batch_header(placed.bytes.bytes());
    return placed;
}

} // namespace kcpp::testing
