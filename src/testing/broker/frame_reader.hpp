#pragma once

#include "runtime/stream.hpp"
#include "runtime/task.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace kcpp::testing {

/// Cuts what a client sends into frames.
class frame_reader {
public:
    /// The largest request that Kafka takes (socket.request.max.bytes).
    static constexpr std::int32_t max_frame = 104857600;

    explicit frame_reader(runtime::stream& from) : from_(from) {}

    /// The next frame without its length, valid until the next call; false if the connection ended
    /// or the length is absurd.
    runtime::task<bool> next(std::span<const std::byte>& frame);

private:
    runtime::task<bool> fill(std::size_t wanted);

    runtime::stream& from_;
    std::vector<std::byte> buffer_ = std::vector<std::byte>(16384);
    std::size_t begin_ = 0; // of what is not given out yet
    std::size_t end_ = 0;
};

} // namespace kcpp::testing
