#pragma once

#include "consumer/group/group_coordinator.hpp"
#include "runtime/task.hpp"

#include <kcpp/offsets.hpp>

#include <memory>
#include <vector>

namespace kcpp::consuming {

/// What the group has committed for these partitions; those without an offset are left out. Asks
/// until it is known or `until` has passed. Offsets of transactions that are still open are waited
/// for (KIP-447). (OffsetFetch)
runtime::task<result<offsets>> committed_offsets(std::shared_ptr<group_coordinator> coordinator,
                                                 std::vector<topic_partition> partitions,
                                                 runtime::time_point until);

} // namespace kcpp::consuming
