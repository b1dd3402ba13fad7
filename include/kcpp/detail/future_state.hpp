#pragma once

#include <kcpp/executor.hpp>
#include <kcpp/function.hpp>
#include <kcpp/result.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace [[gnu::visibility("default")]] kcpp {
namespace detail {

/// A flag that threads can wait for. `set` may be called from any thread. Its waits are the real
/// clock's: whoever may run in simulation waits through `wait_context::block`.
class event {
public:
    void set();
    void reset();
    bool is_set() const;
    void wait();
    bool wait_for(std::chrono::nanoseconds limit);

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool set_ = false;
};

/// How application threads meet the I/O thread. The runtime implements it; in simulation, waiting
/// switches stacks.
class wait_context {
public:
    virtual ~wait_context() = default;
    /// True where blocking could never end: on the I/O thread.
    virtual bool on_io_thread() const noexcept = 0;
    /// Waits until `e` is set or `limit` has passed (nullopt: without limit); says whether it is
    /// set.
    virtual bool block(event& e, std::optional<std::chrono::nanoseconds> limit) = 0;
    /// Runs `work` on the I/O thread; at once, on this thread, if that has ended.
    virtual void execute(unique_function<void()> work) = 0;
};

/// What every future's shared state has, whatever it holds.
class future_state_base {
public:
    explicit future_state_base(std::shared_ptr<wait_context> context) noexcept
        : context_(std::move(context)) {}
    virtual ~future_state_base() = default;

    bool ready() const { return done_.is_set(); }
    /// Blocks until ready. An error where that is refused.
    std::optional<error> wait();
    std::optional<error> wait_for(std::chrono::milliseconds limit, bool& in_time);
    void on_ready(unique_function<void()> continuation);
    void set_executor(std::shared_ptr<executor> place) { executor_ = std::move(place); }
    /// The future was dropped without a look at its outcome.
    void abandon() noexcept;

protected:
    /// To be called once the outcome is stored: wakes whoever waits.
    void finish();
    /// The outcome is a failure that nobody will ever look at.
    virtual void unobserved() noexcept {}
    virtual bool failed() const noexcept = 0;

private:
    void run(unique_function<void()> continuation);

    std::shared_ptr<wait_context> context_;
    std::shared_ptr<executor> executor_;
    event done_;
    std::mutex mutex_;
    unique_function<void()> continuation_;
    bool finished_ = false;
    bool abandoned_ = false;
};

template <class T>
class future_state : public future_state_base {
public:
    using future_state_base::future_state_base;

    void complete(kcpp::result<T> outcome) {
        outcome_.emplace(std::move(outcome));
        finish();
    }
    kcpp::result<T> take() { return *std::move(outcome_); }

protected:
    bool failed() const noexcept override { return outcome_ && !*outcome_; }
    const error& reason() const noexcept { return outcome_->error(); }

private:
    std::optional<kcpp::result<T>> outcome_;
};

} // namespace detail
} // namespace kcpp
