#pragma once

#include <kcpp/bytes.hpp>
#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>

namespace kcpp::producing {

/// The partition of a key, as the Java client chooses it: murmur2 over all partitions, available or
/// not (K1, K2).
partition_id partition_for_key(bytes_view key, std::size_t partitions) noexcept;

/// Where records without a key go: to one partition until it has had a batch's worth of bytes, then
/// to another (KIP-794, K3). Guarded by its owner.
class sticky_choice {
public:
    /// Any seed; other seeds, however close, choose other partitions.
    explicit sticky_choice(std::uint64_t seed) noexcept;

    partition_id choose(std::size_t partitions, std::size_t record_bytes,
                        std::size_t batch_bytes) noexcept;

private:
    std::uint64_t next_random() noexcept;

    std::uint64_t state_;
    partition_id current_ = -1;
    std::size_t produced_ = 0;
};

} // namespace kcpp::producing
