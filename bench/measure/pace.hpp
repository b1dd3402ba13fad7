#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

namespace bench {

/// Holds a loop to a number of steps a second, by waking once a millisecond for all that is due: a
/// wake-up for each of 20,000 would cost more than what is measured.
class pace {
public:
    /// 0: as fast as it goes.
    explicit pace(double per_second) noexcept : per_second_(per_second) {}

    /// Waits until step `i`, counted from 0, is due.
    void wait(std::uint64_t i) {
        if (per_second_ == 0) return;
        while (i >= due_) {
            std::this_thread::sleep_until(next_);
            next_ += std::chrono::milliseconds(1);
            const std::chrono::duration<double> passed = next_ - begin_;
            due_ = static_cast<std::uint64_t>(passed.count() * per_second_);
        }
    }

private:
    using clock = std::chrono::steady_clock;
    double per_second_;
    clock::time_point begin_ = clock::now();
    clock::time_point next_ = begin_;
    std::uint64_t due_ = 0;
};

} // namespace bench
