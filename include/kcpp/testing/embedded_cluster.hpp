#pragma once

#include <kcpp/error_codes.hpp>
#include <kcpp/headers.hpp>
#include <kcpp/offsets.hpp>
#include <kcpp/testing/faults.hpp>
#include <kcpp/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kcpp::testing {

struct cluster_options {
    /// Their ids are 1, 2, 3 …
    std::int32_t brokers = 1;
    /// One for each broker; empty: the system chooses.
    std::vector<std::uint16_t> ports{};
    /// Of the brokers in turn, over and over; empty: they have none (broker.rack).
    std::vector<std::string> racks{};
    /// Whether asking for an unknown topic makes it (auto.create.topics.enable).
    bool auto_create_topics = false;
    /// Of topics made without saying how many (num.partitions).
    std::int32_t default_partitions = 1;
    /// Of topics made without saying how many (default.replication.factor).
    std::int16_t default_replication_factor = 1;
    /// Members may not ask for less (group.min.session.timeout.ms).
    std::chrono::milliseconds min_session_timeout{6000};
    /// How long a group's first rebalance waits for more members (group.initial.rebalance.delay.ms;
    /// Kafka's default is 3 s).
    std::chrono::milliseconds initial_rebalance_delay{0};
    /// A replica that lags for this long is not in sync any more (replica.lag.time.max.ms).
    std::chrono::milliseconds replica_lag_time_max{30000};
    /// A frozen broker stays leader for this long (broker.session.timeout.ms).
    std::chrono::milliseconds broker_session_timeout{9000};
    /// Consumers are sent to replicas in their rack (replica.selector.class =
    /// RackAwareReplicaSelector, KIP-392).
    bool rack_aware_reads = false;
};

struct topic_options {
    std::int32_t partitions = 1;
    std::int16_t replication_factor = 1;
    /// Topic configs, such as {"cleanup.policy", "compact"}.
    std::vector<std::pair<std::string, std::string>> configs{};
};

/// A record as it lies in a log.
struct stored_record {
    offset_t offset = -1;
    kcpp::timestamp timestamp{};
    std::optional<std::string> key{};
    std::optional<std::string> value{};
    kcpp::headers headers{};
};

/// A batch as it lies in a log.
struct stored_batch {
    offset_t base_offset = -1;
    offset_t last_offset = -1;
    std::int32_t leader_epoch = -1;
    std::int32_t record_count = 0;
    kcpp::compression compression = kcpp::compression::none;
    /// -1 unless its producer is idempotent.
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    std::int32_t base_sequence = -1;
    kcpp::timestamp max_timestamp{};
    /// Bytes in the log.
    std::size_t size = 0;
};

/// A consumer group as its coordinator sees it.
struct stored_group {
    /// "Empty", "PreparingRebalance", "CompletingRebalance" or "Stable".
    std::string state{};
    std::int32_t generation = 0;
    /// The assignment strategy, or empty.
    std::string protocol{};
    std::vector<std::string> member_ids{};
};

/// A Kafka cluster inside this process: real brokers on loopback sockets that speak the wire
/// protocol, with nothing on disk. Any Kafka client can use it.
///
///     kcpp::testing::embedded_cluster cluster{{.brokers = 3}};
///     cluster.create_topic("orders", {.partitions = 6, .replication_factor = 3});
///     kcpp::producer producer{{.bootstrap_servers = cluster.bootstrap_servers()}};
///
/// One thread runs all brokers. Every member may be called from any other thread. What cannot be
/// (an unknown topic or broker, a name that is taken) throws std::invalid_argument.
class embedded_cluster {
public:
    /// Starts the brokers. Throws std::system_error if a port is taken.
    explicit embedded_cluster(cluster_options options = {});
    /// Hangs up on all clients and waits until everything has ended.
    ~embedded_cluster();
    embedded_cluster(const embedded_cluster&) = delete;
    embedded_cluster& operator=(const embedded_cluster&) = delete;

    /// "127.0.0.1:40001,127.0.0.1:40002": all brokers, stopped or not.
    std::string bootstrap_servers() const;

    // topics

    void create_topic(const std::string& name, const topic_options& options = {});
    void delete_topic(const std::string& name);
    /// The broker that leads a partition, or -1.
    std::int32_t leader(const std::string& topic, partition_id partition) const;
    /// The next epoch begins, with another leader, which must be a replica in sync.
    void move_leader(const std::string& topic, partition_id partition, std::int32_t to);
    /// The replicas in sync, the leader among them.
    std::vector<std::int32_t> in_sync(const std::string& topic, partition_id partition) const;
    /// Where that ends which every replica in sync has, and consumers may read.
    offset_t high_watermark(const std::string& topic, partition_id partition) const;
    /// All replicas lose the batches that end behind `offset`, as after a disaster.
    void truncate(const std::string& topic, partition_id partition, offset_t offset);

    // what is stored

    /// All records of a partition. Throws std::logic_error if a batch is compressed, which the
    /// brokers don't open, as they share no code with the client: consume those, or look at
    /// `stored_batches`.
    std::vector<stored_record> stored(const std::string& topic, partition_id partition) const;
    std::vector<stored_batch> stored_batches(const std::string& topic,
                                             partition_id partition) const;
    /// The offset that the next record gets.
    offset_t end_offset(const std::string& topic, partition_id partition) const;
    /// What a group committed; empty for a group that is not known.
    offsets committed(const std::string& group) const;
    /// Nothing for a group that is not known.
    std::optional<stored_group> group(const std::string& name) const;

    // groups

    /// The broker that coordinates a group, or -1.
    std::int32_t coordinator(const std::string& group) const;
    /// Another broker takes over, as long as it is up.
    void move_coordinator(const std::string& group, std::int32_t to);
    /// The coordinator gives a member up, as if it had not been heard of for its session timeout.
    void expire_member(const std::string& group, const std::string& member_id);
    /// For groups, this time passes now: sessions end whose members have not been heard of for that
    /// long, and rebalances that waited.
    void pass_group_time(std::chrono::milliseconds time);

    // brokers

    /// The broker hangs up on everybody and other replicas lead its partitions. Data and ids are
    /// kept for `start_broker`.
    void stop_broker(std::int32_t id);
    /// The broker comes back, at the same port unless somebody took that meanwhile.
    void start_broker(std::int32_t id);
    /// Stops it as a power failure does: it loses what was not on every replica in sync yet.
    void crash_broker(std::int32_t id);
    /// The broker stands still, with its connections open, until `thaw_broker`. Requests wait;
    /// after `broker_session_timeout` others lead its partitions.
    void freeze_broker(std::int32_t id);
    void thaw_broker(std::int32_t id);
    /// These two replicate nothing from one another until `heal_brokers`: a follower that was cut
    /// off lags, and `replica_lag_time_max` later is not in sync.
    void cut_brokers(std::int32_t a, std::int32_t b);
    void heal_brokers(std::int32_t a, std::int32_t b);
    /// Nothing gets from clients to this broker or back, until `heal_clients`; their connections
    /// stay open and new ones are accepted.
    void cut_clients(std::int32_t broker);
    void heal_clients(std::int32_t broker);

    // faults; each strikes the next matching requests, in the order in which they were asked for

    /// The next `times` requests get this error where their answer has a place for it, and have no
    /// effect.
    void fail_next(api of, broker_errc error, std::int32_t times = 1, fault_place where = {});
    /// What the next `times` produce requests bring is written, and their answers say this all the
    /// same, as `request_timed_out` or `not_leader_or_follower` may.
    void fail_written_next(broker_errc error, std::int32_t times = 1, fault_place where = {});
    /// The next `times` requests are taken up late.
    void delay_next(api of, std::chrono::milliseconds time, std::int32_t times = 1,
                    fault_place where = {});
    /// The next `times` answers tell the client to wait, and brokers take nothing more from that
    /// connection for that long, as with a quota (KIP-219).
    void throttle_next(api of, std::chrono::milliseconds time, std::int32_t times = 1,
                       fault_place where = {});
    /// The connection of the next `times` requests is dropped.
    void drop_next(api of, drop when, std::int32_t times = 1, fault_place where = {});
    /// The next request has no effect and is answered with these bytes, written to the socket as
    /// they are: length, header and all.
    void answer_next_with_bytes(api of, std::vector<std::byte> bytes, fault_place where = {});
    /// From now on brokers speak only these versions of an API, as older ones would.
    void limit_versions(api of, std::int16_t oldest, std::int16_t newest);
    /// Forgets all faults that did not strike yet, and version limits.
    void clear_faults();

    // observers

    /// How many requests of this API arrived so far.
    std::int64_t requests(api of) const;
    /// How many connections clients have to a broker now.
    std::size_t connections(std::int32_t broker) const;

private:
    struct implementation;
    std::unique_ptr<implementation> implementation_;
};

} // namespace kcpp::testing
