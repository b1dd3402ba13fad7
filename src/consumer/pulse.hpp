#pragma once

#include "runtime/time.hpp"

#include <atomic>
#include <cstdint>

namespace kcpp::consuming {

/// What the application's thread and the I/O thread let each other know about being alive, at the
/// price of one store per record.
class pulse {
public:
    // The application's thread.

    /// Beats once. Only one thread does, so this need not be one atomic step.
    void beat() noexcept {
        beats_.store(beats_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    /// True if the I/O thread waits to hear of it.
    bool enter() noexcept {
        beat();
        inside_.store(true);
        return awaited_.exchange(false);
    }
    void leave() noexcept {
        beat();
        inside_.store(false);
    }
    /// Until then the group is sure to leave this member its partitions.
    bool lease_holds(runtime::time_point now) const noexcept {
        return now.time_since_epoch().count() < lease_.load();
    }

    // The I/O thread.

    /// From now on the application's coming back is told by `enter`.
    void await_application() noexcept { awaited_.store(true); }
    void set_lease(runtime::time_point until) noexcept {
        lease_.store(until.time_since_epoch().count());
    }

    void shorten_lease(runtime::time_point until) noexcept {
        if (lease_holds(until)) set_lease(until);
    }

    /// The application counts as present now.
    void start_watch(runtime::time_point now) noexcept { seen_at_ = now; }
    /// How long the application has been away, to the accuracy of how often this is asked.
    runtime::duration away(runtime::time_point now) noexcept {
        const auto beats = beats_.load(std::memory_order_relaxed);
        if (inside_.load() || beats != seen_) {
            seen_ = beats;
            seen_at_ = now;
        }
        return now - seen_at_;
    }

private:
    std::atomic<std::uint64_t> beats_{0};
    std::atomic<bool> inside_{false};
    std::atomic<bool> awaited_{false};
    std::atomic<std::int64_t> lease_{runtime::never.time_since_epoch().count()};

    std::uint64_t seen_ = 0;
    runtime::time_point seen_at_{};
};

} // namespace kcpp::consuming
