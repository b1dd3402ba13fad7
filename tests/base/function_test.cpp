#include <kcpp/function.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

using kcpp::unique_function;

namespace {

thread_local std::size_t allocations = 0;

/// Heap allocations of this thread while `work` runs.
template <class Work>
std::size_t allocations_in(Work&& work) {
    const std::size_t before = allocations;
    work();
    return allocations - before;
}

/// Counts how many of it are alive.
class counted {
public:
    explicit counted(int& alive) : alive_(&alive) { ++*alive_; }
    counted(counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
    counted(const counted&) = delete;
    ~counted() { --*alive_; }

private:
    int* alive_;
};

} // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

TEST(unique_function, calls_what_it_holds) {
    unique_function<int(int, int)> sum = [](int a, int b) { return a + b; };
    EXPECT_TRUE(sum);
    EXPECT_EQ(sum(2, 3), 5);
}

TEST(unique_function, is_empty_by_default_from_nullptr_and_after_a_move) {
    EXPECT_FALSE(unique_function<void()>());
    EXPECT_FALSE(unique_function<void()>(nullptr));
    unique_function<void()> first = [] {};
    const unique_function<void()> second = std::move(first);
    EXPECT_FALSE(first); // NOLINT: that is the point
    EXPECT_TRUE(second);
}

TEST(unique_function, allocates_nothing_for_captures_of_up_to_32_bytes) {
    const std::array<std::byte, 32> captured{};
    const auto count = allocations_in([&] {
        unique_function<std::size_t()> f = [captured] { return captured.size(); };
        unique_function<std::size_t()> moved = std::move(f);
        EXPECT_EQ(moved(), 32U);
    });
    EXPECT_EQ(count, 0U);
}

TEST(unique_function, allocates_once_for_larger_captures) {
    const std::array<std::byte, 33> captured{};
    const auto count = allocations_in([&] {
        unique_function<std::size_t()> f = [captured] { return captured.size(); };
        unique_function<std::size_t()> moved = std::move(f);
        EXPECT_EQ(moved(), 33U);
    });
    EXPECT_EQ(count, 1U);
}

TEST(unique_function, holds_move_only_captures_and_passes_move_only_arguments) {
    unique_function<int(std::unique_ptr<int>)> f =
        [owned = std::make_unique<int>(40)](std::unique_ptr<int> more) { return *owned + *more; };
    EXPECT_EQ(f(std::make_unique<int>(2)), 42);
    static_assert(!std::is_copy_constructible_v<unique_function<void()>>);
    static_assert(std::is_nothrow_move_constructible_v<unique_function<void()>>);
}

TEST(unique_function, destroys_a_small_callable_exactly_once) {
    int alive = 0;
    {
        unique_function<void()> f = [c = counted(alive)] {};
        EXPECT_EQ(alive, 1);
        unique_function<void()> moved = std::move(f);
        EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
}

TEST(unique_function, destroys_a_large_callable_exactly_once) {
    int alive = 0;
    {
        unique_function<void()> f = [c = counted(alive), large = std::array<char, 64>{}] {
            (void)large;
        };
        EXPECT_EQ(alive, 1);
        unique_function<void()> moved = std::move(f);
        EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
}

TEST(unique_function, destroys_what_it_held_when_it_is_given_something_else) {
    int alive = 0;
    unique_function<void()> f = [c = counted(alive)] {};
    f = unique_function<void()>([] {});
    EXPECT_EQ(alive, 0);
    EXPECT_TRUE(f);
    f = nullptr;
    EXPECT_FALSE(f);
}

TEST(unique_function, survives_being_moved_to_itself) {
    unique_function<int()> f = [] { return 7; };
    auto& same = f;
    f = std::move(same);
    EXPECT_EQ(f(), 7);
}

TEST(unique_function, passes_references_through) {
    unique_function<int&(int&)> same = [](int& x) -> int& { return x; };
    int value = 1;
    same(value) = 5;
    EXPECT_EQ(value, 5);
}

TEST(unique_function, drops_a_result_nobody_asked_for) {
    int calls = 0;
    unique_function<void()> f = [&calls] { return ++calls; };
    f();
    EXPECT_EQ(calls, 1);
}
