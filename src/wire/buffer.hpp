#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>
#include <utility>

namespace kcpp::wire {

/// Reference-counted memory of a fixed size, not zeroed. Copies share it; the last one frees it.
/// Any thread may hold one.
class shared_buffer {
public:
    shared_buffer() noexcept = default;

    static shared_buffer allocate(std::size_t size) {
        void* memory = std::malloc(sizeof(head) + size);
        if (memory == nullptr) throw std::bad_alloc();
        return shared_buffer(new (memory) head{1, size});
    }

    shared_buffer(const shared_buffer& other) noexcept : head_(other.head_) {
        if (head_ != nullptr) head_->references.fetch_add(1, std::memory_order_relaxed);
    }
    shared_buffer(shared_buffer&& other) noexcept : head_(std::exchange(other.head_, nullptr)) {}
    shared_buffer& operator=(shared_buffer other) noexcept {
        std::swap(head_, other.head_);
        return *this;
    }
    ~shared_buffer() {
        if (head_ == nullptr || head_->references.fetch_sub(1, std::memory_order_acq_rel) != 1)
            return;
        head_->~head();
        std::free(head_);
    }

    explicit operator bool() const noexcept { return head_ != nullptr; }
    /// Nobody else holds this memory, so it may be rewritten.
    bool unique() const noexcept {
        return head_ != nullptr && head_->references.load(std::memory_order_acquire) == 1;
    }
    std::byte* data() const noexcept { return reinterpret_cast<std::byte*>(head_ + 1); }
    std::size_t size() const noexcept { return head_ == nullptr ? 0 : head_->size; }
    std::span<std::byte> bytes() const noexcept {
        return head_ == nullptr ? std::span<std::byte>() : std::span(data(), head_->size);
    }

private:
    struct alignas(std::max_align_t) head {
        std::atomic<std::uint32_t> references;
        std::size_t size;
    };
    explicit shared_buffer(head* h) noexcept : head_(h) {}

    head* head_ = nullptr;
};

/// A part of a shared buffer, keeping the whole alive.
struct slice {
    shared_buffer owner;
    std::span<const std::byte> bytes;
};

} // namespace kcpp::wire
