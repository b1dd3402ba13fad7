#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace kcpp::base {

/// One argument of `text`: text as it is, a whole number in digits, a duration as a person would
/// write it ("250 ms", "1.5 s"). Lives only as long as the call.
class text_piece {
public:
    text_piece(std::string_view text) noexcept : view_(text) {}
    text_piece(const std::string& text) noexcept : view_(text) {}
    text_piece(const char* text) noexcept : view_(text) {}
    text_piece(char single) noexcept : view_(digits_, 1) { digits_[0] = single; }

    template <std::integral Number>
    text_piece(Number number) noexcept {
        const auto end = std::to_chars(digits_, digits_ + sizeof digits_, number).ptr;
        view_ = {digits_, static_cast<std::size_t>(end - digits_)};
    }
    /// "true" and "false" belong to code; a sentence says what they mean.
    text_piece(bool) = delete;

    /// Shown in whole milliseconds.
    template <class Rep, class Period>
    text_piece(std::chrono::duration<Rep, Period> duration) noexcept
        : text_piece(in_digits, std::chrono::duration_cast<std::chrono::milliseconds>(duration)) {}

    text_piece(const text_piece&) = delete;
    text_piece& operator=(const text_piece&) = delete;

    std::string_view view() const noexcept { return view_; }

private:
    struct in_digits_t {};
    static constexpr in_digits_t in_digits{};
    text_piece(in_digits_t, std::chrono::milliseconds duration) noexcept;

    char digits_[32];
    std::string_view view_;
};

std::string join(std::initializer_list<text_piece> pieces);

/// A sentence from its parts, with one allocation: `text("produce to ", topic, '-', partition, "
/// took ", elapsed)`.
template <class... Parts>
std::string text(const Parts&... parts) {
    return join({text_piece(parts)...});
}

} // namespace kcpp::base
