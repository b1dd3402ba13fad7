#pragma once

#include "base/text.hpp"

#include <kcpp/error.hpp>

namespace kcpp::options {

/// An option that cannot be, as a sentence from its parts.
template <class... Parts>
error option_error(const Parts&... parts) {
    return {client_errc::invalid_option, base::text(parts...)};
}

} // namespace kcpp::options
