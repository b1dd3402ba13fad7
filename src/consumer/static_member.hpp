#pragma once

#include <kcpp/consumer_options.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace kcpp::consuming {

inline std::optional<std::string> instance_id_of(const consumer_options& options) {
    if (options.group_instance_id.empty()) return std::nullopt;
    return options.group_instance_id;
}

/// Before version `Since` of its API a request has no word for a static member (KIP-345).
template <std::int16_t Since>
struct without_instance_id_before {
    template <class Request>
    void operator()(Request& request, std::int16_t version) const {
        if (version < Since) request.group_instance_id.reset();
    }
};

} // namespace kcpp::consuming
