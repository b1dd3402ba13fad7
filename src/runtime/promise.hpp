#pragma once

#include <kcpp/future.hpp>

#include <memory>
#include <utility>

namespace kcpp {

/// The other end of a future: whoever runs the operation holds it and completes it once, from any
/// thread.
template <class T>
class promise {
public:
    explicit promise(std::shared_ptr<detail::wait_context> context)
        : state_(std::make_shared<detail::future_state<T>>(std::move(context))) {}
    /// With a state of one's own, which hears of failures nobody looked at.
    explicit promise(std::shared_ptr<detail::future_state<T>> state) noexcept
        : state_(std::move(state)) {}

    future<T> get_future() const { return future<T>(state_); }
    void complete(result<T> outcome) const { state_->complete(std::move(outcome)); }

private:
    std::shared_ptr<detail::future_state<T>> state_;
};

} // namespace kcpp
