// Members of groups under the consumer protocol. (KIP-848)

#include "testing/broker/coordinator.hpp"
#include "testing/broker/handlers.hpp"

namespace kcpp::testing {

namespace {

namespace beating = protocol::consumer_group_heartbeat;

member_heartbeat heartbeat_of(call& c, const beating::request& q) {
    member_heartbeat said;
    said.member_id = q.member_id;
    said.epoch = q.member_epoch;
    said.instance_id = q.instance_id;
    said.client_id = c.client_id;
    if (q.rebalance_timeout_ms >= 0)
        said.rebalance_timeout = std::chrono::milliseconds(q.rebalance_timeout_ms);
    said.topics = q.subscribed_topic_names;
    said.regex = q.subscribed_topic_regex;
    said.assignor = q.server_assignor;
    said.full = said.rebalance_timeout && (said.topics || said.regex) && q.owned_partitions;
    if (!q.owned_partitions) return said;
    said.owned.emplace();
    for (const auto& of_topic : *q.owned_partitions)
        if (const topic* t = c.state().find_topic(of_topic.topic_id))
            for (const partition_id p : of_topic.partitions)
                said.owned->insert({t->name, p});
    return said;
}

beating::member_assignment assignment_of(call& c, const partition_set& partitions) {
    beating::member_assignment given;
    for (const topic_partition& place : partitions) {
        const topic* t = c.state().find_topic(place.topic);
        if (t == nullptr) continue;
        if (given.topics.empty() || given.topics.back().topic_id != t->id)
            given.topics.push_back({t->id, {}});
        given.topics.back().partitions.push_back(place.partition);
    }
    return given;
}

} // namespace

beating::response consumer_group_heartbeat(call& c, const beating::request& q) {
    beating::response r;
    broker_errc error = check_member_call(c, q.group_id);
    const testing::group* known = c.cluster.group_now(q.group_id);
    const bool is_classic = known != nullptr && known->members.state() != group_state::empty;
    if (error == broker_errc::none && is_classic) {
        error = broker_errc::group_id_not_found;
        r.error_message = "Group " + q.group_id + " is not a consumer group.";
    }
    if (error == broker_errc::none) {
        consumer_group::topic_sizes sizes;
        for (const auto& [name, t] : c.state().topics())
            sizes[name] = static_cast<std::int32_t>(t.partitions.size());
        auto said = c.state()
                        .make_group(q.group_id)
                        .consumers.heartbeat(heartbeat_of(c, q), sizes, c.group_time());
        error = said.error;
        if (error != broker_errc::none) r.error_message = said.message;
        r.member_epoch = said.epoch;
        if (said.assignment) r.assignment = assignment_of(c, *said.assignment);
        c.cluster.group_news.notify();
    }
    r.error_code = code(error);
    if (error != broker_errc::none) return r;
    r.member_id = q.member_id;
    r.heartbeat_interval_ms =
        static_cast<std::int32_t>(c.state().settings().consumer_groups.heartbeat_interval.count());
    return r;
}

} // namespace kcpp::testing
