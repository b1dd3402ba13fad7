#include "workload.hpp"

namespace kcpp::simulation {

namespace {

constexpr workload all[] = {
    {"produce", &produce},
};

} // namespace

std::span<const workload> workloads() {
    return all;
}

} // namespace kcpp::simulation
