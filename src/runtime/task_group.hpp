#pragma once

#include "runtime/runtime.hpp"

#include <cstddef>
#include <exception>
#include <functional>

namespace kcpp::runtime {

/// Coroutines that run on their own, counted, so that closing can wait for the last of them. An
/// exception that escapes one is a defect of ours: it goes to `on_failure` instead of vanishing.
class task_group {
public:
    explicit task_group(runtime& rt) : runtime_(rt) {}

    /// From the I/O thread. Starts the task soon, not inside this call.
    void spawn(task<void> work);
    std::size_t size() const noexcept { return running_; }

    std::function<void(std::exception_ptr)> on_failure;
    /// The last one has ended.
    std::function<void()> on_empty;

private:
    runtime& runtime_;
    std::size_t running_ = 0;
};

} // namespace kcpp::runtime
