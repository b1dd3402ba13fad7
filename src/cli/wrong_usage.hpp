#pragma once

#include <stdexcept>

namespace kcpp::cli {

/// Somebody typed what the program does not understand; it then ends with status 2, where other
/// failures end it with 1.
struct wrong_usage : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

} // namespace kcpp::cli
