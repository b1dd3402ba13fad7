#pragma once

#include <atomic>

namespace kcpp::runtime {

/// A mutex for what is locked once per record and for some tens of nanoseconds. Where nobody
/// contends it costs one atomic instruction: unlocking is a plain store, which does not wait until
/// what was written under the lock has left the processor. The price is that nobody can be woken,
/// so whoever finds it held looks again, with pauses that grow. Not recursive, not fair.
class light_mutex {
public:
    void lock() noexcept {
        if (held_.exchange(true, std::memory_order_acquire)) wait();
    }
    void unlock() noexcept { held_.store(false, std::memory_order_release); }

private:
    void wait() noexcept;

    std::atomic<bool> held_ = false;
};

} // namespace kcpp::runtime
