#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <utility>

namespace kcpp::consuming {

/// What fetched data may take in memory, from its arrival until the application has released the
/// last record of it. Charged by the I/O thread, given back by whoever lets go of a batch.
class byte_budget {
public:
    /// `on_room` is called, on any thread, when something was given back after `want_room`.
    byte_budget(std::size_t limit, std::function<void()> on_room)
        : limit_(limit), on_room_(std::move(on_room)) {}

    void charge(std::size_t bytes) noexcept { held_.fetch_add(bytes); }
    void give_back(std::size_t bytes) {
        held_.fetch_sub(bytes);
        if (wanted_.exchange(false)) on_room_();
    }
    /// To be said before looking at `left`, so that nothing given back in between goes unnoticed.
    void want_room() noexcept { wanted_.store(true); }
    std::size_t left() const noexcept {
        const std::size_t held = held_.load();
        return held < limit_ ? limit_ - held : 0;
    }

private:
    const std::size_t limit_;
    std::atomic<std::size_t> held_{0};
    std::atomic<bool> wanted_{false};
    std::function<void()> on_room_;
};

} // namespace kcpp::consuming
