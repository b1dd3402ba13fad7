#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kcpp::options {

/// A key or value of a `.properties` file without its escapes: `\t`, `\n`, `\r`, `\f`, `\uXXXX` as
/// UTF-8, and any other letter for itself. Nothing if a `\u` has no four hexadecimal digits, or
/// half a surrogate pair.
std::optional<std::string> unescape(std::string_view escaped);

} // namespace kcpp::options
