#pragma once

#include "protocol/rule.hpp"
#include "protocol/shape.hpp"

#include <span>

namespace kcpp::protocol {

/// One row of a struct's table: Kafka's name of the field, the member that holds it, its type and
/// its rules. The member's initialiser is the field's default.
struct field {
    const char* name;
    const void* (*at)(const void* owner);
    const void* owner; ///< tells the tables of different structs apart
    rule rules;
    const shape* type;
};

namespace detail {

template <auto Member>
struct member;

template <class Owner, class Type, Type Owner::* Member>
struct member<Member> {
    using owner = Owner;
    using type = Type;
    static const void* at(const void* owner) {
        return &(static_cast<const Owner*>(owner)->*Member);
    }
};

template <class Owner>
inline constexpr char owner_mark = 0;

/// What the compiler cannot see in a row; each of these would make the engine read or write through
/// a wrong type.
constexpr bool sound(std::span<const field> fields, const void* owner) {
    int tag = -1;
    for (const field& f : fields) {
        if (f.owner != owner) throw "a row names a member of another struct";
        if (!f.rules.null.empty() && !f.type->optional)
            throw "a nullable field must be a std::optional";
        if (f.rules.null.empty() && f.type->optional)
            throw "a std::optional field must be nullable";
        if (f.rules.tag < 0) continue;
        if (f.rules.tag <= tag) throw "tags must ascend";
        tag = f.rules.tag;
    }
    return true;
}

} // namespace detail

/// `row<&broker::rack>("Rack", since(1).nullable().ignorable())`
template <auto Member>
constexpr field row(const char* name, const rule& rules) {
    using m = detail::member<Member>;
    return {name, &m::at, &detail::owner_mark<typename m::owner>, rules,
            &shape_of<typename m::type>};
}

} // namespace kcpp::protocol
