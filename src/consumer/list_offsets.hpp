#pragma once

#include "cluster/core.hpp"
#include "consumer/partition_table.hpp"
#include "runtime/task.hpp"

#include <kcpp/consumer_options.hpp>
#include <kcpp/offsets.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace kcpp::consuming {

struct listed_offset {
    broker_errc error = broker_errc::none;
    position at;
};

/// Asks one broker once. What it leaves out of its answer is left out here.
runtime::task<result<std::map<topic_partition, listed_offset>>>
list_offsets_once(std::shared_ptr<cluster::core> cluster, std::int32_t node,
                  isolation_level isolation, std::vector<inquiry> wanted,
                  runtime::time_point until);

/// Asks all leaders, again if need be. Partitions without an offset for their timestamp are left
/// out.
runtime::task<result<offsets>> list_offsets(std::shared_ptr<cluster::core> cluster,
                                            isolation_level isolation,
                                            std::map<topic_partition, std::int64_t> wanted,
                                            runtime::time_point until);

/// What an answer's error code means for a partition.
error list_offsets_error(const topic_partition& place, broker_errc code);

} // namespace kcpp::consuming
