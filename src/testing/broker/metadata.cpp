#include "testing/broker/handlers.hpp"
#include "testing/broker/protocol_words.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

using protocol::metadata::partition_metadata;
using protocol::metadata::request;
using protocol::metadata::response;
using protocol::metadata::topic_metadata;

partition_metadata describe(const cluster_state& state, const partition& p, bool lists_offline) {
    partition_metadata m;
    m.index = p.id();
    m.leader_id = p.leader();
    m.leader_epoch = p.leader_epoch();
    m.replica_nodes = p.replicas();
    m.isr_nodes = p.in_sync();
    if (p.leader() == no_broker) m.error_code = code(broker_errc::leader_not_available);
    if (!lists_offline) return m;
    std::ranges::copy_if(p.replicas(), std::back_inserter(m.offline_nodes),
                         [&](std::int32_t b) { return !state.is_up(b); });
    return m;
}

topic_metadata describe(const call& c, const topic& t, const request& q) {
    topic_metadata m;
    m.name = t.name;
    m.topic_id = t.id;
    m.is_internal = is_internal(t.name);
    if (c.version >= 8 && q.include_topic_authorized_operations)
        m.authorized_operations = all_of_topic;
    for (const partition& p : t.partitions)
        m.partitions.push_back(describe(c.state(), p, c.version >= 5));
    return m;
}

topic_metadata missing(std::optional<std::string> name, const protocol::uuid& id,
                       broker_errc error) {
    topic_metadata m;
    m.name = std::move(name);
    m.topic_id = id;
    m.error_code = code(error);
    return m;
}

/// As with real brokers, a topic that is made now can be seen at the next request.
topic_metadata unknown(call& c, const std::string& name, const request& q) {
    if (!check_topic_name(name).good())
        return missing(name, {}, broker_errc::invalid_topic_exception);
    if (c.state().settings().auto_create_topics && (c.version < 4 || q.allow_auto_topic_creation)) {
        topic_wish wish{.name = name};
        if (c.state().plan_topic(wish).good()) c.state().create_topic(wish);
    }
    return missing(name, {}, broker_errc::unknown_topic_or_partition);
}

topic_metadata look_up(call& c, const protocol::metadata::topic& asked, const request& q) {
    const bool by_id = !asked.topic_id.is_zero();
    // Versions 10 and 11 have the field, but brokers cannot handle it.
    if (c.version < 12 && (by_id || !asked.name))
        return missing(asked.name.value_or(""), asked.topic_id, broker_errc::invalid_request);
    if (by_id) {
        const topic* t = c.state().find_topic(asked.topic_id);
        return t ? describe(c, *t, q)
                 : missing(std::nullopt, asked.topic_id, broker_errc::unknown_topic_id);
    }
    const std::string name = asked.name.value_or("");
    if (const auto error = c.injected(name); error != broker_errc::none)
        return missing(name, {}, error);
    const topic* t = c.state().find_topic(name);
    return t ? describe(c, *t, q) : unknown(c, name, q);
}

bool wants_all(const call& c, const request& q) {
    return !q.topics || (c.version == 0 && q.topics->empty());
}

} // namespace

response metadata(call& c, const request& q) {
    response r;
    for (const broker_node& b : c.state().brokers())
        if (c.state().is_up(b.id)) r.brokers.push_back({b.id, b.host, b.port, b.rack});
    r.cluster_id = c.state().id();
    r.controller_id = c.state().controller();
    if (c.version >= 8 && c.version <= 10 && q.include_cluster_authorized_operations)
        r.cluster_authorized_operations = all_of_cluster;
    if (wants_all(c, q)) {
        for (const auto& [name, t] : c.state().topics())
            r.topics.push_back(describe(c, t, q));
    } else {
        for (const auto& asked : *q.topics)
            r.topics.push_back(look_up(c, asked, q));
    }
    if (c.version >= 13) r.error_code = code(c.injected());
    return r;
}

} // namespace kcpp::testing
