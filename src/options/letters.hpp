#pragma once

#include <string>
#include <string_view>

namespace kcpp::options {

// The letters of configuration: ASCII only, whatever the locale.

constexpr bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\f' || c == '\r' || c == '\n';
}

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_letter(char c) noexcept {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

constexpr std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

constexpr bool same_letters(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

/// Calls `take` with each element of a comma-separated list, trimmed, until it says false.
template <class Take>
bool each_of_list(std::string_view list, Take&& take) {
    while (true) {
        const std::size_t comma = list.find(',');
        if (!take(trimmed(list.substr(0, comma)))) return false;
        if (comma == std::string_view::npos) return true;
        list.remove_prefix(comma + 1);
    }
}

} // namespace kcpp::options
