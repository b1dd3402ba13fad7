#pragma once

#include <kcpp/consumer_options.hpp>
#include <kcpp/partition_assignor.hpp>
#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::consuming {

/// A member as the leader of its group sees it.
using group_member = member_subscription;
/// How many partitions each topic has; topics that do not exist are missing.
using topic_sizes = std::map<std::string, std::int32_t>;
/// Of a topic, by partition: the racks in which there is a copy, each once, in order.
using replica_racks = std::vector<std::vector<std::string>>;
/// By topic. What is missing has no rack.
using topic_racks = std::map<std::string, replica_racks>;
/// Who gets what, by member id. Everybody is in it.
using group_assignment = std::map<std::string, std::vector<topic_partition>>;

/// Each topic by itself: its partitions in as many ranges as it has subscribers, the first ones
/// larger by one. Members that subscribe to the same topics get the same ranges of each, so that
/// equally keyed topics stay together. Where members name their racks, each gets what is in its
/// own first, and of topics of one size the same partitions as long as that goes (KIP-881).
/// (RangeAssignor)
group_assignment assign_range(std::vector<group_member> members, const topic_sizes& topics,
                              const topic_racks& racks = {});

/// All partitions of all topics, dealt out one by one in turn to whoever subscribes to the topic.
/// (RoundRobinAssignor)
group_assignment assign_round_robin(std::vector<group_member> members, const topic_sizes& topics,
                                    const topic_racks& racks = {});

/// All partitions, so that no member could take one off another that has two more, not even by way
/// of others; as few as that allows to members in whose racks there is no copy (KIP-881); and each
/// keeps as much of what it had as that allows. (StickyAssignor)
group_assignment assign_sticky(std::vector<group_member> members, const topic_sizes& topics,
                               const topic_racks& racks = {});

/// As assign_sticky, but what one member says that it has is given to no other: its owner gives it
/// up first, and then joins again (KIP-429). (CooperativeStickyAssignor)
group_assignment assign_cooperative_sticky(std::vector<group_member> members,
                                           const topic_sizes& topics,
                                           const topic_racks& racks = {});

/// Kafka's name of a strategy, under which members agree on it, such as "roundrobin".
std::string_view name_of(assignment_strategy strategy) noexcept;
/// Nothing for a name that is none of ours.
std::optional<assignment_strategy> strategy_named(std::string_view name) noexcept;
/// Members keep what they have while they join again.
bool is_cooperative(assignment_strategy strategy) noexcept;
group_assignment assign(assignment_strategy strategy, std::vector<group_member> members,
                        const topic_sizes& topics, const topic_racks& racks = {});

/// By partition: who says that it has it. Views of the members' own ids.
using claims_of_members = std::map<topic_partition, std::vector<std::string_view>>;
claims_of_members claims_of(const std::vector<group_member>& members);
/// Others say that they have it, and this member does not.
bool belongs_to_others(const claims_of_members& claims, const topic_partition& place,
                       std::string_view member_id);

/// Who subscribes to each topic, as indexes of `members`, ascending; a topic named twice counts
/// once. Views of the members' own names.
using topic_subscribers = std::map<std::string_view, std::vector<std::size_t>>;
topic_subscribers subscribers_of(const std::vector<group_member>& members);

/// The order in which members come in turn: static ones first, by their instance id, then the
/// others by member id.
bool comes_before(const group_member& a, const group_member& b);

} // namespace kcpp::consuming
