#pragma once

#include <kcpp/detail/future_state.hpp>
#include <kcpp/executor.hpp>
#include <kcpp/result.hpp>

#include <chrono>
#include <concepts>
#include <coroutine>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace [[gnu::visibility("default")]] kcpp {

template <class T>
class promise;

/// The one outcome of an operation that is already under way. Move-only; take the outcome once, in
/// one of four ways: block
/// (`get`, `result`), chain (`then`), or `co_await` it. Taking it twice throws std::logic_error.
///
/// Dropping a future does not cancel the operation. Every operation has a deadline of its own, so
/// no wait is endless. Callbacks and coroutines go on on kcpp's I/O thread and must not block
/// there, unless `via` names another place.
template <class T>
class future {
public:
    future() noexcept = default;
    future(future&&) noexcept = default;
    future& operator=(future&& other) noexcept {
        if (this != &other) {
            abandon();
            state_ = std::move(other.state_);
        }
        return *this;
    }
    ~future() { abandon(); }

    bool valid() const noexcept { return state_ != nullptr; }
    /// True once the outcome is there and blocking would not block.
    bool ready() const noexcept { return state_ && state_->ready(); }

    /// Waits and gives the value; throws kafka_error on failure. On kcpp's I/O thread: throws
    /// `would_deadlock`.
    T get() {
        if constexpr (std::is_void_v<T>)
            result().value();
        else
            return result().value();
    }

    /// Waits and gives the outcome; does not throw on failure.
    kcpp::result<T> result() {
        auto state = observe();
        if (auto refused = state->wait()) {
            state->abandon();
            return *std::move(refused);
        }
        return state->take();
    }

    /// Waits no longer than `limit`. Nothing if the outcome is not there by then; the future can
    /// then be asked again.
    std::optional<kcpp::result<T>> result_for(std::chrono::milliseconds limit) {
        if (!state_) throw std::logic_error("kcpp::future: the outcome was taken before");
        bool in_time = false;
        if (auto refused = state_->wait_for(limit, in_time))
            return kcpp::result<T>(*std::move(refused));
        if (!in_time) return std::nullopt;
        return observe()->take();
    }

    /// Calls `f(result<T>)` when the outcome is there.
    template <std::invocable<kcpp::result<T>> F>
    void then(F&& f) {
        auto state = observe();
        auto* raw = state.get();
        raw->on_ready(
            [state = std::move(state), f = std::forward<F>(f)]() mutable { f(state->take()); });
    }

    /// The same outcome, but callbacks and coroutines go on in `place`.
    future via(std::shared_ptr<executor> place) && {
        if (!state_) throw std::logic_error("kcpp::future: the outcome was taken before");
        state_->set_executor(std::move(place));
        return std::move(*this);
    }

    class awaiter {
    public:
        explicit awaiter(std::shared_ptr<detail::future_state<T>> state) noexcept
            : state_(std::move(state)) {}
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting) {
            auto* raw = state_.get();
            raw->on_ready([waiting] { waiting.resume(); });
        }
        T await_resume() {
            if constexpr (std::is_void_v<T>)
                state_->take().value();
            else
                return state_->take().value();
        }

    private:
        std::shared_ptr<detail::future_state<T>> state_;
    };

    /// `co_await` gives the value or throws kafka_error. Braced lists cannot stand in an expression
    /// with `co_await` in g++ 12: begin the operation in a line of its own (`auto made =
    /// admin.create_topics({{.name = "orders"}});`) and await it in the next (`co_await made`).
    awaiter operator co_await() { return awaiter(observe()); }

private:
    friend class promise<T>;
    explicit future(std::shared_ptr<detail::future_state<T>> state) noexcept
        : state_(std::move(state)) {}

    std::shared_ptr<detail::future_state<T>> observe() {
        if (!state_) throw std::logic_error("kcpp::future: the outcome was taken before");
        return std::exchange(state_, nullptr);
    }
    void abandon() noexcept {
        if (state_) std::exchange(state_, nullptr)->abandon();
    }

    std::shared_ptr<detail::future_state<T>> state_;
};

} // namespace kcpp
