#pragma once

#include <cstdint>
#include <optional>

namespace bench {

/// Heap allocations of this process so far: malloc, calloc, realloc and the aligned ones, and so
/// every `new`, of every library that is loaded. Nothing where they cannot be counted: without
/// glibc, and under a sanitizer, which has an allocator of its own.
std::optional<std::uint64_t> allocations() noexcept;

} // namespace bench
