#pragma once

#include <string_view>
#include <vector>

namespace kcpp::cli {

/// Runs an embedded cluster until SIGINT or SIGTERM. Returns the program's exit status.
int sandbox(const std::vector<std::string_view>& arguments);

} // namespace kcpp::cli
