#pragma once

#include <coroutine>
#include <exception>
#include <future>
#include <utility>

namespace calls {

/// The smallest coroutine type there is: it starts at once, knows nothing of kcpp, and a thread can
/// wait for its end.
class eager {
public:
    class promise_type {
    public:
        eager get_return_object() { return eager(ended_.get_future()); }
        std::suspend_never initial_suspend() noexcept { return {}; }
        /// Locals of the coroutine are gone when this runs.
        std::suspend_never final_suspend() noexcept {
            if (thrown_)
                ended_.set_exception(std::exchange(thrown_, nullptr));
            else
                ended_.set_value();
            return {};
        }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

    private:
        std::promise<void> ended_;
        std::exception_ptr thrown_;
    };

    /// Waits for the end; throws what the coroutine threw.
    void wait() { ended_.get(); }

private:
    explicit eager(std::future<void> ended) : ended_(std::move(ended)) {}
    std::future<void> ended_;
};

} // namespace calls
