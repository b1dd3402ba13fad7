#pragma once

#include <atomic>

namespace kcpp::runtime {

/// A mutex for what is locked once per record and for a moment. Where nobody contends, each way
/// costs one atomic instruction; std::mutex costs twice that in calls and bookkeeping. Not
/// recursive. (The three states of Drepper's "Futexes are tricky".)
class light_mutex {
public:
    void lock() noexcept {
        int seen = free;
        if (state_.compare_exchange_strong(seen, held, std::memory_order_acquire,
                                           std::memory_order_relaxed))
            return;
        wait();
    }
    void unlock() noexcept {
        if (state_.exchange(free, std::memory_order_release) == awaited) state_.notify_one();
    }

private:
    static constexpr int free = 0, held = 1, awaited = 2;

    void wait() noexcept {
        while (state_.exchange(awaited, std::memory_order_acquire) != free)
            state_.wait(awaited, std::memory_order_relaxed);
    }

    std::atomic<int> state_ = free;
};

} // namespace kcpp::runtime
