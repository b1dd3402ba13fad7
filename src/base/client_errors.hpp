#pragma once

#include <kcpp/error_codes.hpp>

#include <span>
#include <string_view>

namespace kcpp::base {

/// What trying again, or going on, is worth after an error.
enum class outlook {
    /// The same call would fail again.
    hopeless,
    /// The same call may succeed later.
    retriable,
    /// The object cannot be used any more.
    fatal,
};

/// One line of the table of everything the client itself finds.
struct client_error {
    client_errc code;
    std::string_view message;
    base::outlook outlook = base::outlook::hopeless;
};

std::span<const client_error> client_errors() noexcept;

/// Null if there is no such code.
const client_error* find_client_error(int code) noexcept;

} // namespace kcpp::base
