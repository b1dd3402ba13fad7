#pragma once

#include <cstddef>

namespace kcpp::protocol {

/// What this thread asked `operator new` for so far. A program that links allocations.cpp counts.
std::size_t allocated_bytes() noexcept;

} // namespace kcpp::protocol
