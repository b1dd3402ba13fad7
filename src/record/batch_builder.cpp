#include "record/batch_builder.hpp"

#include "record/compression/codec.hpp"
#include "wire/varint.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

namespace kcpp::record {

namespace {

constexpr std::size_t largest_batch = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t null_length = -1;

std::size_t size_of(std::size_t bytes) noexcept {
    return wire::varint_size(static_cast<std::int32_t>(bytes)) + bytes;
}

std::size_t size_of(bytes_view bytes) noexcept {
    return bytes.is_null() ? wire::varint_size(null_length) : size_of(bytes.size());
}

std::byte* put(std::byte* to, const void* from, std::size_t size) noexcept {
    to = wire::put_varint(to, static_cast<std::int32_t>(size));
    std::memcpy(to, from, size);
    return to + size;
}

std::byte* put(std::byte* to, bytes_view bytes) noexcept {
    if (bytes.is_null()) return wire::put_varint(to, null_length);
    return put(to, bytes.data(), bytes.size());
}

std::byte* put(std::byte* to, std::string_view text) noexcept {
    if (text.empty()) return wire::put_varint(to, 0);
    return put(to, text.data(), text.size());
}

/// Timestamps may lie anywhere in 64 bits; their difference wraps, and wraps back in the reader.
std::int64_t difference(kcpp::timestamp a, kcpp::timestamp b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a.time_since_epoch().count()) -
                                     static_cast<std::uint64_t>(b.time_since_epoch().count()));
}

} // namespace

batch_builder::batch_builder(std::size_t limit, std::size_t initial)
    : memory_(std::max(initial, growing_buffer::smallest), limit), limit_(limit) {
    memory_.ensure(format::header_size);
    memory_.advance(format::header_size);
}

measured_record batch_builder::measure(const record_fields& record) const noexcept {
    constexpr std::size_t attributes_size = 1;
    measured_record m;
    m.timestamp_delta = count_ == 0 ? 0 : difference(record.time, base_);
    m.body = attributes_size + wire::varlong_size(m.timestamp_delta) + wire::varint_size(count_) +
             size_of(record.key) + size_of(record.value) +
             wire::varint_size(static_cast<std::int32_t>(record.headers.size()));
    for (const header h : record.headers)
        m.body += size_of(h.name.size()) + size_of(h.value);
    m.size = size_of(m.body);
    return m;
}

std::int32_t batch_builder::append(const record_fields& record, const measured_record& m) {
    if (m.size > largest_batch - memory_.size())
        throw std::length_error("kcpp: a record batch cannot exceed 2 GiB");
    memory_.ensure(m.size);

    std::byte* at = memory_.data() + memory_.size();
    at = wire::put_varint(at, static_cast<std::int32_t>(m.body));
    *at++ = std::byte{0};
    at = wire::put_varlong(at, m.timestamp_delta);
    at = wire::put_varint(at, count_);
    at = put(at, record.key);
    at = put(at, record.value);
    at = wire::put_varint(at, static_cast<std::int32_t>(record.headers.size()));
    for (const header h : record.headers)
        at = put(put(at, h.name), h.value);
    memory_.advance(m.size);

    if (count_ == 0) base_ = max_ = record.time;
    max_ = std::max(max_, record.time);
    return count_++;
}

sealed_batch batch_builder::seal(compression codec, std::optional<int> level) && {
    if (empty()) throw std::logic_error("kcpp: an empty record batch cannot be sealed");
    sealed_batch::summary about{count_, base_, max_, compression::none, memory_.size()};
    if (codec != compression::none) {
        growing_buffer packed(memory_.size());
        packed.advance(format::header_size);
        const auto records = memory_.bytes().subspan(format::header_size);
        if (compress(codec, level, records, packed) && packed.size() < memory_.size()) {
            // The codec asked for room for its worst case; what waits for the socket holds no more
            // than it needs.
            memory_ = growing_buffer(packed.size());
            memory_.append(packed.bytes());
            about.codec = codec;
        }
    }
    count_ = 0;
    return sealed_batch(memory_.take(), about);
}

} // namespace kcpp::record
