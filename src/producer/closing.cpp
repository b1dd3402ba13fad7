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
    refuse_more();
    const runtime::duration limit = timeout.value_or(options_.close_timeout);
    return client_->run<void>(
        [self = shared_from_this(), limit] { return shut_down(self, limit); });
}

void core::refuse_more() {
    closed_.store(true, std::memory_order_release);
    // Who waits for room waits in vain.
    budget_.close(closed_error());
}

void core::close_and_wait() noexcept {
    refuse_more();
    auto closing = client_->run<void>([self = shared_from_this()] { return end(self); });
    if (client_->rt().on_io_thread()) {
        closing.then([self = shared_from_this()](result<void> ended) {
            if (!ended) self->log_.warning(ended.error().message());
        });
        return;
    }
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
    co_return self->bystander_->take_unobserved();
}

runtime::task<result<void>> core::shut_down(std::shared_ptr<core> self, runtime::duration timeout) {
    if (self->stopped_) co_return result<void>();
    const auto until = runtime::after(self->client_->rt().now(), timeout);
    const auto round = self->outstanding_.next_round();
    auto flushed = co_await wait_until_finished(self, round, until);
    if (self->stopped_) co_return flushed;

    const auto left = self->give_up_everything(
        error(client_errc::closed,
              base::text("the producer was closed, and this record not delivered within ", timeout,
                         ", the time that was given for it")));
    self->stopped_ = true;
    self->finished_.notify();
    self->sender_.wake();
    self->client_->metadata().nudge();
    self->lease_.reset();
    if (left != 0)
        co_return error(client_errc::timed_out,
                        base::text("the producer was closed with records left: ", left,
                                   left == 1 ? " was" : " were", " not delivered within ", timeout,
                                   "; a longer close timeout gives them more time"));
    co_return flushed;
}

runtime::task<result<void>> core::end(std::shared_ptr<core> self) {
    auto closed = co_await shut_down(self, self->options_.close_timeout);
    self->bystander_->forget_hook();
    co_return closed;
}

std::size_t core::give_up_everything(const error& why) {
    std::size_t records = sender_.fail_all(why);
    for (const auto& topic : all_topics()) {
        auto waiting = take_late(*topic, runtime::never);
        if (waiting.empty()) continue;
        records += waiting.size();
        const std::string cause = topic->partitions.empty()
                                      ? client_->metadata().explain_missing(topic->name).message()
                                      : "the topic has no such partition";
        const error here(
            why.code(),
            base::text("produce to ", topic->name, ": ", why.message(), "; last: ", cause),
            {.topic = topic->name});
        for (waiting_record& each : waiting)
            give_up(each, here);
    }
    looking_.clear();
    return records;
}

} // namespace kcpp::producing
