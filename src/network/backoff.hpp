#pragma once

#include "runtime/time.hpp"

#include <algorithm>
#include <cstdint>

namespace kcpp::network {

/// Growing pauses between attempts: doubling from `first` up to `most`, each varied by ±20 % so
/// that many clients do not come back at the same moment (KIP-144, KIP-580).
class backoff {
public:
    backoff(runtime::duration first, runtime::duration most) noexcept
        : first_(first), most_(most) {}

    int failures() const noexcept { return failures_; }
    void reset() noexcept { failures_ = 0; }

    /// Counts one more failure and gives the pause before the next attempt. `random` is any 64
    /// bits.
    runtime::duration next(std::uint64_t random) noexcept {
        constexpr int most_doublings = 40;
        runtime::duration pause = first_;
        for (int i = 0; i < std::min(failures_, most_doublings) && pause < most_; ++i)
            pause *= 2;
        pause = std::min(pause, most_);
        ++failures_;
        constexpr std::int64_t thousand = 1000, spread = 400, least = 800;
        return pause / thousand * (least + static_cast<std::int64_t>(random % (spread + 1)));
    }

private:
    runtime::duration first_;
    runtime::duration most_;
    int failures_ = 0;
};

} // namespace kcpp::network
