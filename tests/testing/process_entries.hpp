#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace kcpp::testing {

/// How many entries a folder has: of "/proc/self/fd" the open files and sockets of this process, of
/// "/proc/self/task" its threads.
inline std::ptrdiff_t entries(const char* folder) {
    const std::filesystem::directory_iterator all(folder);
    return std::distance(begin(all), end(all));
}

} // namespace kcpp::testing
