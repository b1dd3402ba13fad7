#pragma once

#include <optional>
#include <string_view>

namespace kcpp::options {

/// The known property whose name is nearest to `key`, if one is near enough to have been meant. '_'
/// and '-' count as '.', upper case as lower.
std::optional<std::string_view> suggestion_for(std::string_view key);

} // namespace kcpp::options
