// When the I/O thread has to be woken: waking it costs more than a hundred records do.

#include "producer/core.hpp"
#include "producer/sender.hpp"

#include <algorithm>

namespace kcpp::producing {

void sender::tell(partition_queue& changed, std::size_t ready_bytes) {
    {
        std::lock_guard lock(news_mutex_);
        news_.push_back(&changed);
        news_bytes_ += ready_bytes;
        const bool crowded = ready_bytes != 0 && changed.backlog() > 1;
        const bool can_wait =
            comes_by_ &&
            (news_bytes_ == 0 || (all_busy_ && !crowded && news_bytes_ < worth_a_request));
        if (called_ || can_wait) return;
        called_ = true;
    }
    core_.client_->rt().execute([self = core_.shared_from_this()] { self->sender_.wake(); });
}

/// Whether there were any.
bool sender::collect_news(runtime::time_point now) {
    std::vector<partition_queue*> news;
    {
        std::lock_guard lock(news_mutex_);
        news.swap(news_);
        news_bytes_ = 0;
        called_ = comes_by_ = false;
    }
    for (partition_queue* changed : news)
        list(*changed, now);
    return !news.empty();
}

/// Until when the I/O thread sleeps, if there is something to do at `until`. As long as records
/// keep coming it looks after them by itself, so that they need not wake it.
runtime::time_point sender::come_by(runtime::time_point until, bool lively) {
    const bool all_busy = !links_.empty() && std::ranges::all_of(links_, [](const auto& entry) {
        return entry.second.in_flight > 0;
    });
    const auto linger = core_.options_.linger;
    const auto soon = runtime::after(core_.client_->rt().now(), linger);
    const bool may_wait = linger > linger.zero();
    if (may_wait && all_busy && lively) until = std::min(until, soon);
    std::lock_guard lock(news_mutex_);
    comes_by_ = may_wait && until <= soon;
    all_busy_ = all_busy;
    return until;
}

} // namespace kcpp::producing
