// The allocator's names, defined in the program itself, win over those of the C library: each call
// is counted and passed on. A thread counts in a place of its own, so that counting costs a client
// that allocates much no more than a nanosecond a time.

#include "measure/allocations.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BENCH_FOREIGN_ALLOCATOR
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define BENCH_FOREIGN_ALLOCATOR
#endif

#ifdef BENCH_FOREIGN_ALLOCATOR

namespace bench {
std::optional<std::uint64_t> allocations() noexcept {
    return std::nullopt;
}
} // namespace bench

#else

namespace bench {

namespace {

struct alignas(64) counter {
    std::atomic<std::uint64_t> count{0};
};

// With more threads than places two of them share one, and a count may be lost.
constinit std::array<counter, 256> counters;
constinit std::atomic<unsigned> threads{0};
constinit thread_local std::atomic<std::uint64_t>* own = nullptr;

void count() noexcept {
    if (own == nullptr) own = &counters[threads.fetch_add(1) % counters.size()].count;
    own->store(own->load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

} // namespace

std::optional<std::uint64_t> allocations() noexcept {
    std::uint64_t sum = 0;
    for (const counter& c : counters)
        sum += c.count.load(std::memory_order_relaxed);
    return sum;
}

} // namespace bench

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
    bench::count();
    return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
    bench::count();
    return __libc_calloc(count, size);
}

void* realloc(void* old, std::size_t size) {
    bench::count();
    return __libc_realloc(old, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
    bench::count();
    return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    bench::count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** into, std::size_t alignment, std::size_t size) {
    bench::count();
    *into = __libc_memalign(alignment, size);
    return *into == nullptr ? ENOMEM : 0;
}
}

#endif
