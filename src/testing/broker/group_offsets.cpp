#include "testing/broker/coordinator.hpp"
#include "testing/broker/handlers.hpp"

namespace kcpp::testing {

namespace {

namespace committing = protocol::offset_commit;
namespace fetching_offsets = protocol::offset_fetch;
namespace deleting = protocol::offset_delete;

constexpr std::size_t max_metadata = 4096; // offset.metadata.max.bytes
constexpr std::int16_t first_offsets_by_id = 10, first_with_many_groups = 8,
                       first_with_group_not_found = 9, first_with_member_epoch = 9;

/// Whether this member, or somebody outside the group, may commit.
broker_errc check_commit(call& c, const committing::request& q) {
    if (const auto error = check_coordinator(c, q.group_id); error != broker_errc::none)
        return error;
    testing::group* g = c.cluster.group_now(q.group_id);
    if (g != nullptr && !g->consumers.empty())
        return c.version < first_with_member_epoch
                   ? broker_errc::unsupported_version
                   : g->consumers.check_commit(q.member_id, q.generation_id_or_member_epoch);
    if (g != nullptr)
        return g->members.check_commit(
            {q.member_id, q.group_instance_id, q.generation_id_or_member_epoch}, c.group_time());
    if (q.generation_id_or_member_epoch < 0) return broker_errc::none;
    return c.version >= first_with_group_not_found ? broker_errc::group_id_not_found
                                                   : broker_errc::illegal_generation;
}

broker_errc commit(call& c, const committing::request& q, topic* t,
                   const committing::partition& p) {
    if (t == nullptr)
        return c.version >= first_offsets_by_id ? broker_errc::unknown_topic_id
                                                : broker_errc::unknown_topic_or_partition;
    if (t->find(p.index) == nullptr) return broker_errc::unknown_topic_or_partition;
    const std::string metadata = p.metadata.value_or("");
    if (metadata.size() > max_metadata) return broker_errc::offset_metadata_too_large;
    const topic_partition place{t->name, p.index};
    group_offset& stored = c.state().make_group(q.group_id).offsets[place];
    stored = {p.offset, p.leader_epoch, metadata};
    if (c.cluster.on_commit) c.cluster.on_commit(q.group_id, place, stored);
    return broker_errc::none;
}

fetching_offsets::partition_result result_of(std::int32_t index, const group_offset& o) {
    fetching_offsets::partition_result r;
    r.index = index;
    r.offset = o.offset;
    r.leader_epoch = o.leader_epoch;
    r.metadata = o.metadata;
    return r;
}

void fetch_all(call& c, const testing::group& g,
               std::vector<fetching_offsets::topic_result>& into) {
    for (const auto& [place, offset] : g.offsets) {
        if (into.empty() || into.back().name != place.topic) {
            auto& t = into.emplace_back();
            t.name = place.topic;
            t.topic_id = c.state().find_topic(place.topic)->id;
        }
        into.back().partitions.push_back(result_of(place.partition, offset));
    }
}

fetching_offsets::topic_result fetch_topic(call& c, const testing::group* g,
                                           const fetching_offsets::topic& asked,
                                           bool require_stable) {
    fetching_offsets::topic_result r;
    r.name = asked.name;
    r.topic_id = asked.topic_id;
    const bool by_id = c.version >= first_offsets_by_id;
    const topic* t = by_id ? c.state().find_topic(asked.topic_id) : nullptr;
    for (const std::int32_t index : asked.partitions) {
        auto& one = r.partitions.emplace_back(result_of(index, {}));
        if (by_id && t == nullptr) one.error_code = code(broker_errc::unknown_topic_id);
        if (g == nullptr) continue;
        const topic_partition place{t != nullptr ? t->name : asked.name, index};
        const auto found = g->offsets.find(place);
        if (require_stable && g->unstable.contains(place))
            one.error_code = code(broker_errc::unstable_offset_commit);
        else if (found != g->offsets.end())
            one = result_of(index, found->second);
    }
    return r;
}

fetching_offsets::group_result
fetch_group(call& c, const std::string& name,
            const std::optional<std::vector<fetching_offsets::topic>>& topics,
            bool require_stable) {
    fetching_offsets::group_result r;
    r.group_id = name;
    r.error_code = code(check_coordinator(c, name));
    if (r.error_code != 0) return r;
    const testing::group* g = c.cluster.group_now(name);
    if (topics)
        for (const auto& asked : *topics)
            r.topics.push_back(fetch_topic(c, g, asked, require_stable));
    else if (g != nullptr)
        fetch_all(c, *g, r.topics);
    return r;
}

} // namespace

committing::response offset_commit(call& c, const committing::request& q) {
    committing::response r;
    const broker_errc refused = check_commit(c, q);
    for (const auto& asked : q.topics) {
        auto& results = r.topics.emplace_back();
        results.name = asked.name;
        results.topic_id = asked.topic_id;
        topic* t = c.version >= first_offsets_by_id ? c.state().find_topic(asked.topic_id)
                                                    : c.state().find_topic(asked.name);
        for (const auto& p : asked.partitions) {
            broker_errc error = refused;
            if (error == broker_errc::none && t != nullptr) error = c.injected(t->name, p.index);
            if (error == broker_errc::none) error = commit(c, q, t, p);
            results.partitions.push_back({p.index, code(error)});
        }
    }
    return r;
}

fetching_offsets::response offset_fetch(call& c, const fetching_offsets::request& q) {
    fetching_offsets::response r;
    if (c.version >= first_with_many_groups) {
        for (const auto& g : q.groups)
            r.groups.push_back(fetch_group(c, g.group_id, g.topics, q.require_stable));
        return r;
    }
    auto one = fetch_group(c, q.group_id, q.topics, q.require_stable);
    r.topics = std::move(one.topics);
    r.error_code = one.error_code;
    if (c.version >= 2 || one.error_code == 0) return r;
    // The first versions have a place for errors at partitions only.
    for (const auto& asked : q.topics.value_or(std::vector<fetching_offsets::topic>())) {
        auto& results = r.topics.emplace_back();
        results.name = asked.name;
        for (const std::int32_t index : asked.partitions) {
            auto& p = results.partitions.emplace_back(result_of(index, {}));
            p.error_code = one.error_code;
        }
    }
    return r;
}

deleting::response offset_delete(call& c, const deleting::request& q) {
    deleting::response r;
    broker_errc error = check_member_call(c, q.group_id);
    testing::group* g = c.cluster.group_now(q.group_id);
    if (error == broker_errc::none && g == nullptr) error = broker_errc::group_id_not_found;
    const bool used = g != nullptr && !g->members.members().empty();
    if (error == broker_errc::none && used && g->members.protocol_type() != "consumer")
        error = broker_errc::non_empty_group;
    r.error_code = code(error);
    if (error != broker_errc::none) return r;
    for (const auto& asked : q.topics) {
        auto& results = r.topics.emplace_back();
        results.name = asked.name;
        const bool subscribed = (used && g->members.subscribes_to(asked.name)) ||
                                (g != nullptr && g->consumers.subscribes_to(asked.name));
        for (const auto& p : asked.partitions) {
            broker_errc outcome = broker_errc::none;
            if (c.state().find_partition(asked.name, p.index) == nullptr)
                outcome = broker_errc::unknown_topic_or_partition;
            else if (subscribed)
                outcome = broker_errc::group_subscribed_to_topic;
            else
                g->offsets.erase({asked.name, p.index});
            results.partitions.push_back({p.index, code(outcome)});
        }
    }
    return r;
}

} // namespace kcpp::testing
