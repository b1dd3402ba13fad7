#include "network/frame_assembler.hpp"

#include "wire/endian.hpp"

#include <cstdint>
#include <cstring>
#include <utility>

namespace kcpp::network {

namespace {

constexpr std::size_t staging_bytes = 16 * 1024;
constexpr std::size_t length_bytes = 4;

} // namespace

frame_assembler::frame_assembler(std::size_t max_frame)
    : max_frame_(max_frame), staging_(wire::shared_buffer::allocate(staging_bytes)) {}

std::span<std::byte> frame_assembler::room() {
    if (large_) return large_.bytes().subspan(large_filled_);
    if (taken_ == staged_) {
        taken_ = staged_ = 0;
    } else if (taken_ != 0 && staged_ == staging_.size()) {
        std::memmove(staging_.data(), staging_.data() + taken_, staged_ - taken_);
        staged_ -= std::exchange(taken_, 0);
    }
    return staging_.bytes().subspan(staged_);
}

void frame_assembler::filled(std::size_t bytes) {
    (large_ ? large_filled_ : staged_) += bytes;
}

std::optional<wire::slice> frame_assembler::next() {
    if (refused_) return std::nullopt;
    if (large_) {
        if (large_filled_ < large_.size()) return std::nullopt;
        wire::slice whole{large_, large_.bytes()};
        large_ = {};
        return whole;
    }
    const std::size_t here = staged_ - taken_;
    if (here < length_bytes) return std::nullopt;
    const auto length = wire::load_be<std::int32_t>(staging_.data() + taken_);
    if (length < 0 || static_cast<std::size_t>(length) > max_frame_) {
        refused_ = length;
        return std::nullopt;
    }
    const auto size = static_cast<std::size_t>(length);
    const bool whole = here - length_bytes >= size;
    // A frame that would fit the staging buffer is waited for there: it is about to arrive.
    if (!whole && length_bytes + size <= staging_.size()) return std::nullopt;

    const std::size_t copied = whole ? size : here - length_bytes;
    wire::shared_buffer frame = wire::shared_buffer::allocate(size);
    std::memcpy(frame.data(), staging_.data() + taken_ + length_bytes, copied);
    taken_ += length_bytes + copied;
    if (whole) return wire::slice{frame, frame.bytes()};
    large_ = std::move(frame);
    large_filled_ = copied;
    return std::nullopt;
}

} // namespace kcpp::network
