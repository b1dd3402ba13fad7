#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace kcpp::options {

/// Reads a duration as Java's `Duration.parse` does, in whole milliseconds: "P2D", "PT1H30M",
/// "P1DT0.5S", in letters of either size. Nothing for anything else, for negative ones, and for
/// more than 10,000 days.
std::optional<std::chrono::milliseconds> parse_iso_duration(std::string_view text);

} // namespace kcpp::options
