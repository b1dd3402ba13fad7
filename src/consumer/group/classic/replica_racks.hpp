#pragma once

#include "cluster/snapshot.hpp"
#include "consumer/group/classic/assignor.hpp"

namespace kcpp::consuming {

/// Where the copies of a topic's partitions are. Brokers that have no rack, or are not there at the
/// moment, leave none.
replica_racks racks_of(const cluster::topic& known, const cluster::snapshot& cluster);

/// Copies have come to other racks since. A partition of which a broker is away is left out of
/// this: that broker will be back, or the partition gets another one.
bool have_moved(const replica_racks& before, const cluster::topic& known,
                const cluster::snapshot& cluster);

} // namespace kcpp::consuming
