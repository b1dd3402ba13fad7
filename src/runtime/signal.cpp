#include "runtime/signal.hpp"

#include <algorithm>

namespace kcpp::runtime {

task<bool> signal::wait(time_point until) {
    auto self = std::make_shared<waiter>();
    self->alarm = runtime_.make_timer();
    waiters_.push_back(self);
    co_await self->alarm->wait(until);
    // Notified waiters are off the list already, and the signal itself may be gone by now.
    if (!self->notified) std::erase(waiters_, self);
    co_return self->notified;
}

void signal::notify() {
    for (const auto& w : std::exchange(waiters_, {})) {
        w->notified = true;
        w->alarm->cancel();
    }
}

task<void> sleep_until(runtime& rt, time_point until) {
    auto alarm = rt.make_timer();
    co_await alarm->wait(until);
}

} // namespace kcpp::runtime
