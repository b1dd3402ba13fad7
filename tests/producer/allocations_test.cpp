// Sending allocates per batch, never per record. A program of its own, because it counts every
// allocation in it.

#include "fake/quiet.hpp"

#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>

namespace {

std::atomic<bool> counting = false;
std::atomic<std::size_t> allocations = 0;

void* allocate(std::size_t bytes, std::size_t alignment) {
    if (counting.load(std::memory_order_relaxed)) ++allocations;
    void* memory =
        alignment <= alignof(std::max_align_t)
            ? std::malloc(bytes == 0 ? 1 : bytes)
            : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

} // namespace

void* operator new(std::size_t bytes) {
    return allocate(bytes, 1);
}
void* operator new[](std::size_t bytes) {
    return allocate(bytes, 1);
}
void* operator new(std::size_t bytes, std::align_val_t a) {
    return allocate(bytes, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t bytes, std::align_val_t a) {
    return allocate(bytes, static_cast<std::size_t>(a));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    return allocate(bytes, 1);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
    return allocate(bytes, 1);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

namespace kcpp {
namespace {

using namespace std::chrono_literals;

class allocations_test : public ::testing::Test {
protected:
    testing::embedded_cluster brokers;
    std::optional<producer> p;

    void SetUp() override {
        brokers.create_topic("orders", {.partitions = 2});
        client_options to;
        to.bootstrap_servers = brokers.bootstrap_servers();
        to.logger = quiet();
        p.emplace(std::move(to), producer_options{.linger = 10s, .batch_bytes = 64 * 1024});
        send(1000, [](auto) {});
    }
    /// Sends that many records of one byte and waits until all are told; how often memory was asked
    /// for.
    template <class Callback>
    std::size_t send(int records, Callback done) {
        allocations = 0;
        counting = true;
        for (int i = 0; i < records; ++i)
            p->send({.topic = "orders", .key = "k", .value = "v"}, done);
        counting = false;
        p->flush().get();
        return allocations;
    }
};

// The brokers of this process are counted, too, as long as the records are being sent. A batch is
// sent when it is full, so that their number does not depend on how long that takes.
constexpr int records = 200'000;

TEST_F(allocations_test, a_callback_of_32_bytes_costs_none) {
    std::array<std::size_t, 3> sums{};
    std::atomic<int> told = 0;
    const auto note = [&told, sums](result<record_metadata> r) {
        told += r && sums[0] == 0 ? 1 : 0;
    };
    static_assert(sizeof(note) == 32);
    EXPECT_LT(send(records, note), records / 20);
    EXPECT_EQ(told, records);
}

TEST_F(allocations_test, no_callback_costs_none) {
    EXPECT_LT(send(records, nullptr), records / 20);
}

TEST_F(allocations_test, the_counting_works) {
    struct large {
        std::array<char, 64> bytes{};
        void operator()(const result<record_metadata>&) const {}
    };
    EXPECT_GE(send(1000, large()), 1000u);
}

} // namespace
} // namespace kcpp
