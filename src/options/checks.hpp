#pragma once

#include "options/option_error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string_view>

namespace kcpp::options {

/// Kafka carries times in 32 bits, 24.8 days; no wait of a client's needs more.
inline constexpr std::chrono::milliseconds longest{std::numeric_limits<std::int32_t>::max()};

/// An option by its own name and Kafka's, its value, and what it may be.
struct checked_duration {
    std::string_view name;
    std::chrono::milliseconds value;
    std::chrono::milliseconds least = std::chrono::milliseconds(1);
};

struct checked_number {
    std::string_view name;
    std::int64_t value;
    std::int64_t least;
    std::int64_t most = std::numeric_limits<std::int32_t>::max();
};

struct checked_text {
    std::string_view name;
    std::string_view value;
};

/// Sizes that no int64 holds are beyond every limit all the same.
constexpr std::int64_t number(std::size_t size) noexcept {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return size > static_cast<std::uint64_t>(most) ? most : static_cast<std::int64_t>(size);
}

// Each finds the first that is out of its bounds.

std::optional<error> first_wrong(std::initializer_list<checked_duration> durations);
std::optional<error> first_wrong(std::initializer_list<checked_number> numbers);
/// Kafka's strings have a 16-bit length.
std::optional<error> first_wrong(std::initializer_list<checked_text> texts);

} // namespace kcpp::options
