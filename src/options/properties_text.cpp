#include "options/properties_text.hpp"

#include "options/option_error.hpp"
#include "options/property_escapes.hpp"

#include <algorithm>

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
