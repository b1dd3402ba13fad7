#pragma once

#include <kcpp/log.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kcpp::base {

/// "error", "warning", "info", "debug" or "trace".
std::string_view name_of(log_level level) noexcept;

/// Nothing if `name` is not one of those names.
std::optional<log_level> parse_log_level(std::string_view name) noexcept;

/// "kcpp warning network client-id: message\n". Control characters become spaces: an entry stays
/// one line, whatever a broker sent.
std::string log_line(const log_entry& entry);

/// Writes each entry to standard error as one line, in one write, so that lines of several threads
/// and processes do not mix.
class stderr_logger final : public logger {
public:
    explicit stderr_logger(log_level least) noexcept : least_(least) {}
    bool enabled(log_level level) const noexcept override { return level <= least_; }
    void write(const log_entry& entry) noexcept override;

private:
    log_level least_;
};

/// The logger for a value of KCPP_LOG; null: not set. A value that is no level is complained about
/// through the logger itself.
std::shared_ptr<logger> logger_from_environment(const char* value);

} // namespace kcpp::base
