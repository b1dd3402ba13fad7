#include "testing/model/record_walk.hpp"

namespace kcpp::testing {

record_walk::record_walk(std::span<const std::byte> batch, const batch_header& head)
    : head_(head), at_(batch.data() + batch_header::size), end_(batch.data() + batch.size()) {}

std::optional<walked_record> record_walk::next() {
    if (broken_ || seen_ == head_.record_count || at_ == end_) return std::nullopt;
    walked_record r;
    if (!read(r)) {
        broken_ = true;
        return std::nullopt;
    }
    ++seen_;
    return r;
}

bool record_walk::read(walked_record& into) {
    const std::int64_t size = number();
    if (broken_ || size < 0 || size > end_ - at_) return false;
    const std::byte* const behind = at_ + size;
    if (at_ == behind) return false;
    ++at_; // attributes, unused so far
    into.time_ms = head_.append_time() ? head_.max_timestamp : head_.base_timestamp;
    if (const std::int64_t delta = number(); !head_.append_time()) into.time_ms += delta;
    into.offset_delta = static_cast<std::int32_t>(number());
    into.key = sequence();
    into.value = sequence();
    const std::int64_t headers = number();
    for (std::int64_t i = 0; i < headers && !broken_; ++i) {
        const bytes_view name = sequence();
        if (name.is_null()) return false;
        const bytes_view value = sequence();
        into.headers.emplace_back(name.text(), value);
    }
    return !broken_ && headers >= 0 && at_ == behind;
}

/// A zigzag varint. The brokers' own reader, so not the one in wire/.
std::int64_t record_walk::number() {
    std::uint64_t raw = 0;
    for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
        const auto byte = std::to_integer<std::uint64_t>(*at_++);
        raw |= (byte & 127) << shift;
        if (byte < 128)
            return static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
    }
    broken_ = true;
    return 0;
}

bytes_view record_walk::sequence() {
    const std::int64_t size = number();
    if (size == -1) return nullptr;
    if (broken_ || size < 0 || size > end_ - at_) {
        broken_ = true;
        return nullptr;
    }
    const std::byte* from = std::exchange(at_, at_ + size);
    return bytes_view(from, static_cast<std::size_t>(size));
}

} // namespace kcpp::testing
