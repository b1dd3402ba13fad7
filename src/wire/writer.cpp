#include "wire/writer.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

namespace kcpp::wire {

writer::~writer() {
    std::free(data_);
}

void writer::swap(writer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(how_, other.how_);
    std::swap(gathered_, other.gathered_);
    cuts_.swap(other.cuts_);
}

void writer::rewind(mark to) noexcept {
    size_ = to.size;
    for (; cuts_.size() > to.cuts; cuts_.pop_back())
        gathered_ -= cuts_.back().payload.size();
}

void writer::payload(std::span<const std::byte> bytes) {
    if (how_ == payloads::copied) {
        raw(bytes.data(), bytes.size());
        return;
    }
    if (bytes.empty()) return;
    cuts_.push_back({size_, bytes});
    gathered_ += bytes.size();
}

void writer::grow(std::size_t size) {
    constexpr std::size_t smallest = 256;
    const std::size_t wanted = std::max({smallest, capacity_ * 2, size_ + size});
    void* memory = std::realloc(data_, wanted);
    if (memory == nullptr) throw std::bad_alloc();
    data_ = static_cast<std::byte*>(memory);
    capacity_ = wanted;
}

} // namespace kcpp::wire
