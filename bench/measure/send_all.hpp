#pragma once

#include "measure/costs.hpp"
#include "measure/pace.hpp"
#include "measure/settings.hpp"

#include <thread>
#include <vector>

namespace bench {

/// Sends as many records as `s` says, at its rate and from as many threads, each with a sender of
/// its own that `make_sender()` gives and whose `send_one()` is called again and again. The result
/// is the CPU time of these threads: what sending costs its caller.
template <class MakeSender>
std::chrono::nanoseconds send_all(const settings& s, MakeSender make_sender) {
    const auto threads = static_cast<std::uint64_t>(s.threads);
    const auto send_share = [&](std::uint64_t thread) {
        auto sender = make_sender();
        const auto before = thread_cpu();
        const std::uint64_t share = s.records / threads + (thread < s.records % threads ? 1 : 0);
        pace pace(s.rate / s.threads);
        for (std::uint64_t i = 0; i < share; ++i) {
            pace.wait(i);
            sender.send_one();
        }
        return thread_cpu() - before;
    };
    if (threads == 1) return send_share(0);
    std::vector<std::chrono::nanoseconds> taken(threads);
    {
        std::vector<std::jthread> running;
        for (std::uint64_t i = 0; i < threads; ++i)
            running.emplace_back([&, i] { taken[i] = send_share(i); });
    }
    std::chrono::nanoseconds all{};
    for (const auto each : taken)
        all += each;
    return all;
}

} // namespace bench
