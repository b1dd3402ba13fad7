#include "measure/costs.hpp"

#include "measure/allocations.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <system_error>
#include <time.h>
#include <unistd.h>

namespace bench {

namespace {

using std::chrono::nanoseconds;

nanoseconds duration_of(const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
}

/// The number behind `name` in a file of /proc such as "VmHWM:    1234 kB"; 0 if it is not there,
/// as with a thread that has just ended.
std::uint64_t number_in(const std::filesystem::path& file, std::string_view name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(name)) continue;
        const auto digits = line.find_first_of("0123456789", name.size());
        std::uint64_t n = 0;
        if (digits != line.npos) std::from_chars(&line[digits], line.data() + line.size(), n);
        return n;
    }
    return 0;
}

std::map<int, std::uint64_t> sleeps_of_threads() {
    std::map<int, std::uint64_t> sleeps;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        const int id = std::stoi(thread.path().filename().string());
        if (id == getpid()) continue;
        sleeps[id] = number_in(thread.path() / "status", "voluntary_ctxt_switches:");
    }
    return sleeps;
}

} // namespace

costs costs::now() {
    rusage used{};
    if (getrusage(RUSAGE_SELF, &used) != 0)
        throw std::system_error(errno, std::generic_category(), "getrusage");
    costs c;
    c.at = std::chrono::steady_clock::now();
    c.user = duration_of(used.ru_utime);
    c.system = duration_of(used.ru_stime);
    c.context_switches = static_cast<std::uint64_t>(used.ru_nvcsw + used.ru_nivcsw);
    c.sleeps = sleeps_of_threads();
    c.allocations = bench::allocations();
    return c;
}

spent operator-(const costs& end, const costs& begin) {
    spent s{.wall = end.at - begin.at,
            .user = end.user - begin.user,
            .system = end.system - begin.system,
            .context_switches = end.context_switches - begin.context_switches};
    for (const auto& [thread, sleeps] : end.sleeps) {
        const auto before = begin.sleeps.find(thread);
        s.wakeups += sleeps - (before == begin.sleeps.end() ? 0 : before->second);
    }
    if (end.allocations && begin.allocations) s.allocations = *end.allocations - *begin.allocations;
    return s;
}

nanoseconds thread_cpu() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + nanoseconds(t.tv_nsec);
}

std::uint64_t peak_resident_bytes() {
    // Not ru_maxrss: that begins with what the parent had when it forked.
    return number_in("/proc/self/status", "VmHWM:") * 1024;
}

} // namespace bench
