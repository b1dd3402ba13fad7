#include "producer/partitioner.hpp"

#include "wire/murmur2.hpp"

namespace kcpp::producing {

partition_id partition_for_key(bytes_view key, std::size_t partitions) noexcept {
    constexpr std::int32_t without_sign = 0x7fffffff;
    return (wire::murmur2(key.bytes()) & without_sign) % static_cast<partition_id>(partitions);
}

sticky_choice::sticky_choice(std::uint64_t seed) noexcept {
    // splitmix64, which spreads seeds that lie side by side. All but zero will do as a state.
    seed += 0x9e3779b97f4a7c15ULL;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebULL;
    state_ = (seed ^ (seed >> 31)) | 1;
}

partition_id sticky_choice::choose(std::size_t partitions, std::size_t record_bytes,
                                   std::size_t batch_bytes) noexcept {
    const bool gone = current_ < 0 || static_cast<std::size_t>(current_) >= partitions;
    if (gone || produced_ >= batch_bytes) {
        const auto before = current_;
        current_ = static_cast<partition_id>(next_random() % partitions);
        // Another one, not the same by chance.
        if (current_ == before && partitions > 1)
            current_ =
                static_cast<partition_id>((static_cast<std::size_t>(current_) + 1) % partitions);
        produced_ = 0;
    }
    produced_ += record_bytes;
    return current_;
}

std::uint64_t sticky_choice::next_random() noexcept {
    // xorshift64*: spread is all that is asked of it.
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545f4914f6cdd1dULL) >> 32;
}

} // namespace kcpp::producing
