#include "options/properties_text.hpp"

#include "options/letters.hpp"
#include "options/option_error.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace kcpp::options {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\f';
}

void skip_blanks(std::string_view& text) noexcept {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
}

/// Cuts a file into lines, which end in \n, \r or \r\n.
class line_cutter {
public:
    explicit line_cutter(std::string_view text) noexcept : rest_(text) {}

    bool next(std::string_view& line) {
        if (rest_.empty()) return false;
        const std::size_t end = rest_.find_first_of("\r\n");
        line = rest_.substr(0, end);
        rest_.remove_prefix(line.size());
        if (!rest_.empty()) rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : 1);
        ++number_;
        return true;
    }
    int number() const noexcept { return number_; }

private:
    std::string_view rest_;
    int number_ = 0;
};

/// An odd number of backslashes at the end of a line joins the next one to it.
bool is_continued(std::string_view line) noexcept {
    const std::size_t last = line.find_last_not_of('\\');
    const std::size_t backslashes =
        last == std::string_view::npos ? line.size() : line.size() - last - 1;
    return backslashes % 2 == 1;
}

/// A line with all that was continued, without the blanks in front.
struct logical_line {
    std::string text;
    int number = 0;
};

/// Blank lines and comments, and a backslash alone, which continues nothing.
bool says_nothing(std::string_view line) noexcept {
    return line.empty() || line.front() == '#' || line.front() == '!' || line == "\\";
}

bool next_logical(line_cutter& lines, logical_line& logical) {
    std::string_view line;
    do {
        if (!lines.next(line)) return false;
        skip_blanks(line);
    } while (says_nothing(line));

    logical = {.text = {}, .number = lines.number()};
    while (is_continued(line)) {
        logical.text += line.substr(0, line.size() - 1);
        if (!lines.next(line)) return true;
        skip_blanks(line);
    }
    logical.text += line;
    return true;
}

struct cut_line {
    std::string_view key;
    std::string_view value;
};

/// The key ends at the first '=', ':' or blank that no backslash precedes; one '=' or ':' between
/// blanks is skipped.
cut_line cut(std::string_view line) noexcept {
    std::size_t end = 0;
    while (end < line.size() && line[end] != '=' && line[end] != ':' && !is_blank(line[end])) {
        end += line[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, line.size());
    std::string_view value = line.substr(end);
    skip_blanks(value);
    if (value.starts_with('=') || value.starts_with(':')) value.remove_prefix(1);
    skip_blanks(value);
    return {line.substr(0, end), value};
}

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

std::optional<std::string> unescape(std::string_view rest) {
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

} // namespace

std::string place_of(std::string_view name, int line) {
    return line == 0 ? std::string(name) : base::text(name, ':', line);
}

result<std::vector<property_entry>> read_properties(std::string_view text, std::string_view name) {
    // Editors on Windows write one, and it belongs to no key.
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    std::vector<property_entry> entries;
    line_cutter lines(text);
    logical_line line;
    while (next_logical(lines, line)) {
        const cut_line parts = cut(line.text);
        auto key = unescape(parts.key);
        auto value = unescape(parts.value);
        if (!key || !value) {
            return option_error(place_of(name, line.number),
                                ": \\u needs four hexadecimal digits, and those from d800 to dfff "
                                "come in pairs; double a backslash that means itself");
        }
        entries.push_back({*std::move(key), *std::move(value), line.number});
    }
    return entries;
}

} // namespace kcpp::options
