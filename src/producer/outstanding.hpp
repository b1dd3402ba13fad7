#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

namespace kcpp::producing {

/// Counts what has no outcome yet, by the round of flushing it was sent in, so that `flush` can
/// tell what was sent before it from what came after. Any thread.
class outstanding {
public:
    /// One more batch, or one more record of the waiting area. Gives the round it belongs to.
    std::uint64_t begin() {
        std::lock_guard lock(mutex_);
        const auto present = round();
        ++open_[present];
        return present;
    }
    /// One more that belongs to an earlier round, because it takes over what began there.
    std::uint64_t begin(std::uint64_t round) {
        std::lock_guard lock(mutex_);
        ++open_[round];
        return round;
    }
    void end(std::uint64_t round) {
        std::lock_guard lock(mutex_);
        const auto found = open_.find(round);
        if (--found->second == 0) open_.erase(found);
    }
    /// Everything begun before this call is of the round that is returned, or of an earlier one.
    std::uint64_t next_round() {
        std::lock_guard lock(mutex_);
        return round_.fetch_add(1, std::memory_order_acq_rel);
    }
    /// Nothing up to that round is without outcome.
    bool finished(std::uint64_t round) const {
        std::lock_guard lock(mutex_);
        return open_.empty() || open_.begin()->first > round;
    }
    bool none() const {
        std::lock_guard lock(mutex_);
        return open_.empty();
    }
    /// The present one. Every record asks for it, so it takes no lock.
    std::uint64_t round() const noexcept { return round_.load(std::memory_order_acquire); }

private:
    mutable std::mutex mutex_;
    std::atomic<std::uint64_t> round_{0};
    std::map<std::uint64_t, std::size_t> open_;
};

} // namespace kcpp::producing
