#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <ucontext.h>

namespace kcpp::testing {

/// A function on a stack of its own, which runs until it yields or ends, all in one thread. The
/// sanitizers are told of every switch.
class fiber {
public:
    explicit fiber(std::function<void()> body);
    fiber(const fiber&) = delete;
    fiber& operator=(const fiber&) = delete;
    /// Must have ended: a stack cannot be unwound from outside.
    ~fiber();

    /// Runs it until it yields or ends. Not from inside a fiber.
    void resume();
    bool ended() const noexcept { return ended_; }
    /// What escaped the body.
    std::exception_ptr failure() const noexcept { return failure_; }

    /// The one that is running, or null.
    static fiber* current() noexcept;
    /// Back to whoever resumed the current one.
    static void yield();

private:
    /// What the C++ runtime keeps per thread about exceptions under way: a fiber may yield inside a
    /// catch block.
    struct exception_state {
        void* caught = nullptr;
        unsigned int uncaught = 0;
    };

    static void enter();
    void run();
    void swap_exceptions() noexcept;

    std::function<void()> body_;
    void* stack_ = nullptr;
    ucontext_t context_{};
    ucontext_t caller_{};
    exception_state exceptions_;
    std::exception_ptr failure_;
    bool ended_ = false;

    // For the sanitizers.
    [[maybe_unused]] void* own_fake_stack_ = nullptr;
    [[maybe_unused]] void* caller_fake_stack_ = nullptr;
    [[maybe_unused]] const void* caller_bottom_ = nullptr;
    [[maybe_unused]] std::size_t caller_size_ = 0;
    [[maybe_unused]] void* thread_fiber_ = nullptr;
    [[maybe_unused]] void* thread_caller_ = nullptr;
};

} // namespace kcpp::testing
