#include "testing/broker/handlers.hpp"
#include "testing/broker/protocol_words.hpp"

#include <algorithm>
#include <set>

namespace kcpp::testing {

namespace {

constexpr std::int8_t brokers_endpoint = 1;

namespace pages = protocol::describe_topic_partitions;

pages::partition_metadata describe(const cluster_state& state, const partition& p) {
    pages::partition_metadata m;
    m.index = p.id();
    m.leader_id = p.leader();
    m.leader_epoch = p.leader_epoch();
    m.replica_nodes = p.replicas();
    m.isr_nodes = p.in_sync();
    m.eligible_leader_nodes.emplace();
    m.last_known_eligible_nodes.emplace();
    if (p.leader() == no_broker) m.error_code = code(broker_errc::leader_not_available);
    std::ranges::copy_if(p.replicas(), std::back_inserter(m.offline_nodes),
                         [&](std::int32_t b) { return !state.is_up(b); });
    return m;
}

/// Adds a topic from partition `first` on, as far as the page has room; says whether all of it
/// found room.
bool add(const cluster_state& state, const topic& t, std::int32_t first, std::size_t& room,
         pages::response& r) {
    pages::topic_metadata m;
    m.name = t.name;
    m.topic_id = t.id;
    auto p = static_cast<std::size_t>(std::max(first, 0));
    for (; p < t.partitions.size() && room != 0; ++p, --room)
        m.partitions.push_back(describe(state, t.partitions[p]));
    r.topics.push_back(std::move(m));
    if (p >= t.partitions.size()) return true;
    r.next_cursor = pages::page_cursor{t.name, static_cast<std::int32_t>(p)};
    return false;
}

} // namespace

protocol::describe_cluster::response
describe_cluster(call& c, const protocol::describe_cluster::request& q) {
    protocol::describe_cluster::response r;
    r.error_code = code(c.injected());
    if (q.endpoint_type != brokers_endpoint)
        r.error_code = code(broker_errc::mismatched_endpoint_type);
    if (r.error_code != 0) return r;
    r.cluster_id = c.state().id();
    r.controller_id = c.state().controller();
    for (const broker_node& b : c.state().brokers())
        if (c.state().is_up(b.id) || (c.version >= 2 && q.include_fenced_brokers))
            r.brokers.push_back({b.id, b.host, b.port, b.rack, !c.state().is_up(b.id)});
    if (q.include_cluster_authorized_operations) r.cluster_authorized_operations = all_of_cluster;
    return r;
}

pages::response describe_topic_partitions(call& c, const pages::request& q) {
    pages::response r;
    std::set<std::string> names; // in order, because the cursor goes by name
    for (const auto& t : q.topics)
        names.insert(t.name);
    if (names.empty())
        for (const auto& [name, t] : c.state().topics())
            names.insert(name);
    const std::string from = q.cursor ? q.cursor->topic_name : std::string();
    auto room = static_cast<std::size_t>(std::clamp(q.response_partition_limit, 1, 2000));
    for (auto name = names.lower_bound(from); name != names.end(); ++name) {
        if (room == 0) {
            r.next_cursor = pages::page_cursor{*name, 0};
            break;
        }
        const topic* t = c.state().find_topic(*name);
        broker_errc error = c.injected(*name);
        if (t == nullptr && error == broker_errc::none)
            error = broker_errc::unknown_topic_or_partition;
        if (error != broker_errc::none) {
            auto& missing = r.topics.emplace_back();
            missing.name = *name;
            missing.error_code = code(error);
            continue;
        }
        const std::int32_t first = q.cursor && *name == from ? q.cursor->partition_index : 0;
        if (!add(c.state(), *t, first, room, r)) break;
    }
    return r;
}

} // namespace kcpp::testing
