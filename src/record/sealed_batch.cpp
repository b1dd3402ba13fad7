#include "record/sealed_batch.hpp"

#include "record/batch_format.hpp"
#include "wire/endian.hpp"

#include <cstring>
#include <utility>

namespace kcpp::record {

namespace {

/// The batch is this object's own until somebody takes a slice, so its bytes may be written.
std::byte* writable(const wire::slice& batch) noexcept {
    return const_cast<std::byte*>(batch.bytes.data());
}

} // namespace

sealed_batch::sealed_batch(wire::slice batch, const summary& about) noexcept
    : batch_(std::move(batch)), records_crc_(batch_.bytes.subspan(format::header_size)),
      about_(about) {
    using wire::store_be;
    std::byte* header = writable(batch_);
    store_be(header + format::base_offset, std::int64_t{0});
    store_be(header + format::batch_length,
             static_cast<std::int32_t>(batch_.bytes.size() - format::log_overhead));
    store_be(header + format::magic, std::int8_t{2});
    store_be(header + format::last_offset_delta, about.record_count - 1);
    store_be(header + format::base_timestamp,
             std::int64_t{about.base_timestamp.time_since_epoch().count()});
    store_be(header + format::max_timestamp,
             std::int64_t{about.max_timestamp.time_since_epoch().count()});
    store_be(header + format::record_count, about.record_count);
    write_stamp();
}

void sealed_batch::stamp(const producer_stamp& stamp) {
    if (stamp == stamp_) return;
    if (!batch_.owner.unique()) {
        wire::shared_buffer copy = wire::shared_buffer::allocate(batch_.bytes.size());
        std::memcpy(copy.data(), batch_.bytes.data(), batch_.bytes.size());
        batch_ = {copy, copy.bytes()};
    }
    stamp_ = stamp;
    write_stamp();
}

void sealed_batch::write_stamp() noexcept {
    using wire::store_be;
    std::byte* header = writable(batch_);
    store_be(header + format::partition_leader_epoch, stamp_.partition_leader_epoch);
    const int attributes =
        static_cast<int>(about_.codec) | (stamp_.transactional ? format::transactional_bit : 0);
    store_be(header + format::attributes, static_cast<std::int16_t>(attributes));
    store_be(header + format::producer_id, stamp_.producer_id);
    store_be(header + format::producer_epoch, stamp_.producer_epoch);
    store_be(header + format::base_sequence, stamp_.base_sequence);

    const std::span<const std::byte> covered(header + format::attributes,
                                             format::header_size - format::attributes);
    store_be(header + format::crc, records_crc_.after(wire::crc32c(covered)));
}

} // namespace kcpp::record
