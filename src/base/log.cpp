#include "base/log.hpp"

#include <exception>
#include <utility>

namespace kcpp::base {

component_log::component_log(std::shared_ptr<logger> sink, std::string_view component,
                             std::string client_id)
    : sink_(sink ? std::move(sink) : default_logger()), component_(component),
      client_id_(std::move(client_id)) {}

void component_log::write(log_level level,
                          std::initializer_list<text_piece> pieces) const noexcept {
    try {
        const std::string message = join(pieces);
        sink_->write(
            {.level = level, .component = component_, .client_id = client_id_, .message = message});
    } catch (const std::exception&) {
        // No memory for a message: what was to be told must go on without it.
    }
}

} // namespace kcpp::base
