#pragma once

#include "protocol/field.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace kcpp::protocol {

/// A row as the engine uses it: the place of the member worked out.
struct step {
    const shape* type;
    std::uint32_t offset;
    rule rules;
    const char* name;
};

/// A struct's table made ready for the engine, once per struct, on first use.
struct layout {
    layout(std::span<const field> fields, const void* blank);

    std::vector<step> plain;  ///< in the order of the wire
    std::vector<step> tagged; ///< by ascending tag
    const void* blank;        ///< a struct with every field at its default
};

/// The smallest number of bytes that a value of this row, or an element of its array, can take.
std::size_t least_bytes_of_element(const step& s, std::int16_t version, bool flexible);

template <class Struct>
const layout& layout_of() {
    static_assert(detail::sound(Struct::fields, &detail::owner_mark<Struct>));
    static const layout& made =
        *new layout(Struct::fields, new Struct{}); // outlives every static client
    return made;
}

} // namespace kcpp::protocol
