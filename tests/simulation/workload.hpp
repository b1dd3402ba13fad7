#pragma once

#include "scenario.hpp"

#include <span>
#include <string_view>

namespace kcpp::simulation {

/// What clients do in a run, and what must be true of it. Draws everything from the run's seed, and
/// adds what is wrong to the run's problems, or throws it.
struct workload {
    std::string_view name;
    void (*run)(scenario&);
};

/// All of them.
std::span<const workload> workloads();

// workloads/*.cpp
void produce(scenario& run);
void group(scenario& run);
/// Nothing breaks, and so nothing may be read twice.
void calm_group(scenario& run);
void read(scenario& run);
void chain(scenario& run);

} // namespace kcpp::simulation
