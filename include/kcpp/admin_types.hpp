#pragma once

#include <kcpp/partition_description.hpp>
#include <kcpp/result.hpp>
#include <kcpp/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] kcpp {

/// One verdict per thing that was asked for, in that order: name and outcome.
template <class T>
using verdicts = std::vector<std::pair<std::string, result<T>>>;

/// Whether an operation is only checked by the broker, or checked and done.
enum class validate { and_apply, only };

enum class internal_topics { leave_out, include };

/// A topic to be made. -1: the broker's own default (KIP-464).
struct new_topic {
    std::string name{};
    std::int32_t partitions = -1;
    std::int16_t replication_factor = -1;
    /// Topic configs, such as {"cleanup.policy", "compact"}.
    std::vector<std::pair<std::string, std::string>> configs{};
    /// The brokers of each partition, the preferred leader first; instead of `partitions` and
    /// `replication_factor`.
    std::vector<std::vector<std::int32_t>> replicas{};

    friend bool operator==(const new_topic&, const new_topic&) = default;
};

/// A topic and how many partitions it shall have in all.
struct new_partitions {
    std::string topic{};
    std::int32_t total = 0;

    friend bool operator==(const new_partitions&, const new_partitions&) = default;
};

struct topic_description {
    std::string name{};
    /// Kafka's text form of the topic's id, or empty with brokers older than 2.8.
    std::string id{};
    bool internal = false;
    std::vector<partition_description> partitions{};

    friend bool operator==(const topic_description&, const topic_description&) = default;
};

struct broker_description {
    std::int32_t id = -1;
    std::string host{};
    std::int32_t port = 0;
    std::string rack{};

    friend bool operator==(const broker_description&, const broker_description&) = default;
};

struct cluster_description {
    std::string cluster_id{};
    /// Broker id, or -1 where unknown.
    std::int32_t controller = -1;
    std::vector<broker_description> brokers{};

    friend bool operator==(const cluster_description&, const cluster_description&) = default;
};

struct group_listing {
    std::string id{};
    /// "consumer" for groups of consumers that use the classic protocol, or empty.
    std::string protocol_type{};
    /// "Stable", "Empty", "PreparingRebalance", …; empty with brokers older than 2.6.
    std::string state{};
    /// "classic", "consumer", "share", …; empty with brokers older than 3.8.
    std::string type{};

    friend bool operator==(const group_listing&, const group_listing&) = default;
};

struct member_description {
    std::string member_id{};
    std::string group_instance_id{};
    std::string client_id{};
    std::string host{};
    std::vector<topic_partition> assignment{};

    friend bool operator==(const member_description&, const member_description&) = default;
};

struct group_description {
    std::string id{};
    std::string state{};
    std::string protocol_type{};
    /// The assignment strategy in use.
    std::string protocol{};
    /// The broker that coordinates it.
    std::int32_t coordinator = -1;
    std::vector<member_description> members{};

    friend bool operator==(const group_description&, const group_description&) = default;
};

enum class config_resource_type : std::int8_t {
    topic = 2,
    broker = 4,
    broker_logger = 8,
    client_metrics = 16,
    group = 32
};

/// What a config belongs to: a topic by name, a broker by its id in digits.
struct config_resource {
    config_resource_type type = config_resource_type::topic;
    std::string name{};

    friend bool operator==(const config_resource&, const config_resource&) = default;
};

struct config_entry {
    std::string name{};
    /// Absent for sensitive entries.
    std::optional<std::string> value{};
    bool read_only = false;
    bool is_default = false;
    bool sensitive = false;

    friend bool operator==(const config_entry&, const config_entry&) = default;
};

struct config_verdict {
    config_resource resource{};
    result<std::vector<config_entry>> entries = std::vector<config_entry>{};
};

enum class config_operation : std::int8_t { set = 0, remove = 1, append = 2, subtract = 3 };

struct config_change {
    config_resource resource{};
    std::string name{};
    std::string value{};
    config_operation operation = config_operation::set;

    friend bool operator==(const config_change&, const config_change&) = default;
};

} // namespace kcpp
