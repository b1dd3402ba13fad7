#include "floor/open_batch.hpp"

#include "record/batch_format.hpp"
#include "wire/crc32c.hpp"
#include "wire/endian.hpp"
#include "wire/varint.hpp"

#include <chrono>
#include <cstring>

namespace bench::floor {

namespace {

namespace format = kcpp::record::format;
using kcpp::wire::put_varint;
using kcpp::wire::store_be;
using kcpp::wire::varint_size;

std::int32_t length_of(std::string_view bytes) {
    return static_cast<std::int32_t>(bytes.size());
}

std::byte* put(std::byte* at, std::string_view bytes) {
    std::memcpy(at, bytes.data(), bytes.size());
    return at + bytes.size();
}

} // namespace

open_batch::open_batch(std::size_t bytes) : bytes_(bytes), size_(format::header_size) {}

bool open_batch::append(std::string_view key, std::string_view value) {
    const std::lock_guard lock(mutex_);
    const std::int32_t key_length = key.empty() ? -1 : length_of(key);
    const std::size_t body = 1 + varint_size(0) + varint_size(count_) + varint_size(key_length) +
                             key.size() + varint_size(length_of(value)) + value.size() +
                             varint_size(0);
    const auto length = static_cast<std::int32_t>(body);
    if (size_ + varint_size(length) + body > bytes_.size()) return false;

    std::byte* at = put_varint(bytes_.data() + size_, length);
    *at++ = std::byte{0};        // attributes
    at = put_varint(at, 0);      // of time, since the batch's
    at = put_varint(at, count_); // of offset
    at = put(put_varint(at, key_length), key);
    at = put(put_varint(at, length_of(value)), value);
    at = put_varint(at, 0); // headers
    size_ = static_cast<std::size_t>(at - bytes_.data());
    ++count_;
    return true;
}

std::span<const std::byte> open_batch::seal() {
    const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count();
    std::byte* to = bytes_.data();
    store_be(to + format::base_offset, std::int64_t{0});
    store_be(to + format::batch_length, static_cast<std::int32_t>(size_ - format::log_overhead));
    store_be(to + format::partition_leader_epoch, std::int32_t{-1});
    store_be(to + format::magic, std::int8_t{2});
    store_be(to + format::attributes, std::int16_t{0});
    store_be(to + format::last_offset_delta, count_ - 1);
    store_be(to + format::base_timestamp, now);
    store_be(to + format::max_timestamp, now);
    store_be(to + format::producer_id, std::int64_t{-1});
    store_be(to + format::producer_epoch, std::int16_t{-1});
    store_be(to + format::base_sequence, std::int32_t{-1});
    store_be(to + format::record_count, count_);
    const auto guarded = std::span(bytes_).first(size_).subspan(format::attributes);
    store_be(to + format::crc, kcpp::wire::crc32c(guarded));
    return std::span(bytes_).first(size_);
}

void open_batch::clear() noexcept {
    size_ = format::header_size;
    count_ = 0;
}

} // namespace bench::floor
