#pragma once

#include <kcpp/detail/future_state.hpp>

#include <memory>

namespace kcpp::producing {

/// Real threads that really wait, and no I/O thread.
class threads_that_wait final : public detail::wait_context {
public:
    static std::shared_ptr<wait_context> make() { return std::make_shared<threads_that_wait>(); }

    bool on_io_thread() const noexcept override { return false; }
    bool block(detail::event& e, std::optional<std::chrono::nanoseconds> limit) override {
        if (limit) return e.wait_for(*limit);
        e.wait();
        return true;
    }
    void execute(unique_function<void()> work) override { work(); }
};

} // namespace kcpp::producing
