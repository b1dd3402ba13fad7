#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace kcpp::producing {

/// What batches have come to of late, in whatever partition: how large the first one of a partition
/// begins, so that it need not be copied each time it doubles. Falls with the first smaller batch
/// and rises by doubling, so that many partitions with little each are not given much each. Any
/// thread; two at once may lose a word of each other, which does no harm.
class usual_size {
public:
    struct sizes {
        std::size_t bytes = 0;
        std::size_t reports = 0;
    };
    void note(sizes closed) noexcept {
        follow(bytes_, closed.bytes);
        follow(reports_, closed.reports);
    }
    sizes get() const noexcept {
        return {bytes_.load(std::memory_order_relaxed), reports_.load(std::memory_order_relaxed)};
    }

private:
    static void follow(std::atomic<std::size_t>& usual, std::size_t seen) noexcept {
        constexpr std::size_t least = 512;
        const std::size_t now = usual.load(std::memory_order_relaxed);
        usual.store(std::min(seen, std::max(least, 2 * now)), std::memory_order_relaxed);
    }

    std::atomic<std::size_t> bytes_{0};
    std::atomic<std::size_t> reports_{0};
};

} // namespace kcpp::producing
