#pragma once

#include "options/property_values.hpp"

#include <kcpp/consumer_options.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <variant>

namespace kcpp::options {

/// The names under which members agree on Kafka's strategies, and those of Java's classes.
inline constexpr spelled<assignment_strategy> strategy_choices[] = {
    {"range", assignment_strategy::range},
    {"roundrobin", assignment_strategy::round_robin},
    {"sticky", assignment_strategy::sticky},
    {"cooperative-sticky", assignment_strategy::cooperative_sticky},
    {"org.apache.kafka.clients.consumer.RangeAssignor", assignment_strategy::range},
    {"org.apache.kafka.clients.consumer.RoundRobinAssignor", assignment_strategy::round_robin},
    {"org.apache.kafka.clients.consumer.StickyAssignor", assignment_strategy::sticky},
    {"org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
     assignment_strategy::cooperative_sticky}};

constexpr std::string_view name_of(assignment_strategy strategy) noexcept {
    const auto* known =
        std::ranges::find(strategy_choices, strategy, &spelled<assignment_strategy>::meaning);
    return known == std::end(strategy_choices) ? std::string_view() : known->text;
}

/// Empty for a null pointer.
inline std::string_view name_of(const partition_assignment_strategy& listed) noexcept {
    if (const auto* kafkas = std::get_if<assignment_strategy>(&listed)) return name_of(*kafkas);
    const auto* own = std::get_if<std::shared_ptr<partition_assignor>>(&listed);
    return own != nullptr && *own ? (*own)->name() : std::string_view();
}

} // namespace kcpp::options
