#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
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
    std::size_t held() const noexcept { return held_.load(); }
    std::size_t limit() const noexcept { return limit_; }
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

/// Holds that much of the budget as long as it lives.
class byte_charge {
public:
    byte_charge(std::shared_ptr<byte_budget> budget, std::size_t bytes)
        : budget_(std::move(budget)), bytes_(bytes) {
        budget_->charge(bytes_);
    }
    byte_charge(const byte_charge&) = delete;
    byte_charge& operator=(const byte_charge&) = delete;
    ~byte_charge() { budget_->give_back(bytes_); }

    const std::shared_ptr<byte_budget>& budget() const noexcept { return budget_; }

private:
    std::shared_ptr<byte_budget> budget_;
    std::size_t bytes_;
};

} // namespace kcpp::consuming
