#pragma once

#include <memory>
#include <string_view>

namespace [[gnu::visibility("default")]] kcpp {

enum class log_level { error = 0, warning = 1, info = 2, debug = 3, trace = 4 };

/// One thing worth saying. Views are valid during the call only. Never holds keys, values or
/// secrets.
struct log_entry {
    log_level level = log_level::info;
    /// Which part speaks: "network", "metadata", "producer", "consumer", "group", …
    std::string_view component{};
    std::string_view client_id{};
    std::string_view message{};
};

/// Where kcpp's log goes. Called from several threads at once; must not block for long and must not
/// throw.
class logger {
public:
    virtual ~logger() = default;
    /// False spares the making of the message.
    virtual bool enabled(log_level level) const noexcept = 0;
    virtual void write(const log_entry& entry) noexcept = 0;
};

/// The logger used when none is given: one line per entry on standard error, warnings and errors
/// only. The environment variable KCPP_LOG (error, warning, info, debug, trace) raises or lowers
/// that.
std::shared_ptr<logger> default_logger();

} // namespace kcpp
