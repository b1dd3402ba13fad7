#pragma once

#include "cluster/core.hpp"

#include <kcpp/client.hpp>

#include <utility>

namespace kcpp::cluster {

/// Makes clients on other runtimes than the usual one: an application's io_context, a simulation.
struct client_maker {
    static client make(client_options options, const core::make_runtime& make) {
        return client(core::start(std::move(options), make));
    }
};

} // namespace kcpp::cluster
