#pragma once

#include "cluster/core.hpp"

#include <kcpp/partition_description.hpp>

#include <string>
#include <vector>

namespace kcpp::cluster {

/// The partitions of a topic, as metadata knows them or learns of them until then.
runtime::task<result<std::vector<partition_description>>>
partitions_of(std::shared_ptr<core> client, std::string topic, unknown_topic policy,
              runtime::time_point until);

} // namespace kcpp::cluster
