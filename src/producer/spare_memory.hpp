#pragma once

#include "producer/batch.hpp"
#include "runtime/light_mutex.hpp"

#include <cstddef>
#include <mutex>
#include <vector>

namespace kcpp::producing {

/// Memory of full-size batches that have ended, for those to come. What goes back to malloc may go
/// from there to the system, and costs a page fault for every 4 KiB when it comes back. Any thread.
class spare_memory {
public:
    /// Keeps blocks of `block_bytes` with their reports, `most_bytes` in all.
    spare_memory(std::size_t block_bytes, std::size_t most_bytes)
        : block_bytes_(block_bytes), most_bytes_(most_bytes) {}

    std::size_t block_bytes() const noexcept { return block_bytes_; }

    /// Empty if there is none.
    batch_memory take() {
        std::lock_guard lock(mutex_);
        if (blocks_.empty()) return {};
        batch_memory last = std::move(blocks_.back());
        blocks_.pop_back();
        bytes_ -= size_of(last);
        return last;
    }
    /// Frees what is of another size, too much, or in somebody else's hands still.
    void keep(batch_memory ended) {
        if (ended.bytes.size() != block_bytes_ || !ended.bytes.unique()) return;
        const std::size_t size = size_of(ended);
        std::lock_guard lock(mutex_);
        if (bytes_ + size > most_bytes_) return;
        bytes_ += size;
        blocks_.push_back(std::move(ended));
    }
    std::size_t bytes() const {
        std::lock_guard lock(mutex_);
        return bytes_;
    }

private:
    static std::size_t size_of(const batch_memory& block) noexcept {
        return block.bytes.size() + block.reports.capacity() * sizeof(report);
    }

    const std::size_t block_bytes_;
    const std::size_t most_bytes_;
    mutable runtime::light_mutex mutex_;
    std::size_t bytes_ = 0;
    std::vector<batch_memory> blocks_;
};

} // namespace kcpp::producing
