#pragma once

#include "runtime/runtime.hpp"

#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace kcpp::runtime {

/// Looks a host name up, blocking, as getaddrinfo does.
using blocking_lookup = std::function<lookup_result(const std::string& host, std::uint16_t port)>;

lookup_result system_lookup(const std::string& host, std::uint16_t port);

/// True, and the address, if `host` is one in numbers already.
bool numeric_address(const std::string& host, std::uint16_t port, address& found);

/// Asks for a name on the process's look-up thread, which is detached and owns all it touches: a
/// getaddrinfo that hangs delays only later look-ups, never a close. `done` is called on that
/// thread, so it must hold nothing that belongs to another.
void look_up_elsewhere(std::string host, std::uint16_t port, blocking_lookup how,
                       std::function<void(lookup_result)> done);

} // namespace kcpp::runtime
