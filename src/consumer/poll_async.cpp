// How records are handed out without blocking anybody: poll, as a coroutine on the I/O thread.

#include "consumer/core.hpp"
#include "runtime/promise.hpp"

#include <atomic>
#include <functional>

namespace kcpp::consuming {

namespace {

enum class fate { open, ran, dropped };

/// Notes what became of a handler, be it that its executor dropped it.
class end_of_handler {
public:
    end_of_handler(std::shared_ptr<std::atomic<fate>> which, std::function<void()> told)
        : which_(std::move(which)), told_(std::move(told)) {}
    end_of_handler(const end_of_handler&) = delete;
    end_of_handler& operator=(const end_of_handler&) = delete;
    ~end_of_handler() {
        which_->store(ran ? fate::ran : fate::dropped);
        told_();
    }
    bool ran = false;

private:
    std::shared_ptr<std::atomic<fate>> which_;
    std::function<void()> told_;
};

template <class Work>
void run_in(executor& place, std::unique_ptr<end_of_handler> end, Work work) {
    try {
        place.execute([work = std::move(work), end = std::move(end)]() mutable {
            work();
            end->ran = true;
            end.reset();
        });
    } catch (...) {
        // The work is gone, and its end with it, which has noted that.
    }
}

} // namespace

future<consumer_batch> core::poll_async(std::chrono::milliseconds timeout) {
    auto mine = std::make_unique<turn>(*this, "poll_async");
    if (auto wrong = not_readable("poll_async")) return failed<consumer_batch>(*wrong);
    const bool has_handlers = handlers_.assigned || handlers_.revoked || handlers_.lost;
    if (has_handlers && !handlers_.executor)
        return failed<consumer_batch>(
            error(client_errc::wrong_state,
                  "consumer::poll_async: there are rebalance handlers and no place to run them; "
                  "set rebalance_handlers::executor, or use poll()"));
    promise<consumer_batch> to(cluster_->wait_context());
    auto waiting = to.get_future();
    cluster_->rt().execute(
        [self = shared_from_this(), to, until = in(timeout), mine = std::move(mine)]() mutable {
            self->cluster_->spawn(poll_for(self, to, until, std::move(mine)));
        });
    return waiting;
}

runtime::task<> core::poll_for(std::shared_ptr<core> self, promise<consumer_batch> to,
                               runtime::time_point until, std::unique_ptr<turn> mine) {
    auto here = std::make_unique<presence>(*self);
    self->leave_loop();
    self->settle();
    auto outcome = co_await next_batch(self, until);
    // Whoever is told may poll again.
    here.reset();
    mine.reset();
    to.complete(std::move(outcome));
}

runtime::task<result<consumer_batch>> core::next_batch(std::shared_ptr<core> self,
                                                       runtime::time_point until) {
    for (;;) {
        if (self->stopped_) co_return self->closed_error();
        self->hand_.await_news();
        if (const auto event = self->hand_.take_event()) {
            co_await carry_out_async(self, *event);
            continue;
        }
        if (self->kept_ && !self->rebalancing_) co_return self->take_kept();
        if (auto failure = self->next_error()) co_return *failure;
        if (self->hand_.take_wake()) co_return consumer_batch();
        auto pieces = co_await collect_async(self);
        if (!pieces) co_return pieces.error();
        if (auto records = self->hand_out(*std::move(pieces))) co_return *std::move(records);
        if (self->cluster_->rt().now() >= until) {
            if (self->kept_) co_return self->take_kept();
            if (auto failure = self->standing_error()) co_return *failure;
            co_return consumer_batch();
        }
        // What came while something was unpacked has told nobody.
        if (!self->hand_.has_news()) co_await self->polling_.wait(until);
    }
}

/// Unpacking takes long, and others wait for the I/O thread.
runtime::task<result<std::vector<piece>>> core::collect_async(std::shared_ptr<core> self) {
    const bool packed = (self->in_hand_ && self->in_hand_->is_packed()) || self->table_.is_packed();
    if (!packed) co_return self->collect();
    const auto found = std::make_shared<std::optional<result<std::vector<piece>>>>();
    unique_function<void()> work = [self, found] { found->emplace(self->collect()); };
    co_await self->cluster_->rt().apart(std::move(work));
    if (!*found) co_return self->closed_error();
    co_return std::move(**found);
}

/// What a handler threw, as far as it can be told.
error core::take_kept() {
    try {
        std::rethrow_exception(std::exchange(kept_, nullptr));
    } catch (const kafka_error& thrown) {
        return thrown.detail();
    } catch (const std::exception& thrown) {
        return error(client_errc::handler_failed,
                     base::text("a rebalance handler threw \"", thrown.what(), '"'));
    } catch (...) {
        return error(client_errc::handler_failed, "a rebalance handler threw");
    }
}

/// As `carry_out`.
runtime::task<> core::carry_out_async(std::shared_ptr<core> self, rebalance_event event) {
    switch (event.what) {
    case rebalance_event::kind::assigned:
        self->begin_assigned(event);
        co_await call_async(self, self->handlers_.assigned, event);
        self->table_.release(event.partitions);
        break;
    case rebalance_event::kind::revoked:
        self->begin_revoked(event);
        co_await commit_async(self, self->done_so_far());
        co_await call_async(self, self->handlers_.revoked, event);
        self->end_revoked(event);
        break;
    case rebalance_event::kind::lost:
        self->meter_.lost();
        co_await call_async(self, self->handlers_.lost, event);
        self->rebalancing_ = false;
        break;
    }
}

/// Runs a handler where the application wants it, and commits what the handler asked for.
runtime::task<> core::call_async(std::shared_ptr<core> self,
                                 const std::function<void(rebalance_scope&)>& handler,
                                 const rebalance_event& event) {
    if (!handler) co_return;
    const auto became = std::make_shared<std::atomic<fate>>(fate::open);
    progress wanted;
    run_in(*self->handlers_.executor,
           std::make_unique<end_of_handler>(became, [self] { self->wake_polling(); }),
           [&, self] { wanted = self->call(handler, event); });
    while (became->load() == fate::open)
        co_await self->polling_.wait(runtime::never);
    if (became->load() == fate::dropped)
        self->log_.error("rebalance_handlers::executor dropped a handler without running it");
    co_await commit_async(self, std::move(wanted));
}

runtime::task<> core::commit_async(std::shared_ptr<core> self, progress made) {
    if (made.next.empty()) co_return;
    auto committed = co_await committer::commit(self, std::move(made), committer::asked_by::nobody,
                                                self->handler_deadline_);
    if (!committed)
        self->log_.warning("group ", self->options_.group_id, ": ", committed.error().message());
}

} // namespace kcpp::consuming
