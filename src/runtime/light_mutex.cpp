#include "runtime/light_mutex.hpp"

#include <chrono>
#include <thread>

namespace kcpp::runtime {

namespace {

/// About as long as anybody holds it, unless it was interrupted meanwhile.
constexpr int looks = 200;
/// Whoever holds it may wait for this processor.
constexpr int offers = 20;
constexpr auto nap = std::chrono::microseconds(50);

void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

} // namespace

void light_mutex::wait() noexcept {
    int tries = 0;
    do {
        for (; held_.load(std::memory_order_relaxed); ++tries) {
            if (tries < looks)
                relax();
            else if (tries < looks + offers)
                std::this_thread::yield();
            else
                std::this_thread::sleep_for(nap);
        }
    } while (held_.exchange(true, std::memory_order_acquire));
}

} // namespace kcpp::runtime
