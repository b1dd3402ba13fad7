#pragma once

#include "workload.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kcpp::simulation {

/// What came of one seed.
struct verdict {
    std::uint64_t hash = 0;
    std::vector<std::string> problems;
};

/// Runs one seed. Whatever goes wrong, even an exception or a lost wake-up, is in the verdict.
verdict run_seed(const workload& what, std::uint64_t seed, scenario::story tell = {});

/// Which seeds, and how.
struct campaign {
    std::uint64_t from = 1;
    std::uint64_t seeds = 1;
    /// Above zero: goes on with fresh seeds for this long instead.
    double minutes = 0;
    unsigned jobs = 1;
    /// Each seed twice, which must go the same way.
    bool twice = false;
    /// Enough with the first failing seed.
    bool until_failure = false;
};

struct failing_seed {
    std::uint64_t seed = 0;
    std::string why;
};

struct campaign_result {
    std::uint64_t seeds = 0;
    /// Of all seeds together, in whatever order they ran.
    std::uint64_t hash = 0;
    double seconds = 0;
    std::vector<failing_seed> failing;
};

/// Runs many seeds, in processes of their own, so that a crash costs one seed and is told with its
/// number.
campaign_result run_campaign(const workload& what, const campaign& which);

} // namespace kcpp::simulation
