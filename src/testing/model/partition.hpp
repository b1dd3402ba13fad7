#pragma once

#include "testing/model/partition_log.hpp"

#include <kcpp/types.hpp>

#include <cstdint>
#include <functional>
#include <vector>

namespace kcpp::testing {

inline constexpr std::int32_t no_broker = -1;

/// A partition and its replicas, each with a log of its own; batches are shared between them. The
/// controller's part is here too: who is in sync, who leads, and in which epoch.
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

    void broker_stopped(std::int32_t broker, const is_up& up);
    void broker_started(std::int32_t broker, const is_up& up);
    /// False if the broker is no replica in sync.
    bool move_leader(std::int32_t to);

private:
    partition_log& log_of(std::int32_t broker);
    void lead(std::int32_t broker);
    void elect(const is_up& up);
    void catch_up(std::int32_t broker);
    void advance_high_watermark();

    partition_id id_;
    std::vector<std::int32_t> brokers_;
    std::vector<partition_log> logs_; // one for each of brokers_
    std::vector<std::int32_t> in_sync_;
    std::int32_t leader_ = no_broker;
    std::int32_t epoch_ = -1;
    std::int64_t high_watermark_ = 0;
};

} // namespace kcpp::testing
