#include "runner.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <new>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kcpp::simulation {

namespace {

constexpr std::uint64_t nothing = 0;
constexpr std::size_t most_told = 20;

/// Where a process of seeds leaves word, so that it is there even after a crash.
struct worker_state {
    std::uint64_t now_at = nothing;
    std::uint64_t done = 0;
    std::uint64_t hash = 0;
    std::uint64_t failed = 0;
    struct {
        std::uint64_t seed;
        char why[1000];
    } failing[most_told];

    void fail(std::uint64_t seed, const std::string& why) {
        if (failed < most_told) {
            auto& place = failing[failed];
            place.seed = seed;
            std::strncpy(place.why, why.c_str(), sizeof place.why - 1);
        }
        ++failed;
    }
};

/// One number of a seed's, so that their sum depends on each, and not on the order.
std::uint64_t share_of(std::uint64_t seed, std::uint64_t hash) {
    return testing::random_stream(seed * 0x9e3779b97f4a7c15ULL ^ hash).next();
}

void run_one(const workload& what, std::uint64_t seed, bool twice, worker_state& state) {
    state.now_at = seed;
    const verdict first = run_seed(what, seed);
    state.hash += share_of(seed, first.hash);
    if (!first.problems.empty()) {
        std::string all;
        for (const std::string& each : first.problems)
            all += (all.empty() ? "" : "\n    ") + each;
        state.fail(seed, all);
    } else if (twice && run_seed(what, seed).hash != first.hash) {
        state.fail(seed, "goes another way the second time");
    }
    ++state.done;
    state.now_at = nothing;
}

class campaign_runner {
public:
    campaign_runner(const workload& what, const campaign& which)
        : what_(what), which_(which), begun_(clock::now()),
          states_(static_cast<worker_state*>(mmap(nullptr, which.jobs * sizeof(worker_state),
                                                  PROT_READ | PROT_WRITE,
                                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
        if (states_ == MAP_FAILED) throw std::bad_alloc();
    }
    ~campaign_runner() { munmap(states_, which_.jobs * sizeof(worker_state)); }

    campaign_result run() {
        std::vector<pid_t> workers;
        for (unsigned job = 0; job < which_.jobs; ++job) {
            new (&states_[job]) worker_state;
            workers.push_back(start(job, which_.from + job));
        }
        for (unsigned job = 0; job < which_.jobs; ++job)
            wait_for(job, workers[job]);
        return sum();
    }

private:
    using clock = std::chrono::steady_clock;

    double seconds() const { return std::chrono::duration<double>(clock::now() - begun_).count(); }

    bool over(std::uint64_t seed) const {
        if (which_.minutes > 0) return seconds() > which_.minutes * 60;
        return seed >= which_.from + which_.seeds || (which_.until_failure && any_failed());
    }

    bool any_failed() const {
        return std::any_of(states_, states_ + which_.jobs,
                           [](const worker_state& each) { return each.failed != 0; });
    }

    pid_t start(unsigned job, std::uint64_t first) {
        const pid_t child = fork();
        if (child != 0) return child;
        for (std::uint64_t seed = first; !over(seed); seed += which_.jobs)
            run_one(what_, seed, which_.twice, states_[job]);
        _exit(0);
    }

    /// A process that died leaves the rest to a new one.
    void wait_for(unsigned job, pid_t worker) {
        for (;;) {
            int status = 0;
            waitpid(worker, &status, 0);
            worker_state& state = states_[job];
            if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
            const auto died_at = std::exchange(state.now_at, nothing);
            state.fail(died_at,
                       WIFSIGNALED(status)
                           ? std::string("the process died: ") + strsignal(WTERMSIG(status))
                           : "the process ended with " + std::to_string(WEXITSTATUS(status)));
            ++state.done;
            if (state.failed > most_told || which_.until_failure) return;
            worker = start(job, died_at + which_.jobs);
        }
    }

    campaign_result sum() const {
        campaign_result all;
        all.seconds = seconds();
        for (unsigned job = 0; job < which_.jobs; ++job) {
            const worker_state& state = states_[job];
            all.seeds += state.done;
            all.hash += state.hash;
            for (std::size_t i = 0; i < std::min<std::size_t>(state.failed, most_told); ++i)
                all.failing.push_back({state.failing[i].seed, state.failing[i].why});
        }
        return all;
    }

    const workload& what_;
    const campaign& which_;
    clock::time_point begun_;
    worker_state* states_;
};

} // namespace

verdict run_seed(const workload& what, std::uint64_t seed, scenario::story tell) {
    auto run = std::make_unique<scenario>(seed, std::move(tell));
    verdict found;
    bool torn = false;
    try {
        what.run(*run);
    } catch (const std::exception& e) {
        found.problems.push_back(e.what());
        torn = true;
    }
    found.hash = run->world.trace_hash();
    for (const std::string& each : run->problems.list())
        found.problems.push_back(each);
    if (run->problems.count() > run->problems.list().size())
        found.problems.push_back(
            "and " + std::to_string(run->problems.count() - run->problems.list().size()) + " more");
    // Simulated threads that did not end cannot be destroyed: their stacks cannot be unwound.
    if (torn) (void)run.release();
    return found;
}

campaign_result run_campaign(const workload& what, const campaign& which) {
    return campaign_runner(what, which).run();
}

} // namespace kcpp::simulation
