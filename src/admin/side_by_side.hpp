#pragma once

#include "cluster/core.hpp"

#include <memory>
#include <vector>

namespace kcpp::administration {

/// Runs tasks at the same time and ends with the last of them.
runtime::task<> side_by_side(std::shared_ptr<cluster::core> core,
                             std::vector<runtime::task<>> tasks);

} // namespace kcpp::administration
