#pragma once

#include <kcpp/bytes.hpp>
#include <kcpp/producer_options.hpp>
#include <kcpp/types.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

namespace kcpp::producing {

/// The partition that a key decides on, over all partitions, available or not (K1, K2, K5).
/// Nothing if this record's key does not decide.
std::optional<partition_id> partition_for_key(partitioning how, bytes_view key,
                                              std::size_t partitions) noexcept;

/// Numbers without a pattern that anybody could notice.
class spread {
public:
    /// Any seed; other seeds, however close, give other numbers.
    explicit spread(std::uint64_t seed) noexcept;
    /// Less than `bound`.
    std::size_t below(std::size_t bound) noexcept;

private:
    std::uint64_t state_;
};

/// Where the records of a topic go that no key decides on: which of so many partitions, counted
/// from 0. Any thread.
///
/// Sticky (KIP-480, KIP-794, K3): to one partition until it has had a batch's worth of bytes, then
/// to another; of two that are drawn, to the one with less waiting, so that a slow broker gets
/// less. Threads, told apart by their numbers, have partitions of their own: they need not all meet
/// at one.
class keyless_choice {
public:
    explicit keyless_choice(std::uint64_t seed) noexcept;

    /// `backlog(partition)`: how much waits there.
    template <class Backlog>
    std::size_t sticky(std::size_t thread, std::size_t partitions, std::size_t record_bytes,
                       std::size_t batch_bytes, Backlog backlog) noexcept {
        stripe& mine = stripes_[thread % stripes];
        // Threads that share a stripe may count a record less or move on twice, which harms nobody
        // and costs no lock per record.
        std::size_t current = mine.current.load(std::memory_order_relaxed);
        std::size_t produced = mine.produced.load(std::memory_order_relaxed);
        if (produced >= batch_bytes || current >= partitions) {
            current = another(mine, partitions, backlog);
            produced = 0;
        }
        mine.produced.store(produced + record_bytes, std::memory_order_relaxed);
        return current;
    }
    /// Any, drawn anew for each record.
    std::size_t any(std::size_t thread, std::size_t partitions) noexcept;
    /// One after the other.
    std::size_t next(std::size_t partitions) noexcept;

private:
    static constexpr std::size_t stripes = 4;
    static constexpr std::size_t nowhere = SIZE_MAX;
    struct alignas(64) stripe {
        std::atomic<std::size_t> current = nowhere;
        std::atomic<std::size_t> produced = 0;
        std::mutex mutex;
        spread draw{0}; // guarded by it
    };

    template <class Backlog>
    [[gnu::noinline]] static std::size_t another(stripe& of, std::size_t partitions,
                                                 Backlog backlog) noexcept {
        std::lock_guard lock(of.mutex);
        const std::size_t before = of.current.load(std::memory_order_relaxed);
        // Not the one it leaves, if there is another.
        const auto draw = [&] {
            const std::size_t drawn = of.draw.below(partitions);
            return drawn == before ? (drawn + 1) % partitions : drawn;
        };
        const std::size_t one = draw(), two = draw();
        const std::size_t chosen = backlog(two) < backlog(one) ? two : one;
        of.current.store(chosen, std::memory_order_relaxed);
        return chosen;
    }

    stripe stripes_[stripes];
    std::atomic<std::size_t> next_{0};
};

} // namespace kcpp::producing
