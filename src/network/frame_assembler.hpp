#pragma once

#include "wire/buffer.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace kcpp::network {

/// Cuts a byte stream into Kafka's frames: four bytes of length, then that many bytes.
///
/// Small frames come many at a time through a staging buffer and are copied out; a large one is
/// read straight into the memory it will stay in. The caller reads into `room()`, tells `filled`,
/// and takes frames with `next` until there is none.
class frame_assembler {
public:
    explicit frame_assembler(std::size_t max_frame);

    /// Where the next bytes from the stream belong; never empty.
    std::span<std::byte> room();
    void filled(std::size_t bytes);

    /// The next whole frame, without its length.
    std::optional<wire::slice> next();

    /// The length that was refused: negative, or above the maximum. Nothing more will come out.
    std::optional<std::int32_t> refused() const noexcept { return refused_; }
    /// True if the stream stands inside a frame.
    bool inside_frame() const noexcept { return large_ || staged_ != taken_; }

private:
    std::size_t max_frame_;
    wire::shared_buffer staging_;
    std::size_t taken_ = 0;
    std::size_t staged_ = 0;
    wire::shared_buffer large_;
    std::size_t large_filled_ = 0;
    std::optional<std::int32_t> refused_;
};

} // namespace kcpp::network
