#include "testing/model/cluster_state.hpp"

#include <algorithm>
#include <set>

namespace kcpp::testing {

namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/// Kafka's metrics cannot tell '.' and '_' apart, so it refuses names that differ in them only.
bool collide(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, {}, [](char c) { return c == '.' ? '_' : c; },
        [](char c) { return c == '.' ? '_' : c; });
}

/// As String.hashCode of Java, by which Kafka spreads groups over the 50 partitions of its offsets
/// topic.
std::uint32_t java_hash(std::string_view text) {
    std::uint32_t h = 0;
    for (const char c : text)
        h = h * 31 + static_cast<unsigned char>(c);
    return h & INT32_MAX;
}

constexpr std::uint32_t offsets_partitions = 50;

/// The replicas of partition `p`: the leaders go round the brokers, followers are the next ones.
std::vector<std::int32_t> spread(const std::vector<std::int32_t>& brokers, std::size_t p,
                                 std::int16_t factor) {
    std::vector<std::int32_t> chosen;
    for (std::size_t i = 0; i < static_cast<std::size_t>(factor); ++i)
        chosen.push_back(brokers[(p + i) % brokers.size()]);
    return chosen;
}

} // namespace

verdict check_topic_name(std::string_view name) {
    const auto refuse = [](std::string why) {
        return verdict{broker_errc::invalid_topic_exception, std::move(why)};
    };
    if (name.empty()) return refuse("Topic name is invalid: the empty string is not allowed");
    if (name == "." || name == "..")
        return refuse("Topic name is invalid: '" + std::string(name) + "' is not allowed");
    if (name.size() > 249)
        return refuse("Topic name is invalid: the length of '" + std::string(name) +
                      "' is longer than the max allowed length 249");
    if (!std::ranges::all_of(name, is_name_character))
        return refuse(
            "Topic name is invalid: '" + std::string(name) +
            "' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'");
    return {};
}

cluster_state::cluster_state(std::int32_t brokers, cluster_settings settings, random_source random)
    : settings_(std::move(settings)), random_(std::move(random)) {
    id_ = to_string(fresh_id());
    const auto& racks = settings_.racks;
    for (std::int32_t id = 1; id <= brokers; ++id) {
        auto& broker = brokers_.emplace_back(broker_node{.id = id});
        if (!racks.empty()) broker.rack = racks[static_cast<std::size_t>(id - 1) % racks.size()];
    }
}

wire::uuid cluster_state::fresh_id() {
    const std::uint64_t halves[] = {random_(), random_()};
    wire::uuid id;
    std::memcpy(id.bytes.data(), halves, sizeof halves);
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40); // RFC 4122, version 4
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

broker_node* cluster_state::find_broker(std::int32_t id) {
    const auto found = std::ranges::find(brokers_, id, &broker_node::id);
    return found == brokers_.end() ? nullptr : &*found;
}

bool cluster_state::is_up(std::int32_t id) const {
    return std::ranges::any_of(
        brokers_, [&](const broker_node& b) { return b.id == id && b.up && !b.fenced; });
}

partition::is_up cluster_state::up_check() const {
    return [this](std::int32_t id) { return is_up(id); };
}

std::vector<std::int32_t> cluster_state::brokers_up() const {
    std::vector<std::int32_t> up;
    for (const broker_node& b : brokers_)
        if (b.up && !b.fenced) up.push_back(b.id);
    return up;
}

std::int32_t cluster_state::controller() const {
    const auto up = brokers_up();
    return up.empty() ? no_broker : up.front();
}

void cluster_state::stop_broker(std::int32_t id) {
    find_broker(id)->up = false;
    take_out(id);
}

void cluster_state::start_broker(std::int32_t id) {
    find_broker(id)->up = true;
    find_broker(id)->fenced = false;
    take_in(id);
}

void cluster_state::fence(std::int32_t id) {
    find_broker(id)->fenced = true;
    take_out(id);
}

void cluster_state::unfence(std::int32_t id) {
    find_broker(id)->fenced = false;
    take_in(id);
}

void cluster_state::take_out(std::int32_t id) {
    for (auto& [name, t] : topics_)
        for (partition& p : t.partitions) {
            p.broker_stopped(id, up_check());
            elect_where_unclean(t, p);
        }
}

void cluster_state::take_in(std::int32_t id) {
    for (auto& [name, t] : topics_)
        for (partition& p : t.partitions) {
            p.broker_started(id, up_check());
            elect_where_unclean(t, p);
        }
}

void cluster_state::elect_where_unclean(topic& t, partition& p) {
    if (t.configs.get("unclean.leader.election.enable") == "true") p.elect_unclean(up_check());
}

topic* cluster_state::find_topic(std::string_view name) {
    const auto found = topics_.find(name);
    return found == topics_.end() ? nullptr : &found->second;
}

topic* cluster_state::find_topic(const wire::uuid& id) {
    const auto found = names_.find(id);
    return found == names_.end() ? nullptr : find_topic(found->second);
}

partition* cluster_state::find_partition(std::string_view name, partition_id p) {
    topic* t = find_topic(name);
    return t == nullptr ? nullptr : t->find(p);
}

verdict cluster_state::plan_topic(topic_wish& wish) {
    if (auto bad = check_topic_name(wish.name); !bad.good()) return bad;
    if (find_topic(wish.name) != nullptr)
        return {broker_errc::topic_already_exists, "Topic '" + wish.name + "' already exists."};
    for (const auto& [name, t] : topics_)
        if (collide(name, wish.name))
            return {broker_errc::invalid_topic_exception,
                    "Topic '" + wish.name + "' collides with existing topic: " + name};
    for (const auto& [name, value] : wish.configs) {
        if (!value)
            return {broker_errc::invalid_config,
                    "Null value not supported for topic configs: " + name};
        if (auto bad = topic_configs::check(name, *value); !bad.good()) return bad;
    }
    return plan_replicas(wish);
}

verdict cluster_state::plan_replicas(topic_wish& wish) const {
    if (!wish.replicas.empty()) {
        if (wish.partitions != -1 || wish.replication_factor != -1)
            return {broker_errc::invalid_request,
                    "A manual partition assignment was specified, but the number of partitions or "
                    "replicas was not -1."};
        topic none;
        std::vector<std::vector<std::int32_t>> replicas = wish.replicas;
        wish.partitions = static_cast<std::int32_t>(replicas.size());
        wish.replication_factor = static_cast<std::int16_t>(replicas.front().size());
        return plan_partitions(none, wish.partitions, replicas);
    }
    if (wish.partitions == -1) wish.partitions = settings_.default_partitions;
    if (wish.replication_factor == -1)
        wish.replication_factor = settings_.default_replication_factor;
    if (wish.partitions <= 0)
        return {broker_errc::invalid_partitions,
                "Number of partitions was set to an invalid non-positive value."};
    const auto up = brokers_up();
    if (wish.replication_factor <= 0)
        return {broker_errc::invalid_replication_factor,
                "Replication factor must be larger than 0, or -1 to use the default value."};
    if (static_cast<std::size_t>(wish.replication_factor) > up.size())
        return {broker_errc::invalid_replication_factor,
                "Unable to replicate the partition " + std::to_string(wish.replication_factor) +
                    " time(s): The target replication factor of " +
                    std::to_string(wish.replication_factor) + " cannot be reached because only " +
                    std::to_string(up.size()) + " broker(s) are registered."};
    for (std::size_t p = 0; p < static_cast<std::size_t>(wish.partitions); ++p)
        wish.replicas.push_back(spread(up, p, wish.replication_factor));
    return {};
}

topic& cluster_state::create_topic(const topic_wish& planned) {
    topic& t = topics_[planned.name];
    t.name = planned.name;
    t.id = fresh_id();
    names_[t.id] = t.name;
    for (const auto& [name, value] : planned.configs)
        t.configs.set(name, *value);
    add_partitions(t, planned.replicas);
    return t;
}

void cluster_state::delete_topic(const std::string& name) {
    names_.erase(find_topic(name)->id);
    topics_.erase(name);
    for (auto& [id, g] : groups_)
        std::erase_if(g.offsets, [&](const auto& o) { return o.first.topic == name; });
}

verdict cluster_state::plan_partitions(const topic& t, std::int32_t total,
                                       std::vector<std::vector<std::int32_t>>& replicas) const {
    const auto had = static_cast<std::int32_t>(t.partitions.size());
    if (total <= had)
        return {broker_errc::invalid_partitions,
                total == had
                    ? "Topic already has " + std::to_string(had) + " partition(s)."
                    : "The topic " + t.name + " currently has " + std::to_string(had) +
                          " partition(s); " + std::to_string(total) + " would not be an increase."};
    if (replicas.empty()) {
        const auto factor = static_cast<std::int16_t>(t.partitions.front().replicas().size());
        const auto up = brokers_up();
        if (static_cast<std::size_t>(factor) > up.size())
            return {broker_errc::invalid_replication_factor, "Too few brokers are registered."};
        for (std::int32_t p = had; p < total; ++p)
            replicas.push_back(spread(up, static_cast<std::size_t>(p), factor));
        return {};
    }
    if (replicas.size() != static_cast<std::size_t>(total - had))
        return {broker_errc::invalid_replica_assignment,
                "Attempted to add " + std::to_string(total - had) +
                    " additional partition(s), but only " + std::to_string(replicas.size()) +
                    " assignment(s) were specified."};
    for (const auto& brokers : replicas) {
        const bool known = std::ranges::all_of(brokers, [&](std::int32_t b) {
            return std::ranges::count(brokers_, b, &broker_node::id) != 0;
        });
        if (brokers.empty() || !known ||
            std::set(brokers.begin(), brokers.end()).size() != brokers.size())
            return {broker_errc::invalid_replica_assignment,
                    "The manual partition assignment includes an empty list, an unknown broker or "
                    "a broker twice."};
    }
    return {};
}

void cluster_state::add_partitions(topic& t,
                                   const std::vector<std::vector<std::int32_t>>& replicas) {
    for (const auto& brokers : replicas)
        t.partitions.emplace_back(static_cast<partition_id>(t.partitions.size()), brokers,
                                  up_check());
}

group* cluster_state::find_group(std::string_view name) {
    const auto found = groups_.find(name);
    return found == groups_.end() ? nullptr : &found->second;
}

group& cluster_state::make_group(const std::string& name) {
    return groups_.try_emplace(name, settings_.groups, settings_.consumer_groups).first->second;
}

std::int32_t cluster_state::coordinator_of(std::string_view group) const {
    const auto moved = moved_.find(group);
    if (moved != moved_.end() && is_up(moved->second)) return moved->second;
    // The leader of the group's partition of the offsets topic, were there one with all brokers as
    // replicas.
    const std::size_t place = java_hash(group) % offsets_partitions;
    for (std::size_t i = 0; i < brokers_.size(); ++i) {
        const broker_node& b = brokers_[(place + i) % brokers_.size()];
        if (b.up && !b.fenced) return b.id;
    }
    return no_broker;
}

} // namespace kcpp::testing
