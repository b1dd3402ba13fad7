#include "producer/partitioner.hpp"

#include "wire/murmur2.hpp"

#include <zlib.h>

#include <span>

namespace kcpp::producing {

namespace {

constexpr std::uint32_t without_sign = 0x7fffffff;

std::uint32_t murmur2(std::span<const std::byte> key) noexcept {
    return static_cast<std::uint32_t>(wire::murmur2(key)) & without_sign;
}

std::uint32_t crc32(std::span<const std::byte> key) noexcept {
    return static_cast<std::uint32_t>(
        ::crc32_z(0, reinterpret_cast<const Bytef*>(key.data()), key.size()));
}

/// FNV-1a of 32 bits, its absolute value as a signed number, as Sarama and librdkafka take it.
std::uint32_t fnv1a(std::span<const std::byte> key) noexcept {
    std::uint32_t hash = 0x811c9dc5;
    for (const std::byte each : key)
        hash = (hash ^ static_cast<std::uint32_t>(each)) * 0x01000193;
    return static_cast<std::int32_t>(hash) < 0 ? 0 - hash : hash;
}

} // namespace

std::optional<partition_id> partition_for_key(partitioning how, bytes_view key,
                                              std::size_t partitions) noexcept {
    // In 32 bits, because dividing 64 takes several times as long.
    const auto place = [count = static_cast<std::uint32_t>(partitions)](std::uint32_t hash) {
        return static_cast<partition_id>(hash % count);
    };
    switch (how) {
    case partitioning::murmur2_sticky:
    case partitioning::murmur2_random:
        if (key.is_null()) return std::nullopt;
        return place(murmur2(key.bytes()));
    case partitioning::murmur2: return place(murmur2(key.bytes()));
    case partitioning::consistent_random:
        // librdkafka takes an empty key for none here, and only here.
        if (key.empty()) return std::nullopt;
        return place(crc32(key.bytes()));
    case partitioning::consistent: return place(crc32(key.bytes()));
    case partitioning::fnv1a_random:
        if (key.is_null()) return std::nullopt;
        return place(fnv1a(key.bytes()));
    case partitioning::fnv1a: return place(fnv1a(key.bytes()));
    case partitioning::sticky:
    case partitioning::round_robin:
    case partitioning::random: break;
    }
    return std::nullopt;
}

spread::spread(std::uint64_t seed) noexcept {
    // splitmix64, which spreads seeds that lie side by side. All but zero will do as a state.
    seed += 0x9e3779b97f4a7c15ULL;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebULL;
    state_ = (seed ^ (seed >> 31)) | 1;
}

std::size_t spread::below(std::size_t bound) noexcept {
    // xorshift64*
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::size_t>((state_ * 0x2545f4914f6cdd1dULL) >> 32) % bound;
}

keyless_choice::keyless_choice(std::uint64_t seed) noexcept {
    for (stripe& each : stripes_)
        each.draw = spread(seed++);
}

std::size_t keyless_choice::any(std::size_t thread, std::size_t partitions) noexcept {
    stripe& mine = stripes_[thread % stripes];
    std::lock_guard lock(mine.mutex);
    return mine.draw.below(partitions);
}

std::size_t keyless_choice::next(std::size_t partitions) noexcept {
    return next_.fetch_add(1, std::memory_order_relaxed) % partitions;
}

} // namespace kcpp::producing
