#include "cluster/metadata_cache.hpp"

#include <algorithm>

namespace kcpp::cluster {

namespace {

/// Before version 9 a broker may tell the epoch of an older leader (KAFKA-9212).
constexpr std::int16_t reliable_epochs_since = 9;

partition from_wire(const protocol::metadata::partition_metadata& said, bool epochs_reliable) {
    partition p;
    p.leader = said.error_code == static_cast<std::int16_t>(broker_errc::leader_not_available)
                   ? -1
                   : said.leader_id;
    p.leader_epoch = epochs_reliable ? said.leader_epoch : -1;
    p.replicas = said.replica_nodes;
    p.in_sync_replicas = said.isr_nodes;
    return p;
}

/// A broker as answers of every kind tell it.
template <class Said>
bool has_address(const Said& said) {
    return said.node_id >= 0 && said.port > 0 && said.port <= UINT16_MAX;
}

template <class Said>
broker from_wire(const Said& said) {
    return {{said.node_id, said.host, static_cast<std::uint16_t>(said.port)},
            said.rack.value_or("")};
}

bool same_topics(const snapshot& a, const snapshot& b) {
    if (a.topics.size() != b.topics.size()) return false;
    return std::ranges::all_of(a.topics, [&](const auto& entry) {
        const auto other = b.find(entry.first);
        return other && *other == *entry.second;
    });
}

} // namespace

bool metadata_cache::apply(const protocol::metadata::response& said, std::int16_t version,
                           runtime::time_point now) {
    if (said.brokers.empty()) return false;
    snapshot next = *current_;
    next.cluster_id = said.cluster_id.value_or("");
    next.controller = said.controller_id;
    next.brokers.clear();
    for (const auto& b : said.brokers) {
        if (!has_address(b)) continue;
        next.brokers[b.node_id] = from_wire(b);
    }
    for (const auto& t : said.topics) {
        if (!t.name) continue;
        const auto known = current_->find(*t.name);
        if (known && known->id != wire::uuid{}) next.topics_by_id.erase(known->id);
        auto merged = merge(t, known.get(), version >= reliable_epochs_since, now);
        if (merged->id != wire::uuid{}) next.topics_by_id[merged->id] = merged;
        next.topics[*t.name] = std::move(merged);
    }
    return publish(std::move(next));
}

std::shared_ptr<const topic> metadata_cache::merge(const protocol::metadata::topic_metadata& said,
                                                   const topic* known, bool epochs_reliable,
                                                   runtime::time_point now) {
    topic merged;
    merged.name = *said.name;
    merged.error = static_cast<broker_errc>(said.error_code);
    if (merged.error != broker_errc::none && merged.error != broker_errc::leader_not_available) {
        const auto since = missing_since_.try_emplace(merged.name, now).first->second;
        if (known != nullptr && now - since < missing_means_deleted) {
            merged.id = known->id;
            merged.internal = known->internal;
            merged.partitions = known->partitions;
        }
        return std::make_shared<const topic>(std::move(merged));
    }
    missing_since_.erase(merged.name);
    // A broker that is too old for ids tells none; that makes it no other topic.
    const bool id_told = !said.topic_id.is_zero() || known == nullptr;
    merged.id = id_told ? said.topic_id : known->id;
    merged.internal = said.is_internal;
    const bool same_incarnation = known != nullptr && known->id == merged.id;
    if (same_incarnation) merged.partitions = known->partitions;
    for (const auto& p : said.partitions) {
        // No index that the partition count of this very answer does not explain: it would be
        // allocated for.
        if (p.index < 0 || static_cast<std::size_t>(p.index) >=
                               std::max(said.partitions.size(), merged.partitions.size()))
            continue;
        const auto index = static_cast<std::size_t>(p.index);
        if (index >= merged.partitions.size()) merged.partitions.resize(index + 1);
        partition heard = from_wire(p, epochs_reliable);
        if (heard.leader_epoch >= merged.partitions[index].leader_epoch || !epochs_reliable)
            merged.partitions[index] = std::move(heard);
    }
    return std::make_shared<const topic>(std::move(merged));
}

bool metadata_cache::add_brokers(const std::vector<protocol::node_endpoint>& said) {
    const auto is_new = [this](const auto& b) {
        return has_address(b) && !current_->brokers.contains(b.node_id);
    };
    // Answers repeat what is known: a copy of everything only for news.
    if (std::ranges::none_of(said, is_new)) return false;
    snapshot next = *current_;
    for (const auto& b : said)
        if (is_new(b)) next.brokers.try_emplace(b.node_id, from_wire(b));
    return publish(std::move(next));
}

bool metadata_cache::apply_leader(std::string_view topic_name, std::int32_t index,
                                  std::int32_t leader, std::int32_t leader_epoch) {
    const partition* known = current_->find(topic_name, index);
    if (known == nullptr || leader_epoch <= known->leader_epoch ||
        !current_->brokers.contains(leader))
        return false;
    snapshot next = *current_;
    topic changed = *next.find(topic_name);
    partition& p = changed.partitions[static_cast<std::size_t>(index)];
    p.leader = leader;
    p.leader_epoch = leader_epoch;
    auto shared = std::make_shared<const topic>(std::move(changed));
    if (shared->id != wire::uuid{}) next.topics_by_id[shared->id] = shared;
    next.topics[shared->name] = std::move(shared);
    return publish(std::move(next));
}

void metadata_cache::forget(std::string_view topic_name) {
    const auto known = current_->find(topic_name);
    if (!known) return;
    snapshot next = *current_;
    next.topics.erase(known->name);
    next.topics_by_id.erase(known->id);
    missing_since_.erase(known->name);
    publish(std::move(next));
}

bool metadata_cache::publish(snapshot next) {
    if (next.cluster_id == current_->cluster_id && next.controller == current_->controller &&
        next.brokers == current_->brokers && same_topics(next, *current_))
        return false;
    ++next.generation;
    current_ = std::make_shared<const snapshot>(std::move(next));
    return true;
}

} // namespace kcpp::cluster
