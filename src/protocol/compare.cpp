#include "protocol/compare.hpp"

#include "protocol/codec.hpp"

#include <algorithm>

namespace kcpp::protocol {

namespace {

template <class T>
bool same_as(const void* a, const void* b) {
    return *static_cast<const T*>(a) == *static_cast<const T*>(b);
}

bool same_records(const void* a, const void* b) {
    return std::ranges::equal(*static_cast<const records_view*>(a),
                              *static_cast<const records_view*>(b));
}

bool same_value(const shape& type, const void* a, const void* b) {
    switch (type.of) {
    case kind::boolean: return same_as<bool>(a, b);
    case kind::int8: return same_as<std::int8_t>(a, b);
    case kind::int16: return same_as<std::int16_t>(a, b);
    case kind::int32: return same_as<std::int32_t>(a, b);
    case kind::int64: return same_as<std::int64_t>(a, b);
    case kind::id: return same_as<uuid>(a, b);
    case kind::string: return same_as<std::string>(a, b);
    case kind::bytes: return same_as<bytes>(a, b);
    case kind::records: return same_records(a, b);
    case kind::structure: return same(type.inside(), a, b);
    }
    return false;
}

bool same_array(const shape& type, const void* a, const void* b) {
    const elements left = type.items(a);
    const elements right = type.items(b);
    if (left.count != right.count) return false;
    const auto* l = static_cast<const std::byte*>(left.first);
    const auto* r = static_cast<const std::byte*>(right.first);
    for (std::size_t at = 0; at != left.count * type.stride; at += type.stride)
        if (!same_value(type, l + at, r + at)) return false;
    return true;
}

} // namespace

bool same(const step& s, const void* a, const void* b) {
    if (s.type->optional) {
        a = s.type->held(a);
        b = s.type->held(b);
        if (a == nullptr || b == nullptr) return a == b;
    }
    return s.type->array ? same_array(*s.type, a, b) : same_value(*s.type, a, b);
}

bool same(const layout& table, const void* a, const void* b) {
    const auto same_field = [&](const step& s) {
        return same(s, static_cast<const std::byte*>(a) + s.offset,
                    static_cast<const std::byte*>(b) + s.offset);
    };
    return std::ranges::all_of(table.plain, same_field) &&
           std::ranges::all_of(table.tagged, same_field);
}

bool engine::equal(const layout& table, const void* a, const void* b) {
    return same(table, a, b);
}

} // namespace kcpp::protocol
