// How a consumer leaves its group and ends.

#include "consumer/core.hpp"

#include <algorithm>
#include <chrono>

namespace kcpp::consuming {

namespace {

/// When commits have to be done, so that there is time to say goodbye: of a member that goes
/// without a word the others take over only when its session has ended.
runtime::time_point before_goodbye(runtime::time_point now, runtime::time_point until) {
    constexpr auto most = std::chrono::seconds(1);
    return until > now ? until - std::min<runtime::duration>((until - now) / 4, most) : until;
}

} // namespace

/// Gives everything up in good order, handlers and commits included. The first thing that failed.
result<void> core::leave_group(runtime::time_point until) {
    const auto commits_until = before_goodbye(cluster_->rt().now(), until);
    result<void> committed;
    if (mode_ == mode::in_group) {
        auto stopping = wait_for(cluster_->run<std::optional<rebalance_event>>(
                                     [self = shared_from_this()] { return begin_leave(self); }),
                                 until);
        // What was lost before is told; what was about to be assigned never was.
        while (const auto event = hand_.take_event())
            if (event->what == rebalance_event::kind::lost) carry_out(*event);
        if (stopping && *stopping) {
            auto revoked = **stopping;
            revoked.deadline = commits_until;
            committed = revoke(revoked);
        }
    } else {
        committed = commit_by_itself(done_so_far(), commits_until);
    }
    auto left = wait_for(cluster_->run<void>([self = shared_from_this(), commits_until, until] {
        return end_membership(self, commits_until, until);
    }),
                         until);
    table_.clear();
    hand_.forget_failures();
    // A records() loop that this happens in must not go on with what it has in hand.
    hand_.interrupt();
    rebalancing_ = false;
    return committed ? left : committed;
}

runtime::task<result<std::optional<rebalance_event>>>
core::begin_leave(std::shared_ptr<core> self) {
    self->entering_.reset();
    if (!self->member_) co_return std::optional<rebalance_event>();
    co_return self->member_->begin_leave();
}

runtime::task<result<void>> core::end_membership(std::shared_ptr<core> self,
                                                 runtime::time_point commits_until,
                                                 runtime::time_point until) {
    self->entering_.reset();
    co_await committer::finish(self, commits_until);
    if (const auto leaving = std::exchange(self->member_, nullptr))
        co_await member::leave(self, leaving, until);
    co_return result<void>();
}

result<void> core::close(std::optional<std::chrono::milliseconds> timeout) {
    const turn mine(*this, "close");
    if (closed_) return {};
    if (cluster_->rt().on_io_thread())
        return error(client_errc::would_deadlock,
                     "consumer::close blocks, and was refused on kcpp's I/O thread");
    const auto until = in(timeout.value_or(options_.close_timeout));
    end_loop();
    settle();
    auto left = leave_group(until);
    closed_ = true;
    auto ended = wait_for(cluster_->run<void>([self = shared_from_this(), until] {
        return shut_down(self, {}, until);
    }),
                          until);
    rethrow_kept();
    return left ? ended : left;
}

void core::close_and_wait() noexcept {
    if (std::exchange(closed_, true)) return;
    // The batch in the application's hands is not done: an exception may be what ends it.
    auto last = commits_by_itself() ? table_.uncommitted_done() : progress();
    say_what_is_not_committed(last.next);
    const auto until = in(options_.close_timeout);
    auto ending =
        cluster_->run<void>([self = shared_from_this(), last = std::move(last), until]() mutable {
            return shut_down(self, std::move(last), until);
        });
    if (cluster_->rt().on_io_thread()) return;
    auto ended = wait_for(std::move(ending), until);
    if (!ended) log_.warning(ended.error().message());
}

runtime::task<result<void>> core::shut_down(std::shared_ptr<core> self, progress last,
                                            runtime::time_point until) {
    const auto commits_until = before_goodbye(self->cluster_->rt().now(), until);
    auto committed = co_await committer::commit(self, std::move(last), committer::asked_by::nobody,
                                                commits_until);
    if (!committed)
        self->log_.warning("group ", self->options_.group_id, ": ", committed.error().message());
    (void)co_await end_membership(self, commits_until, until);
    self->stopped_ = true;
    self->table_.clear();
    self->fetcher_.wake();
    self->finder_.wake();
    self->hand_.interrupt();
    self->cluster_->metadata().nudge();
    self->cluster_->pool().close_lane(self->lane_, self->closed_error());
    self->lease_.reset();
    co_return committed;
}

void core::say_what_is_not_committed(const offsets& still_to_commit) const {
    if (!coordinator_) return;
    constexpr std::size_t most_named = 5;
    std::string named;
    std::size_t count = 0;
    for (const auto& [place, behind] : table_.uncommitted()) {
        const auto last = still_to_commit.find(place);
        if (last != still_to_commit.end() && last->second.offset == behind.offset) continue;
        if (++count <= most_named)
            named += base::text(count == 1 ? "" : ", ", to_string(place), " up to offset ",
                                behind.offset);
    }
    if (count > most_named) named += base::text(" and ", count - most_named, " more partitions");
    if (count > 0)
        log_.warning("group ", options_.group_id, ": closed without a commit for what was read of ",
                     named);
}

} // namespace kcpp::consuming
