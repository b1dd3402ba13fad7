#include "runtime/real/worker.hpp"

#include <thread>
#include <utility>

namespace kcpp::runtime {

void worker::run(unique_function<void()> job) {
    std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    if (!running_) {
        std::thread([this] { work(); }).detach();
        running_ = true;
    }
    filled_.notify_one();
}

void worker::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [&] { return !jobs_.empty(); });
        auto next = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        next();
    }
}

} // namespace kcpp::runtime
