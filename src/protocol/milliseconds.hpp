#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace kcpp::protocol {

/// A span as requests carry it; one that is too long for that is the longest there is.
constexpr std::int32_t milliseconds(std::chrono::milliseconds span) noexcept {
    return static_cast<std::int32_t>(std::min<std::int64_t>(span.count(), INT32_MAX));
}

} // namespace kcpp::protocol
