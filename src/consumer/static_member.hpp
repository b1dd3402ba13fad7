#pragma once

#include <cstdint>

namespace kcpp::consuming {

/// Before version `Since` of its API a request has no word for a static member (KIP-345).
template <std::int16_t Since>
struct without_instance_id_before {
    template <class Request>
    void operator()(Request& request, std::int16_t version) const {
        if (version < Since) request.group_instance_id.reset();
    }
};

} // namespace kcpp::consuming
