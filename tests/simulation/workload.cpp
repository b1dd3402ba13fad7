#include "workload.hpp"

namespace kcpp::simulation {

namespace {

constexpr workload all[] = {
    {"produce", &produce}, {"group", &group}, {"calm_group", &calm_group},
    {"read", &read},       {"chain", &chain},
};

} // namespace

std::span<const workload> workloads() {
    return all;
}

} // namespace kcpp::simulation
