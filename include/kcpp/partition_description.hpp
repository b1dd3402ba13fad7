#pragma once

#include <kcpp/types.hpp>

#include <cstdint>
#include <vector>

namespace [[gnu::visibility("default")]] kcpp {

/// Where a partition lives, in broker ids.
struct partition_description {
    partition_id id = 0;
    /// Broker id, or -1 while there is no leader.
    std::int32_t leader = -1;
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replicas{};
    std::vector<std::int32_t> in_sync_replicas{};

    friend bool operator==(const partition_description&, const partition_description&) = default;
};

} // namespace kcpp
