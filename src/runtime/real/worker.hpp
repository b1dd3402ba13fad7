#pragma once

#include <kcpp/function.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>

namespace kcpp::runtime {

/// A detached thread for jobs that take long or may hang, one after another; the first one starts
/// it. It may outlive main, so a worker is never destroyed, and a job owns all it touches.
class worker {
public:
    worker() = default;
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    ~worker() = delete;

    /// Any thread.
    void run(unique_function<void()> job);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<unique_function<void()>> jobs_;
    bool running_ = false;
};

} // namespace kcpp::runtime
