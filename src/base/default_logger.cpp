#include "base/default_logger.hpp"

#include "base/text.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace kcpp {

namespace base {

namespace {

constexpr std::array<std::string_view, 5> level_names = {"error", "warning", "info", "debug",
                                                         "trace"};

bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

} // namespace

std::string_view name_of(log_level level) noexcept {
    return level_names[static_cast<std::size_t>(level)];
}

std::optional<log_level> parse_log_level(std::string_view name) noexcept {
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        if (level_names[i] == name) return static_cast<log_level>(i);
    }
    return std::nullopt;
}

std::string log_line(const log_entry& entry) {
    const std::string_view gap = entry.client_id.empty() ? "" : " ";
    std::string line = text("kcpp ", name_of(entry.level), ' ', entry.component, gap,
                            entry.client_id, ": ", entry.message);
    for (char& c : line) {
        if (is_control(c)) c = ' ';
    }
    return line += '\n';
}

void stderr_logger::write(const log_entry& entry) noexcept {
    try {
        const std::string line = log_line(entry);
        std::fwrite(line.data(), 1, line.size(), stderr);
    } catch (const std::exception&) {
        // No memory for a line: nothing can be said.
    }
}

std::shared_ptr<logger> logger_from_environment(const char* value) {
    const std::optional<log_level> wanted =
        value == nullptr ? log_level::warning : parse_log_level(value);
    auto made = std::make_shared<stderr_logger>(wanted.value_or(log_level::warning));
    if (!wanted) {
        const std::string message = text("KCPP_LOG is \"", value,
                                         "\", which is not a level; say error, warning, info, "
                                         "debug or trace");
        made->write({.level = log_level::warning, .component = "log", .message = message});
    }
    return made;
}

} // namespace base

std::shared_ptr<logger> default_logger() {
    static const std::shared_ptr<logger> made =
        base::logger_from_environment(std::getenv("KCPP_LOG"));
    return made;
}

} // namespace kcpp
