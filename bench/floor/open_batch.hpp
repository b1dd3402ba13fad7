#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace bench::floor {

/// A record batch that records are encoded into one by one, under a mutex, as a client must.
class open_batch {
public:
    explicit open_batch(std::size_t bytes);

    /// False if it does not fit.
    bool append(std::string_view key, std::string_view value);

    std::int32_t count() const noexcept { return count_; }
    /// Header and CRC are put in; the batch is ready to be sent.
    std::span<const std::byte> seal();
    /// Empty again.
    void clear() noexcept;

private:
    std::mutex mutex_;
    std::vector<std::byte> bytes_;
    std::size_t size_ = 0;
    std::int32_t count_ = 0;
};

} // namespace bench::floor
