#pragma once

#include "protocol/layout.hpp"

#include <cstddef>

namespace kcpp::protocol {

/// Whether two structs of one type are the same, byte for byte.
bool same(const layout& table, const void* a, const void* b);

/// Whether two members of one row are.
bool same(const step& s, const void* a, const void* b);

/// Whether the member of this row has its default value.
inline bool is_blank(const layout& table, const step& s, const void* owner) {
    return same(s, static_cast<const std::byte*>(owner) + s.offset,
                static_cast<const std::byte*>(table.blank) + s.offset);
}

} // namespace kcpp::protocol
