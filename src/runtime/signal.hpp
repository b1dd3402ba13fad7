#pragma once

#include "runtime/runtime.hpp"

#include <vector>

namespace kcpp::runtime {

/// Where coroutines wait for news on the I/O thread. There is no state: who comes after `notify`
/// waits for the next one, so the condition is looked at before each wait.
class signal {
public:
    explicit signal(runtime& rt) noexcept : runtime_(rt) {}
    signal(const signal&) = delete;
    signal& operator=(const signal&) = delete;

    /// True if notified, false if `until` passed first.
    task<bool> wait(time_point until);
    void notify();

private:
    struct waiter {
        std::unique_ptr<timer> alarm;
        bool notified = false;
    };
    runtime& runtime_;
    std::vector<std::shared_ptr<waiter>> waiters_;
};

/// Waits until `until`.
task<void> sleep_until(runtime& rt, time_point until);

} // namespace kcpp::runtime
