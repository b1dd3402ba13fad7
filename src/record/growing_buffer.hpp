#pragma once

#include "wire/buffer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

namespace kcpp::record {

/// Contiguous memory that is filled from the front and grows in steps, never zeroed; `take` then
/// gives it away as a reference-counted slice without a copy. Growth ahead of need stops at the
/// limit: only `ensure` goes beyond it, by what it was asked for.
class growing_buffer {
public:
    static constexpr std::size_t smallest = 512;

    explicit growing_buffer(std::size_t initial = 0,
                            std::size_t limit = static_cast<std::size_t>(-1))
        : limit_(limit) {
        if (initial > 0) reallocate(std::min(initial, limit));
    }
    /// Uses memory that is there; nobody else may hold it.
    growing_buffer(wire::shared_buffer memory, std::size_t limit) noexcept
        : memory_(std::move(memory)), limit_(limit) {}
    growing_buffer(growing_buffer&& other) noexcept
        : memory_(std::move(other.memory_)), size_(std::exchange(other.size_, 0)),
          limit_(other.limit_) {}
    growing_buffer& operator=(growing_buffer&& other) noexcept {
        memory_ = std::move(other.memory_);
        size_ = std::exchange(other.size_, 0);
        limit_ = other.limit_;
        return *this;
    }

    std::byte* data() const noexcept { return memory_.bytes().data(); }
    std::size_t size() const noexcept { return size_; }
    /// Bytes held, used or not: what a budget is charged.
    std::size_t capacity() const noexcept { return memory_.size(); }
    std::size_t limit() const noexcept { return limit_; }
    std::span<const std::byte> bytes() const noexcept { return memory_.bytes().first(size_); }

    /// The free bytes behind the used ones; `advance` makes the first of them used ones.
    std::span<std::byte> room() const noexcept { return memory_.bytes().subspan(size_); }
    void advance(std::size_t written) noexcept { size_ += written; }

    /// The capacity that `ensure(needed)` would lead to.
    std::size_t capacity_for(std::size_t needed) const noexcept {
        const std::size_t wanted = size_ + needed;
        if (wanted <= capacity()) return capacity();
        // One that outgrows its first memory will hardly be twice as large and no more.
        const std::size_t times = capacity() <= smallest ? 4 : 2;
        const std::size_t larger = std::min(std::max(smallest, times * capacity()), limit_);
        return std::max(larger, wanted);
    }

    /// Makes at least `needed` bytes of room.
    void ensure(std::size_t needed) {
        if (needed > capacity() - size_) reallocate(capacity_for(needed));
    }

    /// Makes some more room; false at the limit.
    bool grow() {
        if (capacity() >= limit_) return false;
        reallocate(capacity_for(capacity() - size_ + 1));
        return true;
    }

    void append(std::span<const std::byte> source) {
        ensure(source.size());
        if (!source.empty()) std::memcpy(data() + size_, source.data(), source.size());
        advance(source.size());
    }

    /// The used bytes, keeping the whole memory alive. The buffer is empty afterwards.
    wire::slice take() {
        const std::size_t size = std::exchange(size_, 0);
        const std::span<const std::byte> used = memory_.bytes().first(size);
        return {std::exchange(memory_, {}), used};
    }

private:
    [[gnu::noinline]] void reallocate(std::size_t capacity) {
        wire::shared_buffer larger = wire::shared_buffer::allocate(capacity);
        if (size_ > 0) std::memcpy(larger.data(), memory_.data(), size_);
        memory_ = std::move(larger);
    }

    wire::shared_buffer memory_;
    std::size_t size_ = 0;
    std::size_t limit_;
};

} // namespace kcpp::record
