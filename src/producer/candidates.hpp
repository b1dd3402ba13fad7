#pragma once

#include "cluster/snapshot.hpp"

#include <kcpp/types.hpp>

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace kcpp::producing {

/// The partitions that records go to which no key decides on, in order: those whose leader is in
/// `rack` (KIP-1123, K4), unless that is empty or no leader is there; and of these not the ones
/// whose leader is missing or takes nothing at the moment (KIP-794, K3). If none is left, all.
std::vector<partition_id> candidates(const cluster::topic& of, const cluster::snapshot& known,
                                     std::string_view rack, const std::set<std::int32_t>& stalled);

} // namespace kcpp::producing
