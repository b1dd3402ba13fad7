#pragma once

#include "wire/endian.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace kcpp::wire {

/// What a writer does with payloads (record batches): copy them in, or leave a gap and remember
/// them.
enum class payloads : std::uint8_t { copied, gathered };

/// A place in the written bytes where a payload belongs that was not copied.
struct cut {
    std::size_t offset;
    std::span<const std::byte> payload;
};

/// Bytes that an unsigned varint takes.
constexpr std::size_t uvarint_size(std::uint32_t value) noexcept {
    return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

/// Big-endian bytes in a buffer that grows and is reused; new memory is not zeroed.
class writer {
public:
    explicit writer(payloads how = payloads::copied) noexcept : how_(how) {}
    writer(writer&& other) noexcept : writer(other.how_) { swap(other); }
    writer& operator=(writer&& other) noexcept {
        swap(other);
        return *this;
    }
    ~writer();

    /// What was written, without gathered payloads. Valid until the next write.
    std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
    std::size_t size() const noexcept { return size_; }

    /// The gathered payloads, by ascending offset. The frame is: bytes up to the first cut, its
    /// payload, and so on.
    std::span<const cut> cuts() const noexcept { return cuts_; }
    /// Bytes and gathered payloads together: what goes over the wire.
    std::size_t total_size() const noexcept { return size_ + gathered_; }

    /// Starts anew and keeps the memory.
    void clear() noexcept {
        size_ = 0;
        gathered_ = 0;
        cuts_.clear();
    }

    /// Where the writer stands, to come back to.
    struct mark {
        std::size_t size;
        std::size_t cuts;
    };
    mark here() const noexcept { return {size_, cuts_.size()}; }
    /// Takes back everything written since `to`.
    void rewind(mark to) noexcept;

    template <class Int>
    void integer(Int value) {
        store_be(room(sizeof(Int)), value);
    }

    /// Overwrites an integer written before at `offset`.
    template <class Int>
    void patch(std::size_t offset, Int value) noexcept {
        store_be(data_ + offset, value);
    }

    void uvarint(std::uint32_t value) {
        std::byte* at = room(uvarint_size(value));
        for (; value >= 0x80; value >>= 7)
            *at++ = static_cast<std::byte>(value | 0x80);
        *at = static_cast<std::byte>(value);
    }

    void raw(const void* from, std::size_t size) {
        if (size != 0) std::memcpy(room(size), from, size);
    }

    /// Bytes that may be left out and gathered. Gathered ones must live until the frame is sent.
    void payload(std::span<const std::byte> bytes);

private:
    std::byte* room(std::size_t size) {
        if (capacity_ - size_ < size) grow(size);
        std::byte* at = data_ + size_;
        size_ += size;
        return at;
    }

    void grow(std::size_t size);
    void swap(writer& other) noexcept;

    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
    payloads how_;
    std::size_t gathered_ = 0;
    std::vector<cut> cuts_;
};

} // namespace kcpp::wire
