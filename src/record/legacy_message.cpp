#include "record/legacy_message.hpp"

#include "record/batch_format.hpp"
#include "wire/crc32.hpp"
#include "wire/endian.hpp"

namespace kcpp::record::legacy {

namespace {

constexpr std::size_t crc = 12; // uint32

/// Reads a field with an int32 length in front, -1 for null; nullptr if it does not fit.
const std::byte* parse_bytes(const std::byte* from, const std::byte* end,
                             bytes_view& out) noexcept {
    constexpr std::ptrdiff_t prefix = sizeof(std::int32_t);
    if (end - from < prefix) return nullptr;
    const auto size = wire::load_be<std::int32_t>(from);
    from += prefix;
    if (size < -1 || size > end - from) return nullptr;
    if (size == -1) {
        out = bytes_view();
        return from;
    }
    out = bytes_view(from, static_cast<std::size_t>(size));
    return from + size;
}

} // namespace

bool crc_matches(std::span<const std::byte> entry) noexcept {
    return wire::crc32(entry.subspan(format::magic)) ==
           wire::load_be<std::uint32_t>(entry.data() + crc);
}

errc parse(std::span<const std::byte> entry, message& out) noexcept {
    out.offset = wire::load_be<std::int64_t>(entry.data());
    out.magic = wire::load_be<std::int8_t>(entry.data() + format::magic);
    out.attributes = wire::load_be<std::int8_t>(entry.data() + attributes);
    const bool has_timestamp = out.magic > 0;
    out.timestamp = has_timestamp ? wire::load_be<std::int64_t>(entry.data() + timestamp) : -1;

    const std::byte* end = entry.data() + entry.size();
    const std::byte* at =
        entry.data() + (has_timestamp ? timestamp + sizeof(std::int64_t) : timestamp);
    at = parse_bytes(at, end, out.key);
    if (at != nullptr) at = parse_bytes(at, end, out.value);
    return at == end ? errc::none : errc::malformed_record;
}

} // namespace kcpp::record::legacy
