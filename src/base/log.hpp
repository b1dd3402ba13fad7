#pragma once

#include "base/text.hpp"

#include <kcpp/log.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace kcpp::base {

/// How one part of a client speaks to the application's logger. Cheap to copy; any thread.
///
/// Arguments are what `text` takes, and become a message only if the logger wants it:
/// `log.warning("lost the connection to broker ", id, ": ", why);`
class component_log {
public:
    /// Null: `default_logger()`. `component` must be a literal.
    component_log(std::shared_ptr<logger> sink, std::string_view component, std::string client_id);

    /// The same logger and client for another part.
    component_log for_component(std::string_view component) const {
        return {sink_, component, client_id_};
    }

    bool enabled(log_level level) const noexcept { return sink_->enabled(level); }

    template <class... Parts>
    void error(const Parts&... parts) const noexcept {
        say(log_level::error, parts...);
    }
    template <class... Parts>
    void warning(const Parts&... parts) const noexcept {
        say(log_level::warning, parts...);
    }
    template <class... Parts>
    void info(const Parts&... parts) const noexcept {
        say(log_level::info, parts...);
    }
    template <class... Parts>
    void debug(const Parts&... parts) const noexcept {
        say(log_level::debug, parts...);
    }
    template <class... Parts>
    void trace(const Parts&... parts) const noexcept {
        say(log_level::trace, parts...);
    }

private:
    template <class... Parts>
    void say(log_level level, const Parts&... parts) const noexcept {
        if (sink_->enabled(level)) write(level, {text_piece(parts)...});
    }
    void write(log_level level, std::initializer_list<text_piece> pieces) const noexcept;

    std::shared_ptr<logger> sink_;
    std::string_view component_;
    std::string client_id_;
};

} // namespace kcpp::base
