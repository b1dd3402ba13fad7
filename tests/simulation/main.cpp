// Runs seeds of the simulation, or tells the story of one.

#include "runner.hpp"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace kcpp::simulation;

constexpr const char* usage =
    "simulation [--workload NAME|all] [--seeds N] [--from SEED] [--minutes M] [--jobs J] "
    "[--twice]\n"
    "           [--until-failure]\n"
    "simulation --workload NAME --seed SEED [--trace] [--twice]\n"
    "\n"
    "Runs whole clients against a whole cluster in virtual time, once per seed, and checks what "
    "Kafka\n"
    "promises. A seed that fails can be run again, with its story told message by message.\n";

struct arguments {
    std::string workload = "all";
    campaign which{.seeds = 100};
    std::optional<std::uint64_t> seed;
    bool trace = false;
};

[[noreturn]] void refuse(const std::string& why) {
    std::fprintf(stderr, "simulation: %s\n\n%s", why.c_str(), usage);
    std::exit(2);
}

arguments read(int count, char** given) {
    arguments a;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = given[i];
        if (name == "--help") {
            std::fputs(usage, stdout);
            std::exit(0);
        }
        if (name == "--twice") {
            a.which.twice = true;
            continue;
        }
        if (name == "--until-failure") {
            a.which.until_failure = true;
            continue;
        }
        if (name == "--trace") {
            a.trace = true;
            continue;
        }
        if (i + 1 == count) refuse("no value for " + std::string(name));
        const char* value = given[++i];
        if (name == "--workload")
            a.workload = value;
        else if (name == "--seeds")
            a.which.seeds = std::strtoull(value, nullptr, 10);
        else if (name == "--from")
            a.which.from = std::strtoull(value, nullptr, 10);
        else if (name == "--minutes")
            a.which.minutes = std::strtod(value, nullptr);
        else if (name == "--jobs")
            a.which.jobs = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
        else if (name == "--seed")
            a.seed = std::strtoull(value, nullptr, 10);
        else
            refuse("there is no option " + std::string(name));
    }
    if (a.which.jobs == 0) refuse("--jobs must be at least 1");
    return a;
}

bool tell_one(const workload& what, std::uint64_t seed, bool trace, bool twice) {
    if (twice) (void)run_seed(what, seed);
    scenario::story tell;
    if (trace)
        tell = [](kcpp::runtime::duration since, std::string_view line) {
            std::printf("%12.3f ms  %.*s\n", static_cast<double>(since.count()) / 1e6,
                        static_cast<int>(line.size()), line.data());
        };
    const verdict found = run_seed(what, seed, std::move(tell));
    for (const std::string& each : found.problems)
        std::printf("WRONG: %s\n", each.c_str());
    std::printf("%s, seed %" PRIu64 ": %s, hash %016" PRIx64 "\n", std::string(what.name).c_str(),
                seed, found.problems.empty() ? "all is well" : "FAILED", found.hash);
    return found.problems.empty();
}

bool run_many(const workload& what, const campaign& which) {
    const auto all = run_campaign(what, which);
    const std::string name(what.name);
    for (const failing_seed& each : all.failing)
        std::printf("FAILED: --workload %s --seed %" PRIu64 " --trace\n    %s\n", name.c_str(),
                    each.seed, each.why.c_str());
    std::printf("%-12s %8" PRIu64 " seeds  %7.0f seeds/s  %3zu failed  hash %016" PRIx64 "\n",
                name.c_str(), all.seeds, static_cast<double>(all.seeds) / all.seconds,
                all.failing.size(), all.hash);
    std::fflush(stdout);
    return all.failing.empty();
}

} // namespace

int main(int count, char** given) {
    const arguments a = read(count, given);
    bool good = true, found = false;
    for (const workload& each : workloads()) {
        if (a.workload != "all" && a.workload != each.name) continue;
        found = true;
        good &= a.seed ? tell_one(each, *a.seed, a.trace, a.which.twice) : run_many(each, a.which);
    }
    if (!found) refuse("there is no workload " + a.workload);
    return good ? 0 : 1;
}
