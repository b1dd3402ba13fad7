#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <functional>
#include <iterator>
#include <memory>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#if defined(__clang__)
#define KCPP_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define KCPP_LIFETIMEBOUND
#endif

namespace [[gnu::visibility("default")]] kcpp {

/// The absent value: a record with `value = kcpp::null` is a tombstone. `nullptr` says the same.
struct null_t {
    explicit constexpr null_t() = default;
};
inline constexpr null_t null{};

namespace detail {

template <class T>
concept byte_like =
    std::same_as<std::remove_cv_t<T>, char> || std::same_as<std::remove_cv_t<T>, unsigned char> ||
    std::same_as<std::remove_cv_t<T>, std::byte>;

template <class R>
concept byte_range =
    std::ranges::contiguous_range<R> && std::ranges::sized_range<R> &&
    byte_like<std::ranges::range_value_t<R>> && !std::is_array_v<std::remove_cvref_t<R>>;

inline constexpr std::byte empty_bytes[1] = {};

} // namespace detail

/// Somebody else's bytes: a key, a value or a header value. It never owns; what it was made from
/// must outlive it.
///
/// Made from any contiguous range of `char`, `unsigned char` or `std::byte` (string, string_view,
/// vector, span, array), from a zero-terminated `const char*`, or from nothing. Null and empty
/// differ: only a default-made view, `nullptr` and `kcpp::null` are null; an empty range never is.
class bytes_view {
public:
    constexpr bytes_view() noexcept = default;
    constexpr bytes_view(std::nullptr_t) noexcept {}
    constexpr bytes_view(null_t) noexcept {}

    /// Zero-terminated text, without its terminator. A null pointer makes a null view.
    bytes_view(const char* text KCPP_LIFETIMEBOUND) noexcept {
        if (text != nullptr) *this = bytes_view(text, std::strlen(text));
    }

    bytes_view(const void* data KCPP_LIFETIMEBOUND, std::size_t size) noexcept
        : data_(size == 0 ? detail::empty_bytes : static_cast<const std::byte*>(data)),
          size_(size) {}

    /// An array of bytes, whole. An array of `char` is text and ends at its terminator.
    template <class T, std::size_t N>
        requires(detail::byte_like<T> && !std::same_as<std::remove_cv_t<T>, char>)
    bytes_view(T (&array KCPP_LIFETIMEBOUND)[N]) noexcept : bytes_view(array, N) {}

    /// Of what owns its bytes, which must live.
    template <class Range>
        requires(!std::same_as<std::remove_cvref_t<Range>, bytes_view> &&
                 detail::byte_range<const std::remove_reference_t<Range>> &&
                 !std::ranges::enable_borrowed_range<std::remove_cvref_t<Range>>)
    bytes_view(Range&& range KCPP_LIFETIMEBOUND) noexcept
        : bytes_view(std::ranges::data(range), std::ranges::size(range)) {}

    /// Of what another view shows: string_view, span. The view itself need not live.
    template <class Range>
        requires(!std::same_as<std::remove_cvref_t<Range>, bytes_view> &&
                 detail::byte_range<const std::remove_reference_t<Range>> &&
                 std::ranges::enable_borrowed_range<std::remove_cvref_t<Range>>)
    bytes_view(Range&& range) noexcept
        : bytes_view(std::ranges::data(range), std::ranges::size(range)) {}

    constexpr bool is_null() const noexcept { return data_ == nullptr; }
    /// True for null and for zero bytes.
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr const std::byte* data() const noexcept { return data_; }
    constexpr const std::byte* begin() const noexcept { return data_; }
    constexpr const std::byte* end() const noexcept { return data_ + size_; }

    /// The same bytes as text; empty for null.
    std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }
    /// The same bytes as a span; empty for null.
    constexpr std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }

    /// A copy that owns its bytes; empty for null.
    std::string to_string() const { return std::string(text()); }

    /// Null equals null only; otherwise the bytes decide.
    friend bool operator==(bytes_view a, bytes_view b) noexcept {
        return a.is_null() == b.is_null() && a.size_ == b.size_ &&
               (a.size_ == 0 || std::memcmp(a.data_, b.data_, a.size_) == 0);
    }

private:
    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace kcpp
