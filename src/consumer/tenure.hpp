#pragma once

#include <kcpp/offsets.hpp>
#include <kcpp/types.hpp>

#include <memory>
#include <set>
#include <vector>

namespace kcpp::consuming {

/// One stay of a partition with a consumer, from when it is assigned until it is given up. Each is
/// an object of its own: so what belongs to an earlier stay is told apart, also when the partition
/// has come back since.
using tenure = std::shared_ptr<const topic_partition>;
using tenures = std::vector<tenure>;

inline std::vector<topic_partition> partitions_of(const tenures& held) {
    std::vector<topic_partition> partitions;
    partitions.reserve(held.size());
    for (const tenure& each : held)
        partitions.push_back(*each);
    return partitions;
}

/// What is left of `all`, in its order.
inline tenures without(tenures all, const tenures& gone) {
    const std::set<tenure> out(gone.begin(), gone.end());
    std::erase_if(all, [&](const tenure& each) { return out.contains(each); });
    return all;
}

/// Offsets to commit, and the tenures they were read in: a member commits nothing for one that has
/// ended. Without any, for partitions chosen by hand, they are committed in any case.
struct progress {
    offsets next;
    tenures during;
};

} // namespace kcpp::consuming
