#include <kcpp/detail/future_state.hpp>
#include <kcpp/error.hpp>
#include <kcpp/log.hpp>

#include <exception>
#include <string>

namespace kcpp::detail {

void event::set() {
    // Under the lock: a waiter that sees the flag may destroy the event, and must not before this
    // call is over with it.
    std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_all();
}

void event::reset() {
    std::lock_guard lock(mutex_);
    set_ = false;
}

bool event::is_set() const {
    std::lock_guard lock(mutex_);
    return set_;
}

void event::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return set_; });
}

bool event::wait_for(std::chrono::nanoseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return set_; });
}

namespace {

void complain(std::string_view what) noexcept {
    try {
        const std::string sentence =
            "a callback or coroutine that waited for a kcpp::future threw: " + std::string(what);
        default_logger()->write({log_level::error, "future", {}, sentence});
    } catch (...) {
        // Nobody is left who could be told.
    }
}

/// What the application does here is not for the I/O thread to catch, and must not end it.
void call(unique_function<void()>& continuation) noexcept {
    try {
        continuation();
    } catch (const std::exception& e) {
        complain(e.what());
    } catch (...) {
        complain("not a std::exception");
    }
}

error would_deadlock() {
    return error(client_errc::would_deadlock,
                 "blocking on kcpp's I/O thread was refused, because nothing could ever finish it: "
                 "use then() or co_await");
}

} // namespace

std::optional<error> future_state_base::wait() {
    if (done_.is_set()) return std::nullopt;
    if (context_->on_io_thread()) return would_deadlock();
    context_->block(done_, std::nullopt);
    return std::nullopt;
}

std::optional<error> future_state_base::wait_for(std::chrono::milliseconds limit, bool& in_time) {
    in_time = done_.is_set();
    if (in_time) return std::nullopt;
    if (context_->on_io_thread()) return would_deadlock();
    in_time = context_->block(done_, limit);
    return std::nullopt;
}

void future_state_base::on_ready(unique_function<void()> continuation) {
    {
        std::lock_guard lock(mutex_);
        if (!finished_) {
            continuation_ = std::move(continuation);
            return;
        }
    }
    run(std::move(continuation));
}

void future_state_base::abandon() noexcept {
    {
        std::lock_guard lock(mutex_);
        abandoned_ = true;
        if (!finished_) return;
    }
    if (failed()) unobserved();
}

void future_state_base::finish() {
    unique_function<void()> continuation;
    bool nobody = false;
    {
        std::lock_guard lock(mutex_);
        finished_ = true;
        continuation = std::move(continuation_);
        nobody = abandoned_;
    }
    if (nobody && failed()) unobserved();
    done_.set();
    if (continuation) run(std::move(continuation));
}

void future_state_base::run(unique_function<void()> continuation) {
    if (executor_)
        executor_->execute(std::move(continuation));
    else if (context_->on_io_thread())
        call(continuation);
    else
        context_->execute([work = std::move(continuation)]() mutable { call(work); });
}

} // namespace kcpp::detail
