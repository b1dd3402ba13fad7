#pragma once

#include "testing/model/group.hpp"
#include "testing/model/topic.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::testing {

struct broker_node {
    std::int32_t id = 0;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::optional<std::string> rack{};
    bool up = true;
    /// The controller does not hear of it any more: it leads and coordinates nothing, for now.
    bool fenced = false;
};

struct cluster_settings {
    std::int32_t default_partitions = 1;
    std::int16_t default_replication_factor = 1;
    bool auto_create_topics = false;
    group_settings groups{};
    consumer_group_settings consumer_groups{};
    /// A follower whose fetches do not come for this long is not in sync any more
    /// (replica.lag.time.max.ms).
    std::chrono::milliseconds replica_lag_time_max{30000};
    /// A broker that is not heard of for this long is fenced (broker.session.timeout.ms).
    std::chrono::milliseconds broker_session_timeout{9000};
    /// Of the brokers in turn, over and over (broker.rack); empty: they have none.
    std::vector<std::string> racks{};
    /// Leaders send consumers to replicas in their rack (replica.selector.class =
    /// RackAwareReplicaSelector, KIP-392).
    bool rack_aware_reads = false;
};

/// A topic as somebody wants it. -1: the cluster's default.
struct topic_wish {
    std::string name{};
    std::int32_t partitions = -1;
    std::int16_t replication_factor = -1;
    /// The brokers of each partition, instead of the two numbers.
    std::vector<std::vector<std::int32_t>> replicas{};
    std::vector<std::pair<std::string, std::optional<std::string>>> configs{};
};

/// All that the brokers know, without I/O, clock or randomness of its own: one state for all of
/// them, as if the controller's word reached them at once.
class cluster_state {
public:
    using random_source = std::function<std::uint64_t()>;

    cluster_state(std::int32_t brokers, cluster_settings settings, random_source random);

    const std::string& id() const noexcept { return id_; }
    const cluster_settings& settings() const noexcept { return settings_; }
    wire::uuid fresh_id();

    // brokers, by id
    const std::vector<broker_node>& brokers() const noexcept { return brokers_; }
    broker_node* find_broker(std::int32_t id);
    /// Runs, and the controller knows it.
    bool is_up(std::int32_t id) const;
    partition::is_up up_check() const;
    /// The broker that clients may take for the controller.
    std::int32_t controller() const;
    void stop_broker(std::int32_t id);
    void start_broker(std::int32_t id);
    void fence(std::int32_t id);
    void unfence(std::int32_t id);

    // topics, by name
    std::map<std::string, topic, std::less<>>& topics() noexcept { return topics_; }
    topic* find_topic(std::string_view name);
    topic* find_topic(const wire::uuid& id);
    partition* find_partition(std::string_view name, partition_id p);
    /// What would speak against it; `wish` gets the numbers and brokers that were left open.
    verdict plan_topic(topic_wish& wish);
    topic& create_topic(const topic_wish& planned);
    void delete_topic(const std::string& name);
    verdict plan_partitions(const topic& t, std::int32_t total,
                            std::vector<std::vector<std::int32_t>>& replicas) const;
    void add_partitions(topic& t, const std::vector<std::vector<std::int32_t>>& replicas);

    // groups, by name
    std::map<std::string, group, std::less<>>& groups() noexcept { return groups_; }
    group* find_group(std::string_view name);
    group& make_group(const std::string& name);
    /// The broker that coordinates the group, or no_broker.
    std::int32_t coordinator_of(std::string_view group) const;
    /// From now on this broker coordinates the group, as long as it is up.
    void move_coordinator(const std::string& group, std::int32_t to) { moved_[group] = to; }

    std::int64_t next_producer_id() { return next_producer_id_++; }

private:
    void take_out(std::int32_t id);
    void take_in(std::int32_t id);
    void elect_where_unclean(topic& t, partition& p);
    std::vector<std::int32_t> brokers_up() const;
    verdict plan_replicas(topic_wish& wish) const;

    std::string id_;
    cluster_settings settings_;
    random_source random_;
    std::vector<broker_node> brokers_;
    std::map<std::string, topic, std::less<>> topics_;
    std::map<wire::uuid, std::string> names_;
    std::map<std::string, group, std::less<>> groups_;
    std::map<std::string, std::int32_t, std::less<>> moved_; // groups' coordinators
    std::int64_t next_producer_id_ = 1000;
};

} // namespace kcpp::testing
