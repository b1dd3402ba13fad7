#include "cluster/partitions_of.hpp"

namespace kcpp::cluster {

runtime::task<result<std::vector<partition_description>>>
partitions_of(std::shared_ptr<core> client, std::string topic, unknown_topic policy,
              runtime::time_point until) {
    const auto known = co_await client->metadata().find(std::move(topic), policy, until);
    if (!known) co_return known.error();
    std::vector<partition_description> all;
    for (const auto& p : (*known)->partitions)
        all.push_back({static_cast<partition_id>(all.size()), p.leader, p.leader_epoch, p.replicas,
                       p.in_sync_replicas});
    co_return all;
}

} // namespace kcpp::cluster
