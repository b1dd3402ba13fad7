#pragma once

#include "protocol/add_offsets_to_txn.hpp"
#include "protocol/add_partitions_to_txn.hpp"
#include "protocol/api.hpp"
#include "protocol/api_versions.hpp"
#include "protocol/consumer_group_heartbeat.hpp"
#include "protocol/create_partitions.hpp"
#include "protocol/create_topics.hpp"
#include "protocol/delete_groups.hpp"
#include "protocol/delete_topics.hpp"
#include "protocol/describe_cluster.hpp"
#include "protocol/describe_configs.hpp"
#include "protocol/describe_groups.hpp"
#include "protocol/describe_topic_partitions.hpp"
#include "protocol/end_txn.hpp"
#include "protocol/fetch.hpp"
#include "protocol/find_coordinator.hpp"
#include "protocol/get_telemetry_subscriptions.hpp"
#include "protocol/heartbeat.hpp"
#include "protocol/incremental_alter_configs.hpp"
#include "protocol/init_producer_id.hpp"
#include "protocol/join_group.hpp"
#include "protocol/leave_group.hpp"
#include "protocol/list_groups.hpp"
#include "protocol/list_offsets.hpp"
#include "protocol/metadata.hpp"
#include "protocol/offset_commit.hpp"
#include "protocol/offset_delete.hpp"
#include "protocol/offset_fetch.hpp"
#include "protocol/offset_for_leader_epoch.hpp"
#include "protocol/produce.hpp"
#include "protocol/push_telemetry.hpp"
#include "protocol/sasl_authenticate.hpp"
#include "protocol/sasl_handshake.hpp"
#include "protocol/share_acknowledge.hpp"
#include "protocol/share_fetch.hpp"
#include "protocol/share_group_heartbeat.hpp"
#include "protocol/sync_group.hpp"
#include "protocol/txn_offset_commit.hpp"

namespace kcpp::protocol {

template <class... Requests>
struct request_list {
    /// Calls `visit.template operator()<Request>()` for each, in this order.
    template <class Visit>
    static void each(Visit&& visit) {
        (visit.template operator()<Requests>(), ...);
    }
};

/// Every API, by its request and by ascending key; `Request::response_type` is the other half. A
/// new one has its header, its key in api.hpp, its name in api.cpp and its line here;
/// tests/protocol/golden/run then adds it to the golden file.
using all_requests = request_list<
    produce::request, fetch::request, list_offsets::request, metadata::request,
    offset_commit::request, offset_fetch::request, find_coordinator::request, join_group::request,
    heartbeat::request, leave_group::request, sync_group::request, describe_groups::request,
    list_groups::request, sasl_handshake::request, api_versions::request, create_topics::request,
    delete_topics::request, init_producer_id::request, offset_for_leader_epoch::request,
    add_partitions_to_txn::request, add_offsets_to_txn::request, end_txn::request,
    txn_offset_commit::request, describe_configs::request, sasl_authenticate::request,
    create_partitions::request, delete_groups::request, incremental_alter_configs::request,
    offset_delete::request, describe_cluster::request, consumer_group_heartbeat::request,
    get_telemetry_subscriptions::request, push_telemetry::request,
    describe_topic_partitions::request, share_group_heartbeat::request, share_fetch::request,
    share_acknowledge::request>;

} // namespace kcpp::protocol
