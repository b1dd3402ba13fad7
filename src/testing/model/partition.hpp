#pragma once

#include "testing/model/partition_log.hpp"

#include <kcpp/types.hpp>

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

namespace kcpp::testing {

inline constexpr std::int32_t no_broker = -1;

/// A partition and its replicas, each with a log of its own; batches are shared between them. The
/// controller's part is here too: who is in sync, who leads, and in which epoch.
///
/// Followers copy what is written at once, as long as their fetches get through to the leader: one
/// that is held back lags, stays in sync until somebody drops it, and may lead with what it has.
/// What others have beyond that is lost then, as it is in Kafka.
class partition {
public:
    using is_up = std::function<bool(std::int32_t broker)>;

    partition(partition_id id, std::vector<std::int32_t> brokers, const is_up& up);

    partition_id id() const noexcept { return id_; }
    std::int32_t leader() const noexcept { return leader_; }
    std::int32_t leader_epoch() const noexcept { return epoch_; }
    /// In the order of preference.
    const std::vector<std::int32_t>& replicas() const noexcept { return brokers_; }
    const std::vector<std::int32_t>& in_sync() const noexcept { return in_sync_; }
    /// What consumers may see ends here: the end that every replica in sync has.
    std::int64_t high_watermark() const noexcept { return high_watermark_; }

    /// The log on one broker; null where it has none.
    const partition_log* log_on(std::int32_t broker) const;
    /// The leader's log, or, while nobody leads, the one that would be served next.
    const partition_log& log() const;

    /// The leader writes and those in sync follow.
    void append(log_batch batch);
    void delete_before(std::int64_t offset);

    bool held_back(std::int32_t follower) const { return held_back_.contains(follower); }
    void hold_back(std::int32_t follower) { held_back_.insert(follower); }
    /// It catches up with the leader, and is in sync again.
    void let_follow(std::int32_t follower, const is_up& up);
    /// It lags for too long (replica.lag.time.max.ms). False if it leads or is not in sync anyway.
    bool drop_from_sync(std::int32_t follower);

    void broker_stopped(std::int32_t broker, const is_up& up);
    void broker_started(std::int32_t broker, const is_up& up);
    /// False if the broker is no replica in sync.
    bool move_leader(std::int32_t to);
    /// Nobody in sync is up: whoever is leads, and what it does not have is lost
    /// (unclean.leader.election.enable). False if it need not or cannot be.
    bool elect_unclean(const is_up& up);
    /// A broker that died without having written all to its disk: its log loses what not every
    /// replica in sync has.
    void lose_tail(std::int32_t broker);
    /// All replicas lose what is at `offset` and behind it, whole batches, and a new epoch begins.
    void truncate(std::int64_t offset);

private:
    partition_log& log_of(std::int32_t broker);
    bool is_in_sync(std::int32_t broker) const;
    void lead(std::int32_t broker);
    void elect(const is_up& up);
    void catch_up(std::int32_t broker);
    void advance_high_watermark();

    partition_id id_;
    std::vector<std::int32_t> brokers_;
    std::vector<partition_log> logs_; // one for each of brokers_
    std::vector<std::int32_t> in_sync_;
    std::set<std::int32_t> held_back_;
    std::int32_t leader_ = no_broker;
    std::int32_t epoch_ = -1;
    std::int64_t high_watermark_ = 0;
};

} // namespace kcpp::testing
