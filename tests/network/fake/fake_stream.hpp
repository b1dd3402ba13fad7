#pragma once

#include "runtime/stream.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <utility>

namespace kcpp::runtime {

/// How the streams of one runtime behave.
struct stream_settings {
    /// No read gives more bytes than this.
    std::size_t largest_read = std::numeric_limits<std::size_t>::max();
    /// Nobody takes what is written: writes do not end, as with a peer that has stopped reading.
    bool stalled = false;
    /// Goes on with the writes that have stalled: their memory is read only now, as the kernel may.
    void resume_writes();
    std::map<const void*, std::function<void()>> stalled_writes{};
    /// How many are alive.
    std::size_t streams = 0;
};

/// Two ends of a connection in memory. What one writes the other reads, in order; closing one end
/// lets the other read what was written before, and then the end of the stream.
std::pair<std::unique_ptr<stream>, std::unique_ptr<stream>>
connected_pair(executor ex, stream_settings& settings);

} // namespace kcpp::runtime
