#include "record/record_reader.hpp"

#include "record/compression/codec.hpp"
#include "record/legacy_message.hpp"
#include "wire/varint.hpp"

#include <utility>

namespace kcpp::record {

namespace {

/// Adding wraps instead of being undefined: what a hostile batch makes of it is nonsense, but
/// nothing worse.
std::int64_t add(std::int64_t a, std::int64_t b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

kcpp::timestamp since_epoch(std::int64_t value) noexcept {
    return kcpp::timestamp(std::chrono::milliseconds(value));
}

/// Reads a key or a value with its length in front, -1 for null; nullptr if it does not fit.
inline const std::byte* parse_bytes(const std::byte* from, const std::byte* end,
                                    bytes_view& out) noexcept {
    std::int32_t size = 0;
    from = wire::get_varint(from, end, size);
    if (from == nullptr || size < -1 || size > end - from) return nullptr;
    if (size == -1) {
        out = bytes_view();
        return from;
    }
    out = bytes_view(from, static_cast<std::size_t>(size));
    return from + size;
}

/// Checks all headers once, so that walking them cannot fail later.
const std::byte* parse_headers(const std::byte* from, const std::byte* end,
                               header_range& out) noexcept {
    std::int32_t count = 0;
    from = wire::get_varint(from, end, count);
    if (from == nullptr || count < 0) return nullptr;
    if (count == 0) {
        out = header_range();
        return from;
    }
    const std::byte* const start = from;
    header ignored;
    for (std::int32_t i = 0; i < count && from != nullptr; ++i)
        from = parse_header(from, end, ignored);
    if (from != nullptr) out = header_range({start, from}, static_cast<std::size_t>(count));
    return from;
}

/// A first walk over the messages inside a wrapper. All must be whole, plain and of its format;
/// `last_offset` is that of the last one.
errc survey(std::span<const std::byte> set, std::int8_t magic, std::int64_t& last_offset) noexcept {
    std::size_t walked = 0;
    batch_cursor messages(set);
    while (messages.next()) {
        const batch_view& inner = messages.batch();
        if (inner.magic() != magic || inner.base_offset() < 0) return errc::bad_wrapper;
        if (inner.is_compressed()) return errc::nested_wrapper;
        last_offset = inner.base_offset();
        walked += inner.bytes().size();
    }
    return walked == 0 || walked != set.size() ? errc::bad_wrapper : errc::none;
}

} // namespace

errc record_reader::open(const batch_view& batch, std::size_t max_decompressed) {
    if (const errc broken = batch.check(); broken != errc::none) {
        *this = record_reader();
        return error_ = broken;
    }
    return open_checked(batch, max_decompressed);
}

errc record_reader::open_checked(const batch_view& batch, std::size_t max_decompressed) {
    *this = record_reader();
    time_type_ = batch.timestamp_type();
    if (batch.is_legacy()) {
        is_legacy_ = true;
        base_time_ = batch.max_timestamp();
        if (batch.is_compressed()) return error_ = open_wrapper(batch, max_decompressed);
        messages_ = batch_cursor(batch.bytes());
        return errc::none;
    }

    std::span<const std::byte> records = batch.body();
    if (batch.is_compressed() && !records.empty()) {
        decompressed unpacked = decompress(batch.codec(), records, max_decompressed);
        if (unpacked.error != errc::none) return error_ = unpacked.error;
        scratch_ = std::move(unpacked.data.owner);
        records = unpacked.data.bytes;
    }
    at_ = records.data();
    end_ = at_ + records.size();
    left_ = batch.record_count();
    base_offset_ = batch.base_offset();
    last_offset_delta_ = static_cast<std::int32_t>(batch.last_offset() - base_offset_);
    base_time_ = time_type_ == kcpp::timestamp_type::log_append_time ? batch.max_timestamp()
                                                                     : batch.base_timestamp();
    return errc::none;
}

bool record_reader::next_in_batch() noexcept {
    if (at_ == end_) return fail(errc::wrong_record_count);
    std::int32_t size = 0;
    const std::byte* at = wire::get_varint(at_, end_, size);
    if (at == nullptr || size < 1 || size > end_ - at) return fail(errc::malformed_record);
    const std::byte* const end = at + size;

    std::int64_t time_delta = 0;
    std::int32_t offset_delta = 0;
    at = wire::get_varlong(at + 1, end,
                           time_delta); // behind the attributes, of which none is in use
    if (at != nullptr) at = wire::get_varint(at, end, offset_delta);
    if (at != nullptr) at = parse_bytes(at, end, record_.key);
    if (at != nullptr) at = parse_bytes(at, end, record_.value);
    if (at != nullptr) at = parse_headers(at, end, record_.headers);
    if (at != end || offset_delta < 0 || offset_delta > last_offset_delta_)
        return fail(errc::malformed_record);

    record_.offset = base_offset_ + offset_delta;
    record_.time = time_type_ == kcpp::timestamp_type::log_append_time
                       ? base_time_
                       : since_epoch(add(base_time_.time_since_epoch().count(), time_delta));
    at_ = end;
    --left_;
    return true;
}

bool record_reader::finish() noexcept {
    return at_ == end_ ? false : fail(errc::wrong_record_count);
}

bool record_reader::fail(errc why) noexcept {
    error_ = why;
    at_ = end_;
    left_ = 0;
    messages_ = batch_cursor();
    return false;
}

errc record_reader::open_wrapper(const batch_view& batch, std::size_t max_decompressed) {
    legacy::message wrapper;
    if (const errc broken = legacy::parse(batch.bytes(), wrapper); broken != errc::none)
        return broken;
    if (wrapper.value.is_null()) return errc::bad_wrapper;

    const bool odd_lz4 = wrapper.magic == 0 && batch.codec() == kcpp::compression::lz4;
    decompressed unpacked =
        odd_lz4 ? decompress_legacy_lz4(wrapper.value.bytes(), max_decompressed)
                : decompress(batch.codec(), wrapper.value.bytes(), max_decompressed);
    if (unpacked.error != errc::none) return unpacked.error;

    std::int64_t last_offset = 0;
    const errc broken = survey(unpacked.data.bytes, wrapper.magic, last_offset);
    if (broken != errc::none) return broken;
    // Format 1 counts inner offsets from 0 and gives the wrapper that of the last; early librdkafka
    // left it 0 (F15).
    if (wrapper.magic == 1 && wrapper.offset != 0) base_offset_ = wrapper.offset - last_offset;
    if (base_offset_ < 0) return errc::bad_wrapper;

    scratch_ = std::move(unpacked.data.owner);
    messages_ = batch_cursor(unpacked.data.bytes);
    return errc::none;
}

bool record_reader::next_legacy() noexcept {
    if (!messages_.next()) return false;
    const std::span<const std::byte> entry = messages_.batch().bytes();
    const bool checked = !scratch_; // one that travelled by itself was, as a batch
    if (!checked && !legacy::crc_matches(entry)) return fail(errc::crc_mismatch);

    legacy::message message;
    if (const errc broken = legacy::parse(entry, message); broken != errc::none)
        return fail(broken);
    record_.offset = add(base_offset_, message.offset);
    record_.time = time_type_ == kcpp::timestamp_type::log_append_time
                       ? base_time_
                       : since_epoch(message.timestamp);
    record_.key = message.key;
    record_.value = message.value;
    return true;
}

} // namespace kcpp::record
