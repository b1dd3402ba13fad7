// How a producer flushes and ends.

#include "producer/core.hpp"

namespace kcpp::producing {

namespace {

/// The destructor's own patience beyond `close_timeout`: nothing in there waits for the network by
/// then.
constexpr auto grace = std::chrono::seconds(1);

} // namespace

future<void> core::flush() {
    const auto round = outstanding_.next_round();
    return client_->run<void>([self = shared_from_this(), round] {
        return wait_until_finished(self, round, runtime::never);
    });
}

future<void> core::close(std::optional<std::chrono::milliseconds> timeout) {
    closed_.store(true, std::memory_order_release);
    const runtime::duration limit = timeout.value_or(options_.close_timeout);
    return client_->run<void>(
        [self = shared_from_this(), limit] { return shut_down(self, limit); });
}

void core::close_and_wait() noexcept {
    auto closing = close(std::nullopt);
    if (client_->rt().on_io_thread()) return;
    const auto limit =
        std::chrono::duration_cast<std::chrono::milliseconds>(options_.close_timeout + grace);
    const auto ended = closing.result_for(limit);
    if (ended && !*ended)
        log_.warning(ended->error().message());
    else if (!ended)
        log_.error("the producer did not close in time");
}

runtime::task<result<void>> core::wait_until_finished(std::shared_ptr<core> self,
                                                      std::uint64_t round,
                                                      runtime::time_point until) {
    self->sender_.hurry(round);
    while (!self->outstanding_.finished(round) && !self->stopped_) {
        const bool told = co_await self->finished_.wait(until);
        if (!told && self->client_->rt().now() >= until) break;
    }
    co_return self->take_unobserved();
}

runtime::task<result<void>> core::shut_down(std::shared_ptr<core> self, runtime::duration timeout) {
    if (self->stopped_) co_return result<void>();
    const auto until = runtime::after(self->client_->rt().now(), timeout);
    const auto round = self->outstanding_.next_round();
    auto flushed = co_await wait_until_finished(self, round, until);
    if (self->stopped_) co_return flushed;

    const bool left = !self->outstanding_.none();
    const error why(client_errc::closed,
                    base::text("the producer was closed, and this record not delivered within ",
                               timeout, " (close timeout)"));
    self->sender_.fail_all(why);
    for (const auto& topic : std::exchange(self->looking_, {}))
        self->fail_waiting(*topic, why, runtime::never);
    self->budget_.close(self->closed_error());
    self->stopped_ = true;
    self->finished_.notify();
    self->sender_.wake();
    self->client_->metadata().nudge();
    self->lease_.reset();
    if (left)
        co_return error(
            client_errc::timed_out,
            base::text("the producer was closed with records left that were not delivered within ",
                       timeout));
    co_return flushed;
}

} // namespace kcpp::producing
