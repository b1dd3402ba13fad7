#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace kcpp::testing {

/// Whether a member's metadata, read as a consumer's subscription, names the topic.
bool subscribes(std::span<const std::byte> metadata, std::string_view topic);

} // namespace kcpp::testing
