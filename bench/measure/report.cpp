#include "measure/report.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace bench {

namespace {

using json = nlohmann::ordered_json;

double seconds(std::chrono::nanoseconds t) {
    return std::chrono::duration<double>(t).count();
}

/// Three digits behind the point: more is noise.
double rounded(double number) {
    return std::round(number * 1000) / 1000;
}

} // namespace

bool print(const report& r, const settings& s) {
    const auto records = static_cast<double>(r.records);
    const auto per_1000 = [&](std::uint64_t count) {
        return rounded(static_cast<double>(count) * 1000 / records);
    };
    const auto per_record = [&](std::chrono::nanoseconds t) {
        return rounded(static_cast<double>(t.count()) / records);
    };
    const json line = {
        {"client", r.client},
        {"mode", r.mode},
        {"records", r.records},
        {"failed", r.failed},
        {"seconds", rounded(seconds(r.used.wall))},
        {"records_per_second", std::round(records / seconds(r.used.wall))},
        {"cpu_seconds", rounded(seconds(r.used.user + r.used.system))},
        {"cpu_ns_per_record", per_record(r.used.user + r.used.system)},
        {"user_ns_per_record", per_record(r.used.user)},
        {"system_ns_per_record", per_record(r.used.system)},
        {"application_cpu_ns_per_record",
         r.application_cpu ? json(per_record(*r.application_cpu)) : json()},
        {"peak_rss_bytes", peak_resident_bytes()},
        {"allocations_per_record",
         r.used.allocations
             ? json(std::round(static_cast<double>(*r.used.allocations) * 1e6 / records) / 1e6)
             : json()},
        {"wakeups_per_1000", per_1000(r.used.wakeups)},
        {"context_switches_per_1000", per_1000(r.used.context_switches)},
        // Counting them slows each: bench/run has the kernel do it in a round of its own.
        {"system_calls_per_1000", nullptr},
        {"first_record_us",
         r.first_record ? json(rounded(seconds(*r.first_record) * 1e6)) : json()},
        {"latency_us", r.taken != nullptr ? r.taken->summary() : json()},
        {"settings", to_json(s)},
    };
    std::printf("%s\n", line.dump().c_str());
    return r.failed == 0;
}

void print(const idle_report& r, const settings& s) {
    const double wall = seconds(r.used.wall), cpu = seconds(r.used.user + r.used.system);
    const auto per_fetch = [&](std::uint64_t bytes) {
        return std::round(static_cast<double>(bytes) / static_cast<double>(r.fetches));
    };
    const json line = {
        {"client", r.client},
        {"mode", "idle"},
        {"seconds", rounded(wall)},
        {"cpu_seconds", rounded(cpu)},
        {"cpu_percent", rounded(cpu / wall * 100)},
        {"peak_rss_bytes", peak_resident_bytes()},
        {"wakeups_per_second", rounded(static_cast<double>(r.used.wakeups) / wall)},
        {"fetches_per_second", rounded(static_cast<double>(r.fetches) / wall)},
        {"bytes_out_per_fetch", per_fetch(r.bytes.out)},
        {"bytes_in_per_fetch", per_fetch(r.bytes.in)},
        {"settings", to_json(s)},
    };
    std::printf("%s\n", line.dump().c_str());
}

} // namespace bench
