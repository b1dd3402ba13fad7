#pragma once

#include <kcpp/consumer_interceptor.hpp>
#include <kcpp/partition_assignor.hpp>
#include <kcpp/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace [[gnu::visibility("default")]] kcpp {

/// Where to start when a partition has no committed offset, or its offset is gone.
/// (`auto.offset.reset`)
class offset_reset {
public:
    /// With what is stored from now on.
    static const offset_reset latest;
    /// With the oldest record there is.
    static const offset_reset earliest;
    /// Nowhere: report an error.
    static const offset_reset none;
    /// With the first record of that long before now, by the wall clock of this machine, or with
    /// what is stored from now on if none is that young. Negative counts as zero. (KIP-1106)
    static constexpr offset_reset by_duration(std::chrono::milliseconds back) noexcept {
        return {kind::by_duration, back < back.zero() ? back.zero() : back};
    }
    /// Nothing for the other policies.
    constexpr std::optional<std::chrono::milliseconds> duration() const noexcept {
        if (kind_ != kind::by_duration) return std::nullopt;
        return back_;
    }

    friend constexpr bool operator==(const offset_reset&, const offset_reset&) = default;

private:
    enum class kind { latest, earliest, none, by_duration };
    constexpr offset_reset(kind which, std::chrono::milliseconds back) noexcept
        : kind_(which), back_(back) {}

    kind kind_;
    std::chrono::milliseconds back_;
};
inline constexpr offset_reset offset_reset::latest{kind::latest, {}};
inline constexpr offset_reset offset_reset::earliest{kind::earliest, {}};
inline constexpr offset_reset offset_reset::none{kind::none, {}};

/// Which transactional records are handed out. (`isolation.level`)
enum class isolation_level : std::int8_t { read_uncommitted = 0, read_committed = 1 };

/// How members and the group's coordinator come to terms. (`group.protocol`)
enum class group_protocol {
    /// `consumer` where the brokers have all of it, `assignment_strategies` is empty, and the group
    /// has no members under the classic protocol; else `classic`. The log says which.
    automatic,
    /// One of the members shares out, by `assignment_strategies`.
    classic,
    /// The coordinator shares out, and each member goes from what it has to what it should have
    /// without waiting for the others (KIP-848; Kafka 4.0 and newer). The brokers decide about
    /// sessions and heartbeats (`group.consumer.session.timeout.ms`): `session_timeout` should say
    /// the same as they do, as a member that has not heard of them for so long hands nothing out;
    /// `heartbeat_interval` is not used.
    consumer,
};

/// How a group's partitions are shared out among its members. Where members name their racks
/// (`client_options::rack`), all but `round_robin` prefer to give a member what is in its own, as
/// far as balance allows (KIP-881). (`partition.assignment.strategy`)
enum class assignment_strategy {
    /// Each topic by itself, in as many ranges as it has members.
    range,
    /// All partitions of all topics in turn.
    round_robin,
    /// As balanced as can be, and each member keeps as much of what it had as that allows.
    sticky,
    /// As `sticky`, and members go on reading what they keep while the group shares out. If all
    /// members offer nothing else: beside other strategies it only prepares for that, as members
    /// change to it one by one in two rounds of restarts. (KIP-429)
    cooperative_sticky,
};

/// One of Kafka's strategies, or an assignor of one's own. Both convert to it, so a list of them
/// reads `{assignment_strategy::cooperative_sticky, std::make_shared<by_hash>()}`.
using partition_assignment_strategy =
    std::variant<assignment_strategy, std::shared_ptr<partition_assignor>>;

/// How records are read. In comments: Kafka's name of the option.
struct consumer_options {
    /// Empty: no group; then partitions are assigned by hand and nothing is committed. (`group.id`)
    std::string group_id{};
    /// A name that survives restarts, so that a member that comes back in time keeps its
    /// partitions. (`group.instance.id`)
    std::string group_instance_id{};
    /// (`auto.offset.reset`)
    kcpp::offset_reset offset_reset = kcpp::offset_reset::latest;
    /// Commit by itself what the application has been handed and came back for.
    /// (`enable.auto.commit`)
    bool auto_commit = true;
    /// (`auto.commit.interval.ms`)
    std::chrono::milliseconds auto_commit_interval = std::chrono::seconds(5);
    /// (`isolation.level`)
    kcpp::isolation_level isolation_level = kcpp::isolation_level::read_uncommitted;
    /// (`group.protocol`)
    kcpp::group_protocol group_protocol = kcpp::group_protocol::automatic;
    /// Of the classic protocol, in order of preference; all members of a group need one in common.
    /// Empty: range, then cooperative_sticky, as Kafka's own. (`partition.assignment.strategy`)
    std::vector<partition_assignment_strategy> assignment_strategies{};
    /// Of the consumer protocol: how the coordinator is to share out, "uniform" or "range", if most
    /// members say so. Empty: as the brokers have it. (`group.remote.assignor`)
    std::string server_assignor{};
    /// A member not heard of for this long is dropped. (`session.timeout.ms`)
    std::chrono::milliseconds session_timeout = std::chrono::seconds(45);
    /// (`heartbeat.interval.ms`)
    std::chrono::milliseconds heartbeat_interval = std::chrono::seconds(3);
    /// An application that does not poll for this long gives its partitions up; also how long a
    /// rebalance waits for this member.
    /// (`max.poll.interval.ms`)
    std::chrono::milliseconds max_poll_interval = std::chrono::minutes(5);
    /// The most records that one `poll` hands out. (`max.poll.records`)
    std::size_t max_poll_records = 500;
    /// One `poll` adds no more records once those it has come to this many bytes of keys and values
    /// together.
    std::size_t max_poll_bytes = std::numeric_limits<std::size_t>::max();
    /// A broker may hold a fetch for this long until `fetch_min_bytes` are there.
    /// (`fetch.max.wait.ms`, `fetch.min.bytes`)
    std::chrono::milliseconds fetch_max_wait = std::chrono::milliseconds(500);
    std::int32_t fetch_min_bytes = 1;
    /// The most that one fetch, and one partition in it, should bring; a single larger batch still
    /// comes (KIP-74).
    /// (`fetch.max.bytes`, `max.partition.fetch.bytes`)
    std::int32_t fetch_max_bytes = 50 * 1024 * 1024;
    std::int32_t partition_fetch_bytes = 1024 * 1024;
    /// What may wait in memory for the application. Fetching pauses above it.
    std::size_t buffer_bytes = 32 * 1024 * 1024;
    /// Called in this order for every record.
    std::vector<std::shared_ptr<consumer_interceptor>> interceptors{};
    /// How long the destructor may take to commit and to leave the group.
    std::chrono::milliseconds close_timeout = std::chrono::seconds(5);
};

} // namespace kcpp
