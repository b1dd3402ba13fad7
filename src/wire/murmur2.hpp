#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kcpp::wire {

/// The hash by which Kafka's Java client places keys: MurmurHash2, 32 bits, seed 0x9747b28c. As
/// there, the partition of a key is `(murmur2(key) & 0x7fffffff) % partitions`.
std::int32_t murmur2(std::span<const std::byte> key) noexcept;

} // namespace kcpp::wire
