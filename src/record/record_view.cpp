#include "record/record_view.hpp"

namespace kcpp::record {

const std::byte* parse_header(const std::byte* from, const std::byte* end, header& out) noexcept {
    std::int32_t name_size = 0;
    from = wire::get_varint(from, end, name_size);
    if (from == nullptr || name_size < 0 || name_size > end - from) return nullptr;
    out.name = {reinterpret_cast<const char*>(from), static_cast<std::size_t>(name_size)};
    from += name_size;

    std::int32_t value_size = 0;
    from = wire::get_varint(from, end, value_size);
    if (from == nullptr || value_size < -1 || value_size > end - from) return nullptr;
    if (value_size == -1) {
        out.value = bytes_view();
        return from;
    }
    out.value = bytes_view(from, static_cast<std::size_t>(value_size));
    return from + value_size;
}

header_range::iterator::iterator(std::span<const std::byte> encoded, std::size_t left) noexcept
    : rest_(encoded), left_(left) {
    parse();
}

header_range::iterator& header_range::iterator::operator++() noexcept {
    if (--left_ > 0) parse();
    return *this;
}

void header_range::iterator::parse() noexcept {
    const std::byte* end = rest_.data() + rest_.size();
    const std::byte* next = parse_header(rest_.data(), end, current_);
    if (next == nullptr) {
        left_ = 0;
        return;
    }
    rest_ = {next, end};
}

} // namespace kcpp::record
