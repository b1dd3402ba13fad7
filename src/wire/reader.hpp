#pragma once

#include "wire/codec_error.hpp"
#include "wire/endian.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace kcpp::wire {

/// How a length is written: as a signed 16- or 32-bit number, or as an unsigned varint of the
/// length plus one (KIP-482).
enum class length_format : std::uint8_t { int16, int32, compact };

/// Big-endian bytes of a frame that nobody trusts.
///
/// The first failure is kept and the reader becomes empty: each later read gives zero. So callers
/// read on and look at `error` once per array element, not once per field. A length is believed
/// only if the frame still holds the bytes for it and the memory it asks for is within a budget.
class reader {
public:
    /// What a message may take in memory, unless told otherwise: small elements grow when they are
    /// decoded, honest ones not eightfold.
    static constexpr std::size_t default_budget(std::size_t frame) noexcept {
        return 8 * frame + (std::size_t{1} << 20);
    }

    explicit reader(std::span<const std::byte> frame) noexcept
        : reader(frame, default_budget(frame.size())) {}
    reader(std::span<const std::byte> frame, std::size_t budget) noexcept
        : at_(frame.data()), end_(at_ + frame.size()), budget_(budget) {}

    codec_error error() const noexcept { return error_; }
    bool ok() const noexcept { return error_ == codec_error::ok; }
    std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - at_); }

    /// Keeps the first failure.
    void fail(codec_error error) noexcept {
        if (error_ == codec_error::ok) error_ = error;
        at_ = end_;
    }

    template <class Int>
    Int integer() noexcept {
        if (remaining() < sizeof(Int)) {
            fail(codec_error::truncated);
            return 0;
        }
        const std::byte* from = at_;
        at_ += sizeof(Int);
        return load_be<Int>(from);
    }

    /// An unsigned varint of at most 32 bits.
    std::uint32_t uvarint() noexcept {
        if (at_ != end_ && *at_ < std::byte{0x80}) return static_cast<std::uint32_t>(*at_++);
        return long_uvarint();
    }

    /// The next `size` bytes, in place; empty if there are fewer.
    std::span<const std::byte> raw(std::size_t size) noexcept {
        if (remaining() < size) {
            fail(codec_error::truncated);
            return {};
        }
        const std::byte* start = at_;
        at_ += size;
        return {start, size};
    }

    /// A number of elements, or -1 for null where that is allowed. `least` is the smallest encoding
    /// of one element, `stride` what one takes in memory.
    std::int64_t length(length_format format, std::size_t least, std::size_t stride,
                        bool null_allowed) noexcept;

private:
    std::uint32_t long_uvarint() noexcept;

    const std::byte* at_;
    const std::byte* end_;
    std::size_t budget_;
    codec_error error_ = codec_error::ok;
};

} // namespace kcpp::wire
