#include "testing/model/partition.hpp"

#include <algorithm>

namespace kcpp::testing {

partition::partition(partition_id id, std::vector<std::int32_t> brokers, const is_up& up)
    : id_(id), brokers_(std::move(brokers)), logs_(brokers_.size()) {
    std::ranges::copy_if(brokers_, std::back_inserter(in_sync_), up);
    elect(up);
}

const partition_log* partition::log_on(std::int32_t broker) const {
    const auto found = std::ranges::find(brokers_, broker);
    return found == brokers_.end() ? nullptr
                                   : &logs_[static_cast<std::size_t>(found - brokers_.begin())];
}

partition_log& partition::log_of(std::int32_t broker) {
    return const_cast<partition_log&>(*log_on(broker));
}

const partition_log& partition::log() const {
    if (leader_ != no_broker) return *log_on(leader_);
    return in_sync_.empty() ? logs_.front() : *log_on(in_sync_.front());
}

void partition::append(log_batch batch) {
    for (const std::int32_t broker : in_sync_)
        log_of(broker).append(batch);
    advance_high_watermark();
}

void partition::delete_before(std::int64_t offset) {
    for (partition_log& log : logs_)
        log.delete_before(offset);
}

void partition::broker_stopped(std::int32_t broker, const is_up& up) {
    // The last one in sync stays, because only its log has everything that was acknowledged.
    if (in_sync_.size() > 1) std::erase(in_sync_, broker);
    if (leader_ == broker) elect(up);
    advance_high_watermark();
}

void partition::broker_started(std::int32_t broker, const is_up& up) {
    if (log_on(broker) == nullptr) return;
    if (leader_ == no_broker) elect(up);
    if (leader_ == no_broker) return;
    for (const std::int32_t follower : brokers_) { // others may have waited for this leader
        if (!up(follower) || std::ranges::count(in_sync_, follower) != 0) continue;
        catch_up(follower);
        in_sync_.push_back(follower);
    }
}

bool partition::move_leader(std::int32_t to) {
    if (!std::ranges::count(in_sync_, to)) return false;
    if (leader_ != to) lead(to);
    return true;
}

void partition::lead(std::int32_t broker) {
    leader_ = broker;
    ++epoch_;
    log_of(broker).begin_epoch(epoch_);
}

void partition::elect(const is_up& up) {
    const auto next = std::ranges::find_if(
        brokers_, [&](std::int32_t b) { return up(b) && std::ranges::count(in_sync_, b) != 0; });
    if (next != brokers_.end()) return lead(*next);
    if (leader_ == no_broker && epoch_ >= 0) return;
    leader_ = no_broker;
    ++epoch_;
}

/// The follower drops what the leader never had and copies what it lacks, so that it has the same
/// log.
void partition::catch_up(std::int32_t broker) {
    log_of(broker) = *log_on(leader_);
}

void partition::advance_high_watermark() {
    if (leader_ == no_broker) return;
    std::int64_t least = INT64_MAX;
    for (const std::int32_t broker : in_sync_)
        least = std::min(least, log_on(broker)->end_offset());
    high_watermark_ = std::max(high_watermark_, least);
}

} // namespace kcpp::testing
