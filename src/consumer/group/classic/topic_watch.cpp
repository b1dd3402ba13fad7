#include "consumer/group/classic/topic_watch.hpp"

#include <algorithm>

namespace kcpp::consuming {

topic_watch::topic_watch(cluster::core& cluster, topic_matcher pattern, runtime::signal& news)
    : cluster_(cluster), matching_(std::move(pattern)), news_(news), wake_(cluster.rt()),
      answered_(cluster.rt()),
      pauses_(cluster.options().retry_backoff, cluster.options().retry_backoff_max) {}

runtime::task<> topic_watch::run(std::shared_ptr<cluster::core> cluster,
                                 std::shared_ptr<topic_watch> self) {
    while (!self->ended_ && !cluster->closing()) {
        if (cluster->rt().now() < self->due_)
            co_await self->wake_.wait(self->due_);
        else
            co_await self->ask();
    }
}

runtime::task<> topic_watch::ask() {
    protocol::metadata::request all;
    all.topics.reset();
    all.allow_auto_topic_creation = false;
    const auto until = runtime::after(cluster_.rt().now(), cluster_.options().request_timeout);
    due_ = runtime::never;
    asking_ = true;
    auto said = co_await cluster_.call_any(all, until);
    asking_ = false;
    if (ended_) co_return;
    const auto now = cluster_.rt().now();
    bool changed = false;
    failure_.reset();
    if (said) {
        const bool first = !told_ && !said->body.brokers.empty();
        told_ = told_ || first;
        changed = matching_.apply(said->body, now) || first;
        ask_by(runtime::after(now, cluster_.options().metadata_max_age));
        ask_by(matching_.next_deletion());
    } else {
        failure_ = said.error();
    }
    if (changed) pauses_.reset();
    earliest_ = runtime::after(now, pauses_.next(cluster_.rt().random()));
    // A broker that is starting knows nothing yet.
    if (!said || !told_) ask_by(earliest_);
    ++answers_;
    answered_.notify();
    if (changed) news_.notify();
}

void topic_watch::ask_by(runtime::time_point when) {
    due_ = std::min(due_, when);
}

void topic_watch::refresh() {
    ask_by(std::max(earliest_, cluster_.rt().now()));
    wake_.notify();
}

runtime::task<result<void>> topic_watch::look(std::shared_ptr<topic_watch> self,
                                              runtime::time_point until) {
    runtime::runtime& rt = self->cluster_.rt();
    const bool is_fresh = self->told_ && !self->failure_ && rt.now() < self->earliest_;
    if (is_fresh) co_return result<void>();
    const auto before = self->answers_;
    if (!self->asking_) self->ask_by(rt.now());
    self->wake_.notify();
    while (self->answers_ == before && !self->ended_ && rt.now() < until)
        co_await self->answered_.wait(until);
    if (self->failure_) co_return *self->failure_;
    if (self->told_) co_return result<void>();
    co_return error(client_errc::timed_out, "no broker has told which topics there are");
}

void topic_watch::end() {
    ended_ = true;
    wake_.notify();
    answered_.notify();
}

} // namespace kcpp::consuming
