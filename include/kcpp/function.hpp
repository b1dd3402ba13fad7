#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace [[gnu::visibility("default")]] kcpp {

template <class Signature>
class unique_function;

/// A move-only callable. Captures of up to 32 bytes live inside it, larger ones on the heap.
template <class R, class... Args>
class unique_function<R(Args...)> {
public:
    static constexpr std::size_t inline_bytes = 32;

    unique_function() noexcept = default;
    unique_function(std::nullptr_t) noexcept {}

    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, unique_function> &&
                 std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
    unique_function(F&& f) {
        using callable = std::decay_t<F>;
        if constexpr (fits<callable>) {
            // Moving copies all bytes, so none may be without a value.
            if constexpr (sizeof(callable) < inline_bytes) std::memset(storage_, 0, inline_bytes);
            ::new (storage()) callable(std::forward<F>(f));
            operations_ = &inline_operations<callable>;
        } else {
            std::memset(storage_, 0, inline_bytes);
            ::new (storage()) callable*(new callable(std::forward<F>(f)));
            operations_ = &heap_operations<callable>;
        }
    }

    unique_function(unique_function&& other) noexcept { take(other); }
    unique_function& operator=(unique_function&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    ~unique_function() { reset(); }

    explicit operator bool() const noexcept { return operations_ != nullptr; }

    R operator()(Args... args) { return operations_->call(storage(), std::forward<Args>(args)...); }

private:
    struct operations {
        R (*call)(void*, Args&&...);
        /// Null where copying the bytes does it, as for most captures of pointers and numbers:
        /// records' callbacks are moved several times.
        void (*move)(void* from, void* to) noexcept;
        /// Null where there is nothing to do.
        void (*destroy)(void*) noexcept;
    };

    template <class F>
    static constexpr bool fits = sizeof(F) <= inline_bytes && alignof(F) <= alignof(void*) &&
                                 std::is_nothrow_move_constructible_v<F>;

    /// Drops a result that nobody asked for.
    template <class F>
    static R invoke(F& f, Args&&... args) {
        if constexpr (std::is_void_v<R>) {
            f(std::forward<Args>(args)...);
        } else {
            return f(std::forward<Args>(args)...);
        }
    }

    template <class F>
    static constexpr auto move_of() -> decltype(operations::move) {
        if constexpr (std::is_trivially_copyable_v<F>)
            return nullptr;
        else
            return [](void* from, void* to) noexcept {
                ::new (to) F(std::move(*static_cast<F*>(from)));
                static_cast<F*>(from)->~F();
            };
    }
    template <class F>
    static constexpr auto destroy_of() -> decltype(operations::destroy) {
        if constexpr (std::is_trivially_destructible_v<F>)
            return nullptr;
        else
            return [](void* self) noexcept { static_cast<F*>(self)->~F(); };
    }

    template <class F>
    static constexpr operations inline_operations{[](void* self, Args&&... args) -> R {
                                                      return invoke(*static_cast<F*>(self),
                                                                    std::forward<Args>(args)...);
                                                  },
                                                  move_of<F>(), destroy_of<F>()};

    template <class F>
    static constexpr operations heap_operations{
        [](void* self, Args&&... args) -> R {
            return invoke(**static_cast<F**>(self), std::forward<Args>(args)...);
        },
        nullptr, // a pointer
        [](void* self) noexcept { delete *static_cast<F**>(self); }};

    void take(unique_function& other) noexcept {
        operations_ = std::exchange(other.operations_, nullptr);
        if (operations_ == nullptr) return;
        if (operations_->move == nullptr)
            std::memcpy(storage(), other.storage(), inline_bytes);
        else
            operations_->move(other.storage(), storage());
    }
    void reset() noexcept {
        if (operations_ == nullptr) return;
        const operations* const of = std::exchange(operations_, nullptr);
        if (of->destroy != nullptr) of->destroy(storage());
    }
    void* storage() noexcept { return storage_; }

    const operations* operations_ = nullptr;
    alignas(void*) std::byte storage_[inline_bytes];
};

} // namespace kcpp
