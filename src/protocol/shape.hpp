#pragma once

#include "wire/uuid.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace kcpp::protocol {

using wire::uuid;

/// Bytes that a message owns.
using bytes = std::vector<std::byte>;

/// Record batches where they lie. Read, they are a part of the frame and live as long as it; to be
/// written, they are the sender's and must live until the frame is sent.
using records_view = std::span<const std::byte>;

enum class kind : std::uint8_t {
    boolean,
    int8,
    int16,
    int32,
    int64,
    id,
    string,
    bytes,
    records,
    structure,
};

struct layout;

/// The elements of a vector whose type was forgotten.
struct elements {
    const void* first;
    std::size_t count;
};

/// What the engine must know of a member's type: one for each type, shared by all rows.
struct shape {
    kind of;               ///< of the member, or of each element of an array
    bool array = false;    ///< std::vector
    bool optional = false; ///< std::optional
    std::size_t stride = 0;
    const layout& (*inside)() = nullptr; ///< of a structure

    void* (*fill)(void* vector,
                  std::size_t count) = nullptr; ///< with default values; gives the first
    elements (*items)(const void* vector) = nullptr;

    void* (*emplace)(void* optional) = nullptr;
    void (*reset)(void* optional) = nullptr;
    const void* (*held)(const void* optional) = nullptr; ///< null if there is none
};

/// In protocol/layout.hpp.
template <class Struct>
const layout& layout_of();

namespace detail {

template <class T>
struct without_vector : std::false_type {
    using type = T;
};
template <class T>
struct without_vector<std::vector<T>>
    : std::bool_constant<!std::is_same_v<T, std::byte>> { // a vector of bytes is one value
    using type = std::conditional_t<std::is_same_v<T, std::byte>, std::vector<T>, T>;
};

template <class T>
struct without_optional : std::false_type {
    using type = T;
};
template <class T>
struct without_optional<std::optional<T>> : std::true_type {
    using type = T;
};

template <class T>
consteval kind kind_of() {
    if constexpr (std::is_same_v<T, bool>)
        return kind::boolean;
    else if constexpr (std::is_same_v<T, std::int8_t>)
        return kind::int8;
    else if constexpr (std::is_same_v<T, std::int16_t>)
        return kind::int16;
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return kind::int32;
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return kind::int64;
    else if constexpr (std::is_same_v<T, uuid>)
        return kind::id;
    else if constexpr (std::is_same_v<T, std::string>)
        return kind::string;
    else if constexpr (std::is_same_v<T, bytes>)
        return kind::bytes;
    else if constexpr (std::is_same_v<T, records_view>)
        return kind::records;
    else {
        static_assert(requires { T::fields; }, "no field can have this type: it has no table");
        return kind::structure;
    }
}

template <class T>
void* fill(void* vector, std::size_t count) {
    auto& list = *static_cast<std::vector<T>*>(vector);
    list = std::vector<T>(count);
    return list.data();
}

template <class T>
elements items(const void* vector) {
    const auto& list = *static_cast<const std::vector<T>*>(vector);
    return {list.data(), list.size()};
}

template <class T>
void* emplace(void* optional) {
    return &static_cast<std::optional<T>*>(optional)->emplace();
}

template <class T>
void reset(void* optional) {
    static_cast<std::optional<T>*>(optional)->reset();
}

template <class T>
const void* held(const void* optional) {
    const auto& box = *static_cast<const std::optional<T>*>(optional);
    return box ? &*box : nullptr;
}

template <class Member>
consteval shape make_shape() {
    using value = typename without_optional<Member>::type;
    using element = typename without_vector<value>::type;
    shape s{kind_of<element>()};
    s.stride = sizeof(element);
    if constexpr (kind_of<element>() == kind::structure) s.inside = &layout_of<element>;
    if constexpr (without_vector<value>::value) {
        s.array = true;
        s.fill = &fill<element>;
        s.items = &items<element>;
    }
    if constexpr (without_optional<Member>::value) {
        s.optional = true;
        s.emplace = &emplace<value>;
        s.reset = &reset<value>;
        s.held = &held<value>;
    }
    return s;
}

} // namespace detail

template <class Member>
inline constexpr shape shape_of = detail::make_shape<Member>();

} // namespace kcpp::protocol
