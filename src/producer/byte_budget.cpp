#include "producer/byte_budget.hpp"

#include <algorithm>

namespace kcpp::producing {

namespace {

struct waker {
    detail::event* sleeper;
    void operator()() const { sleeper->set(); }
};

} // namespace

byte_budget::byte_budget(std::size_t bytes, std::shared_ptr<detail::wait_context> context)
    : limit_(bytes), context_(std::move(context)) {}

bool byte_budget::try_take(std::size_t bytes) {
    std::lock_guard lock(mutex_);
    if (!fits(bytes)) return false;
    held_ += bytes;
    return true;
}

void byte_budget::take_anyway(std::size_t bytes) {
    std::lock_guard lock(mutex_);
    held_ += bytes;
}

void byte_budget::give_back(std::size_t bytes) {
    {
        std::lock_guard lock(mutex_);
        held_ -= bytes;
        if (waiting_.empty()) return;
    }
    let_in();
}

bool byte_budget::give_back_for_many(std::size_t bytes) {
    {
        std::lock_guard lock(mutex_);
        held_ -= bytes;
        if (waiting_.empty() || !fits(waiting_.front()->bytes)) return false;
        if (!fits(plenty())) return true;
    }
    let_in();
    return false;
}

bool byte_budget::wait_for(std::size_t bytes, std::chrono::nanoseconds limit,
                           const std::stop_token& stop) {
    detail::event woken;
    auto self = std::make_shared<waiter>(waiter{bytes, &woken});
    {
        std::lock_guard lock(mutex_);
        if (closed_) return false;
        if (fits(bytes)) return true;
        waiting_.push_back(self);
    }
    std::optional<std::stop_callback<waker>> stopping;
    if (stop.stop_possible()) stopping.emplace(stop, waker{&woken});
    const bool in_time = context_->block(woken, limit) && !stop.stop_requested();
    stopping.reset();
    bool closed = false;
    {
        std::lock_guard lock(mutex_);
        std::erase(waiting_, self);
        closed = closed_.has_value();
    }
    // There may be room for those who stood behind us.
    if (!in_time) let_in();
    return in_time && !closed;
}

future<void> byte_budget::space_for(std::size_t bytes) {
    promise<void> told(context_);
    auto ready = told.get_future();
    std::optional<error> refused;
    bool now = false;
    {
        std::lock_guard lock(mutex_);
        refused = closed_;
        now = !refused && fits(bytes);
        if (!refused && !now)
            waiting_.push_back(std::make_shared<waiter>(waiter{bytes, nullptr, told}));
    }
    if (refused)
        told.complete(*refused);
    else if (now)
        told.complete(result<void>());
    return ready;
}

void byte_budget::let_in() {
    std::vector<promise<void>> ready;
    {
        std::lock_guard lock(mutex_);
        // What the first ones are about to take is not there for those behind them.
        std::size_t promised = 0;
        while (!waiting_.empty() && fits(waiting_.front()->bytes, promised)) {
            auto next = std::move(waiting_.front());
            waiting_.pop_front();
            promised += next->bytes;
            // Under the lock: a thread that gives up takes it before its event goes away.
            if (next->thread != nullptr)
                next->thread->set();
            else
                ready.push_back(*std::move(next->coroutine));
        }
    }
    announce(std::move(ready), {});
}

void byte_budget::announce(std::vector<promise<void>> to, const result<void>& outcome) {
    const auto complete = [](const std::vector<promise<void>>& all, const result<void>& with) {
        for (const auto& told : all)
            told.complete(with);
    };
    if (to.empty()) return;
    // Completing continues what waits, right here on the I/O thread, and whoever gave the bytes
    // back may hold a lock or be in the middle of something.
    if (context_->on_io_thread())
        context_->execute([=, to = std::move(to)] { complete(to, outcome); });
    else
        complete(to, outcome);
}

void byte_budget::close(const error& why) {
    std::vector<promise<void>> refused;
    {
        std::lock_guard lock(mutex_);
        closed_ = why;
        for (auto& each : std::exchange(waiting_, {})) {
            if (each->thread != nullptr)
                each->thread->set();
            else
                refused.push_back(*std::move(each->coroutine));
        }
    }
    announce(std::move(refused), why);
}

std::size_t byte_budget::held() const {
    std::lock_guard lock(mutex_);
    return held_;
}

} // namespace kcpp::producing
