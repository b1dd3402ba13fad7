#include "options/property_escapes.hpp"

#include <charconv>
#include <cstdint>

namespace kcpp::options {

namespace {

std::optional<std::uint32_t> four_digits(std::string_view text) noexcept {
    std::uint32_t unit = 0;
    if (text.size() < 4) return std::nullopt;
    const auto read = std::from_chars(text.data(), text.data() + 4, unit, 16);
    if (read.ec != std::errc() || read.ptr != text.data() + 4) return std::nullopt;
    return unit;
}

constexpr bool is_high_surrogate(std::uint32_t unit) noexcept {
    return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low_surrogate(std::uint32_t unit) noexcept {
    return unit >= 0xDC00 && unit < 0xE000;
}

void append_utf8(std::string& to, std::uint32_t point) {
    const auto tail = [&](int shift) { to += static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
    if (point < 0x80) {
        to += static_cast<char>(point);
    } else if (point < 0x800) {
        to += static_cast<char>(0xC0 | (point >> 6));
        tail(0);
    } else if (point < 0x10000) {
        to += static_cast<char>(0xE0 | (point >> 12));
        tail(6);
        tail(0);
    } else {
        to += static_cast<char>(0xF0 | (point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// Reads what follows "\u", with the second half of a surrogate pair.
bool unescape_unicode(std::string_view& rest, std::string& to) {
    const auto first = four_digits(rest);
    if (!first || is_low_surrogate(*first)) return false;
    rest.remove_prefix(4);
    if (!is_high_surrogate(*first)) {
        append_utf8(to, *first);
        return true;
    }
    if (!rest.starts_with("\\u")) return false;
    const auto second = four_digits(rest.substr(2));
    if (!second || !is_low_surrogate(*second)) return false;
    rest.remove_prefix(6);
    append_utf8(to, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
    return true;
}

constexpr char unescaped(char c) noexcept {
    switch (c) {
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case 'f': return '\f';
    default: return c;
    }
}

} // namespace

std::optional<std::string> unescape(std::string_view escaped) {
    std::string_view rest = escaped;
    std::string plain;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c != '\\') {
            plain += c;
        } else if (rest.starts_with('u')) {
            rest.remove_prefix(1);
            if (!unescape_unicode(rest, plain)) return std::nullopt;
        } else if (!rest.empty()) {
            plain += unescaped(rest.front());
            rest.remove_prefix(1);
        }
    }
    return plain;
}

} // namespace kcpp::options
