#pragma once

#include "protocol/all.hpp"
#include "runtime/task.hpp"
#include "testing/broker/call.hpp"

/// One function for each API. Those that may have to wait are coroutines.
namespace kcpp::testing {

protocol::api_versions::response api_versions(call& c, const protocol::api_versions::request& q);

// metadata.cpp, describe_cluster.cpp
protocol::metadata::response metadata(call& c, const protocol::metadata::request& q);
protocol::describe_cluster::response describe_cluster(call& c,
                                                      const protocol::describe_cluster::request& q);
protocol::describe_topic_partitions::response
describe_topic_partitions(call& c, const protocol::describe_topic_partitions::request& q);

// topics.cpp
protocol::create_topics::response create_topics(call& c, const protocol::create_topics::request& q);
protocol::delete_topics::response delete_topics(call& c, const protocol::delete_topics::request& q);
protocol::create_partitions::response
create_partitions(call& c, const protocol::create_partitions::request& q);

// produce.cpp, fetch.cpp, list_offsets.cpp
runtime::task<protocol::produce::response> produce(call& c, const protocol::produce::request& q);
runtime::task<protocol::fetch::response> fetch(call& c, const protocol::fetch::request& q);
protocol::list_offsets::response list_offsets(call& c, const protocol::list_offsets::request& q);
protocol::offset_for_leader_epoch::response
offset_for_leader_epoch(call& c, const protocol::offset_for_leader_epoch::request& q);
protocol::init_producer_id::response init_producer_id(call& c,
                                                      const protocol::init_producer_id::request& q);

// find_coordinator.cpp
protocol::find_coordinator::response find_coordinator(call& c,
                                                      const protocol::find_coordinator::request& q);

// group_members.cpp
runtime::task<protocol::join_group::response> join_group(call& c,
                                                         const protocol::join_group::request& q);
runtime::task<protocol::sync_group::response> sync_group(call& c,
                                                         const protocol::sync_group::request& q);
protocol::heartbeat::response heartbeat(call& c, const protocol::heartbeat::request& q);
protocol::leave_group::response leave_group(call& c, const protocol::leave_group::request& q);

// consumer_group_members.cpp
protocol::consumer_group_heartbeat::response
consumer_group_heartbeat(call& c, const protocol::consumer_group_heartbeat::request& q);

// group_offsets.cpp
protocol::offset_commit::response offset_commit(call& c, const protocol::offset_commit::request& q);
protocol::offset_fetch::response offset_fetch(call& c, const protocol::offset_fetch::request& q);
protocol::offset_delete::response offset_delete(call& c, const protocol::offset_delete::request& q);

// group_admin.cpp
protocol::list_groups::response list_groups(call& c, const protocol::list_groups::request& q);
protocol::describe_groups::response describe_groups(call& c,
                                                    const protocol::describe_groups::request& q);
protocol::delete_groups::response delete_groups(call& c, const protocol::delete_groups::request& q);

// configs.cpp
protocol::describe_configs::response describe_configs(call& c,
                                                      const protocol::describe_configs::request& q);
protocol::incremental_alter_configs::response
incremental_alter_configs(call& c, const protocol::incremental_alter_configs::request& q);

} // namespace kcpp::testing
