#pragma once

#include "runtime/promise.hpp"

#include <kcpp/detail/future_state.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace kcpp::producing {

/// What all records of a producer may take in memory. Any thread.
///
/// A request larger than the whole budget is granted when nothing else is held: a record may be
/// that large, but only alone.
class byte_budget {
public:
    byte_budget(std::size_t bytes, std::shared_ptr<detail::wait_context> context);

    bool try_take(std::size_t bytes);
    /// Takes what is due even if it is not there: for bytes that were held in another form before.
    void take_anyway(std::size_t bytes);
    void give_back(std::size_t bytes);
    /// The same, but who waits is woken once there is room for many records: waking a thread for
    /// each batch costs more than its records do. True if somebody is left waiting who has room
    /// now; to be let in by `let_in` soon.
    bool give_back_for_many(std::size_t bytes);
    /// Wakes all who have room.
    void let_in();

    /// Blocks until `try_take(bytes)` may succeed, first come first served; false at the end of
    /// `limit`, when closed or when a stop is requested.
    bool wait_for(std::size_t bytes, std::chrono::nanoseconds limit,
                  const std::stop_token& stop = {});
    /// The same as a future.
    future<void> space_for(std::size_t bytes);

    /// Nobody waits any more.
    void close(const error& why);

    std::size_t held() const;
    /// What is room for many records.
    std::size_t plenty() const noexcept { return limit_ / 16; }

private:
    struct waiter {
        std::size_t bytes = 0;
        detail::event* thread = nullptr;
        std::optional<promise<void>> coroutine{};
    };
    /// Beside what is held, and what others are about to take.
    bool fits(std::size_t bytes, std::size_t promised = 0) const noexcept {
        const std::size_t taken = held_ + promised;
        return held_ == 0 || (taken <= limit_ && bytes <= limit_ - taken);
    }
    void announce(std::vector<promise<void>> to, const result<void>& outcome);

    const std::size_t limit_;
    std::shared_ptr<detail::wait_context> context_;
    mutable std::mutex mutex_;
    std::size_t held_ = 0;
    std::deque<std::shared_ptr<waiter>> waiting_;
    std::optional<error> closed_;
};

} // namespace kcpp::producing
