#include "protocol/api.hpp"

#include "protocol/all.hpp"

#include <algorithm>
#include <array>

namespace kcpp::protocol {

namespace {

constexpr const char* name_of(api_key key) {
    switch (key) {
    case api_key::produce: return "Produce";
    case api_key::fetch: return "Fetch";
    case api_key::list_offsets: return "ListOffsets";
    case api_key::metadata: return "Metadata";
    case api_key::offset_commit: return "OffsetCommit";
    case api_key::offset_fetch: return "OffsetFetch";
    case api_key::find_coordinator: return "FindCoordinator";
    case api_key::join_group: return "JoinGroup";
    case api_key::heartbeat: return "Heartbeat";
    case api_key::leave_group: return "LeaveGroup";
    case api_key::sync_group: return "SyncGroup";
    case api_key::describe_groups: return "DescribeGroups";
    case api_key::list_groups: return "ListGroups";
    case api_key::sasl_handshake: return "SaslHandshake";
    case api_key::api_versions: return "ApiVersions";
    case api_key::create_topics: return "CreateTopics";
    case api_key::delete_topics: return "DeleteTopics";
    case api_key::init_producer_id: return "InitProducerId";
    case api_key::offset_for_leader_epoch: return "OffsetForLeaderEpoch";
    case api_key::add_partitions_to_txn: return "AddPartitionsToTxn";
    case api_key::add_offsets_to_txn: return "AddOffsetsToTxn";
    case api_key::end_txn: return "EndTxn";
    case api_key::txn_offset_commit: return "TxnOffsetCommit";
    case api_key::describe_configs: return "DescribeConfigs";
    case api_key::sasl_authenticate: return "SaslAuthenticate";
    case api_key::create_partitions: return "CreatePartitions";
    case api_key::delete_groups: return "DeleteGroups";
    case api_key::incremental_alter_configs: return "IncrementalAlterConfigs";
    case api_key::offset_delete: return "OffsetDelete";
    case api_key::describe_cluster: return "DescribeCluster";
    case api_key::consumer_group_heartbeat: return "ConsumerGroupHeartbeat";
    case api_key::get_telemetry_subscriptions: return "GetTelemetrySubscriptions";
    case api_key::push_telemetry: return "PushTelemetry";
    case api_key::describe_topic_partitions: return "DescribeTopicPartitions";
    case api_key::share_group_heartbeat: return "ShareGroupHeartbeat";
    case api_key::share_fetch: return "ShareFetch";
    case api_key::share_acknowledge: return "ShareAcknowledge";
    }
    return "unknown API";
}

template <class... Requests>
constexpr auto describe(request_list<Requests...>) {
    return std::array{api_info{key_of<Requests>, name_of(key_of<Requests>), Requests::oldest,
                               newest_sent<Requests>(), Requests::flexible_since}...};
}

} // namespace

const char* name(api_key key) noexcept {
    return name_of(key);
}

std::span<const api_info> every_api() noexcept {
    static constexpr auto table = describe(all_requests{});
    static_assert(std::ranges::is_sorted(table, {}, &api_info::key));
    return table;
}

const api_info* find_api(std::int16_t key) noexcept {
    const auto apis = every_api();
    const auto at = std::ranges::lower_bound(apis, static_cast<api_key>(key), {}, &api_info::key);
    return at != apis.end() && at->key == static_cast<api_key>(key) ? &*at : nullptr;
}

} // namespace kcpp::protocol
