#pragma once

#include "base/log.hpp"
#include "runtime/runtime.hpp"
#include "runtime/task_group.hpp"

#include <kcpp/client_options.hpp>

namespace kcpp::network {

/// What a connection needs of the client it belongs to, and which outlives it.
struct environment {
    runtime::runtime& rt;
    runtime::task_group& tasks;
    const client_options& options;
    base::component_log log;
};

} // namespace kcpp::network
