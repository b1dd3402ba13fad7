#include "protocol/layout.hpp"

namespace kcpp::protocol {

namespace {

std::size_t least_bytes(kind of, bool compact) noexcept {
    switch (of) {
    case kind::boolean:
    case kind::int8: return 1;
    case kind::int16: return 2;
    case kind::int32: return 4;
    case kind::int64: return 8;
    case kind::id: return 16;
    case kind::string: return compact ? 1 : 2;
    case kind::bytes:
    case kind::records: return compact ? 1 : 4;
    case kind::structure: break;
    }
    return 0;
}

std::size_t least_bytes(const step& s, std::int16_t version, bool flexible) {
    if (s.type->array) return flexible ? 1 : 4;
    if (s.type->of == kind::structure && s.rules.null.has(version)) return 1; // its marker
    return least_bytes_of_element(s, version, flexible);
}

} // namespace

std::size_t least_bytes_of_element(const step& s, std::int16_t version, bool flexible) {
    if (s.type->of != kind::structure)
        return least_bytes(s.type->of, flexible && s.rules.compact_too);
    std::size_t least = flexible ? 1 : 0; // the tag section
    for (const step& inner : s.type->inside().plain)
        if (inner.rules.present.has(version)) least += least_bytes(inner, version, flexible);
    return least;
}

layout::layout(std::span<const field> fields, const void* blank_struct) : blank(blank_struct) {
    for (const field& f : fields) {
        const auto offset = static_cast<const char*>(f.at(blank)) - static_cast<const char*>(blank);
        const step s{f.type, static_cast<std::uint32_t>(offset), f.rules, f.name};
        (f.rules.tag < 0 ? plain : tagged).push_back(s);
    }
}

} // namespace kcpp::protocol
