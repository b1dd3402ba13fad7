#pragma once

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

namespace bench {

/// Values that say when they were sent: the monotonic clock in their first eight bytes.
class stamp {
public:
    using clock = std::chrono::steady_clock;

    explicit stamp(std::size_t size) : value_(std::max(size, sizeof(clock::rep)), 'x') {}

    /// The next value, sent now. Stays as it is until the next call.
    std::string_view next() {
        const auto now = clock::now().time_since_epoch().count();
        std::memcpy(value_.data(), &now, sizeof now);
        return value_;
    }

    static std::chrono::nanoseconds age(std::string_view value) {
        clock::rep sent = 0;
        std::memcpy(&sent, value.data(), std::min(value.size(), sizeof sent));
        return clock::now().time_since_epoch() - clock::duration(sent);
    }

private:
    std::string value_;
};

} // namespace bench
