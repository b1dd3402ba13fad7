#pragma once

#include "consumer/core.hpp"
#include "producer/core.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>

#include <cstddef>
#include <memory>

namespace kcpp::simulation {

/// How a checker sees what users must not: the language lets an explicit instantiation name private
/// members, so the shipped classes need no door for tests.
template <class Key, typename Key::type Member>
struct door {
    friend typename Key::type member_of(Key) { return Member; }
};

struct producer_core {
    using type = std::shared_ptr<producing::core> producer::*;
    friend type member_of(producer_core);
};
template struct door<producer_core, &producer::core_>;

struct producer_budget {
    using type = producing::byte_budget producing::core::*;
    friend type member_of(producer_budget);
};
template struct door<producer_budget, &producing::core::budget_>;

struct consumer_core {
    using type = std::shared_ptr<consuming::core> consumer::*;
    friend type member_of(consumer_core);
};
template struct door<consumer_core, &consumer::core_>;

inline const std::shared_ptr<consuming::core>& core_of(const consumer& c) {
    return c.*member_of(consumer_core());
}

inline const std::shared_ptr<producing::core>& core_of(const producer& p) {
    return p.*member_of(producer_core());
}

inline std::size_t bytes_held(const producing::core& p) {
    return (p.*member_of(producer_budget())).held();
}

} // namespace kcpp::simulation
