#pragma once

#include "consumer/tenure.hpp"
#include "runtime/time.hpp"

#include <kcpp/detail/future_state.hpp>
#include <kcpp/error.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace kcpp::consuming {

/// A change of the partitions of a group member that the application's thread has to carry out.
struct rebalance_event {
    enum class kind { assigned, revoked, lost };

    kind what = kind::assigned;
    tenures partitions;
    /// Until when others wait for this member.
    runtime::time_point deadline = runtime::never;
};

/// How the I/O thread tells the application's thread that something is there for it.
///
/// The application resets `news`, looks everywhere, and if there was nothing it waits for `news`:
/// whatever comes after the reset sets it again.
class hand_over {
public:
    /// `on_news` is called, on any thread, when there is news that `await_news` asked for.
    explicit hand_over(std::function<void()> on_news = [] {}) : on_news_(std::move(on_news)) {}

    /// Waited for through runtime::block only.
    detail::event news;
    /// As `news.reset()`, for who cannot block.
    void await_news() {
        news.reset();
        awaited_.store(true);
    }

    /// Something came since `await_news`.
    bool has_news() const noexcept { return !awaited_.load(); }

    /// True since something came that `records()` must not go on without looking at. Cheap enough
    /// to ask per record.
    bool has_attention() const noexcept { return attention_.load(std::memory_order_relaxed); }
    void clear_attention() noexcept { attention_.store(false); }
    /// Data came: who waits should look.
    void data() {
        news.set();
        if (awaited_.exchange(false)) on_news_();
    }
    void interrupt() {
        attention_.store(true);
        data();
    }

    void tell(rebalance_event event) {
        {
            std::lock_guard lock(mutex_);
            events_.push_back(std::move(event));
        }
        interrupt();
    }
    void tell(error failure) {
        {
            std::lock_guard lock(mutex_);
            failures_.push_back(std::move(failure));
        }
        interrupt();
    }
    void wake() {
        woken_.store(true);
        interrupt();
    }
    bool take_wake() noexcept { return woken_.exchange(false); }

    std::optional<rebalance_event> take_event() { return take(events_); }
    std::optional<error> take_failure() { return take(failures_); }
    /// A failure that lasts: told once, and again whenever there is nothing else to tell.
    void set_standing(error failure) {
        std::lock_guard lock(mutex_);
        standing_ = std::move(failure);
    }
    /// What failed before is over, whether the application has heard of it or not.
    void forget_failures() {
        std::lock_guard lock(mutex_);
        failures_.clear();
        standing_.reset();
    }
    std::optional<error> standing() const {
        std::lock_guard lock(mutex_);
        return standing_;
    }
    /// Takes back what the application has not seen of these changes: the partitions that it will
    /// not hear of.
    tenures withdraw(rebalance_event::kind what, const tenures& partitions) {
        const std::set<tenure> taken(partitions.begin(), partitions.end());
        std::lock_guard lock(mutex_);
        tenures unseen;
        for (rebalance_event& e : events_) {
            if (e.what != what) continue;
            tenures left;
            for (tenure& each : e.partitions)
                (taken.contains(each) ? unseen : left).push_back(std::move(each));
            e.partitions = std::move(left);
        }
        std::erase_if(events_,
                      [&](const auto& e) { return e.what == what && e.partitions.empty(); });
        return unseen;
    }

private:
    template <class T>
    std::optional<T> take(std::deque<T>& from) {
        std::lock_guard lock(mutex_);
        if (from.empty()) return std::nullopt;
        std::optional<T> first(std::move(from.front()));
        from.pop_front();
        return first;
    }

    std::function<void()> on_news_;
    std::atomic<bool> awaited_{false};
    mutable std::mutex mutex_;
    std::deque<rebalance_event> events_;
    std::deque<error> failures_;
    std::optional<error> standing_;
    std::atomic<bool> woken_{false};
    std::atomic<bool> attention_{false};
};

} // namespace kcpp::consuming
