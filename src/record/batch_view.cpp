#include "record/batch_view.hpp"

#include "record/legacy_message.hpp"
#include "wire/crc32c.hpp"

#include <limits>

namespace kcpp::record {

namespace {

kcpp::timestamp at_milliseconds(std::int64_t value) noexcept {
    return kcpp::timestamp(std::chrono::milliseconds(value));
}

} // namespace

errc batch_view::check() const noexcept {
    if (is_legacy()) {
        if (!legacy::crc_matches(bytes_)) return errc::crc_mismatch;
        return check_header();
    }
    if (wire::crc32c(bytes_.subspan(format::attributes)) != field<std::uint32_t>(format::crc))
        return errc::crc_mismatch;
    return check_header();
}

errc batch_view::check_header() const noexcept {
    const auto newest = is_legacy() ? kcpp::compression::lz4 : kcpp::compression::zstd;
    if (codec() > newest) return errc::unknown_codec;

    // The offset behind the batch must exist, too.
    constexpr std::int64_t last_possible = std::numeric_limits<std::int64_t>::max() - 1;
    const std::int64_t delta = is_legacy() ? 0 : field<std::int32_t>(format::last_offset_delta);
    if (delta < 0 || base_offset() < 0 || base_offset() > last_possible - delta)
        return errc::bad_header;
    if (!is_legacy() && record_count() < 0) return errc::bad_header;
    return errc::none;
}

std::int16_t batch_view::attributes() const noexcept {
    return is_legacy() ? field<std::int8_t>(legacy::attributes)
                       : field<std::int16_t>(format::attributes);
}

kcpp::timestamp batch_view::max_timestamp() const noexcept {
    switch (magic()) {
    case 0: return at_milliseconds(-1);
    case 1: return at_milliseconds(field<std::int64_t>(legacy::timestamp));
    default: return at_milliseconds(field<std::int64_t>(format::max_timestamp));
    }
}

kcpp::timestamp batch_view::base_timestamp() const noexcept {
    return at_milliseconds(field<std::int64_t>(format::base_timestamp));
}

std::int32_t batch_view::record_count() const noexcept {
    if (is_legacy()) return is_compressed() ? -1 : 1;
    return field<std::int32_t>(format::record_count);
}

} // namespace kcpp::record
