#pragma once

#include "testing/broker/call.hpp"

#include <cstdint>
#include <string>

namespace kcpp::testing {

/// Where a consumer in `rack` should read from `offset` on, as RackAwareReplicaSelector of Kafka
/// says it (KIP-392): a replica of its rack that is in sync and has that offset; no_broker: from
/// the one that was asked.
inline std::int32_t nearest_replica(const call& c, const partition& p, const std::string& rack,
                                    std::int64_t offset) {
    if (rack.empty() || !c.state().settings().rack_aware_reads || p.leader() != c.broker)
        return no_broker;
    std::int32_t found = no_broker;
    for (const std::int32_t id : p.in_sync()) {
        const partition_log* log = p.log_on(id);
        const broker_node* node = c.state().find_broker(id);
        if (!c.state().is_up(id) || node->rack != rack || offset < log->start_offset() ||
            offset > log->end_offset())
            continue;
        if (id == c.broker) return no_broker;
        if (found == no_broker) found = id;
    }
    return found;
}

} // namespace kcpp::testing
