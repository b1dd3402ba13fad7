#include "wire/reader.hpp"

namespace kcpp::wire {

std::uint32_t reader::long_uvarint() noexcept {
    std::uint64_t value = 0;
    for (int shift = 0; shift <= 28; shift += 7) {
        if (at_ == end_) {
            fail(codec_error::truncated);
            return 0;
        }
        const auto byte = static_cast<std::uint64_t>(*at_++);
        value |= (byte & 0x7f) << shift;
        if (byte >= 0x80) continue;
        if (value <= UINT32_MAX) return static_cast<std::uint32_t>(value);
        break;
    }
    fail(codec_error::bad_varint);
    return 0;
}

std::int64_t reader::length(length_format format, std::size_t least, std::size_t stride,
                            bool null_allowed) noexcept {
    std::int64_t n = 0;
    switch (format) {
    case length_format::compact: n = std::int64_t{uvarint()} - 1; break;
    case length_format::int16: n = integer<std::int16_t>(); break;
    case length_format::int32: n = integer<std::int32_t>(); break;
    }
    if (!ok()) return 0;
    if (n < 0) {
        if (n == -1 && null_allowed) return -1;
        fail(n == -1 ? codec_error::null_not_allowed : codec_error::negative_length);
        return 0;
    }
    const auto count =
        static_cast<std::uint64_t>(n); // below 2^32, as are both factors: no overflow
    if (count * least > remaining()) {
        fail(codec_error::length_beyond_frame);
        return 0;
    }
    if (count * stride > budget_) {
        fail(codec_error::over_budget);
        return 0;
    }
    budget_ -= count * stride;
    return n;
}

} // namespace kcpp::wire
