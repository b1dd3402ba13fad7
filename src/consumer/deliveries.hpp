#pragma once

#include "consumer/delivery.hpp"

#include <deque>
#include <memory>

namespace kcpp::consuming {

/// Which batches the application still holds. A partition is done as far as its batches were
/// released in order: what somebody still works on, and what was handed out after that, must not be
/// committed.
///
/// For the application's thread.
class deliveries {
public:
    void add(std::shared_ptr<delivery> handed_out) { out_.push_back(std::move(handed_out)); }

    /// Calls `done(part)` for what has become done since the last time.
    template <class Done>
    void settle(Done done);

private:
    std::deque<std::shared_ptr<delivery>> out_;
};

template <class Done>
void deliveries::settle(Done done) {
    std::deque<std::shared_ptr<delivery>> held;
    for (std::size_t i = 0; i < out_.size(); ++i) {
        delivery& one = *out_[i];
        if (!one.released.load(std::memory_order_acquire)) {
            held.push_back(out_[i]);
            continue;
        }
        std::erase_if(one.parts, [&](const delivery::part& part) {
            for (const auto& earlier : held)
                for (const auto& other : earlier->parts)
                    if (*other.place == *part.place) return false;
            done(part);
            return true;
        });
        if (!one.parts.empty()) held.push_back(out_[i]);
    }
    out_ = std::move(held);
}

} // namespace kcpp::consuming
