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

bool partition::is_in_sync(std::int32_t broker) const {
    return std::ranges::count(in_sync_, broker) != 0;
}

void partition::append(log_batch batch) {
    for (const std::int32_t broker : in_sync_)
        if (broker == leader_ || !held_back(broker)) log_of(broker).append(batch);
    advance_high_watermark();
}

void partition::delete_before(std::int64_t offset) {
    for (partition_log& log : logs_)
        log.delete_before(offset);
}

void partition::let_follow(std::int32_t follower, const is_up& up) {
    held_back_.erase(follower);
    if (leader_ == no_broker || leader_ == follower || !up(follower)) return;
    if (log_on(follower) == nullptr) return;
    catch_up(follower);
    if (!is_in_sync(follower)) in_sync_.push_back(follower);
    advance_high_watermark();
}

bool partition::drop_from_sync(std::int32_t follower) {
    if (follower == leader_ || in_sync_.size() == 1) return false;
    if (std::erase(in_sync_, follower) == 0) return false;
    advance_high_watermark();
    return true;
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
        if (!up(follower) || is_in_sync(follower) || held_back(follower)) continue;
        catch_up(follower);
        in_sync_.push_back(follower);
    }
}

bool partition::move_leader(std::int32_t to) {
    if (!is_in_sync(to)) return false;
    if (leader_ != to) lead(to);
    return true;
}

void partition::lead(std::int32_t broker) {
    leader_ = broker;
    ++epoch_;
    log_of(broker).begin_epoch(epoch_);
    for (const std::int32_t follower : in_sync_)
        if (follower != broker && !held_back(follower)) catch_up(follower);
    advance_high_watermark();
}

bool partition::elect_unclean(const is_up& up) {
    if (leader_ != no_broker) return false;
    const auto next = std::ranges::find_if(brokers_, up);
    if (next == brokers_.end()) return false;
    in_sync_ = {*next};
    high_watermark_ = std::min(high_watermark_, log_on(*next)->end_offset());
    lead(*next);
    for (const std::int32_t follower : brokers_)
        if (follower != leader_ && !held_back(follower)) let_follow(follower, up);
    return true;
}

void partition::lose_tail(std::int32_t broker) {
    if (log_on(broker) != nullptr) log_of(broker).truncate_to(high_watermark_);
}

void partition::truncate(std::int64_t offset) {
    for (partition_log& log : logs_)
        log.truncate_to(offset);
    high_watermark_ = std::min(high_watermark_, log().end_offset());
    if (leader_ != no_broker) lead(leader_);
}

void partition::elect(const is_up& up) {
    const auto next =
        std::ranges::find_if(brokers_, [&](std::int32_t b) { return up(b) && is_in_sync(b); });
    if (next != brokers_.end()) return lead(*next);
    if (leader_ == no_broker && epoch_ >= 0) return;
    leader_ = no_broker;
    ++epoch_;
}

/// The follower drops what the leader never had and copies what it lacks, so that it has the same
/// log.
void partition::catch_up(std::int32_t broker) {
    partition_log& its = log_of(broker);
    if (!its.same_as(*log_on(leader_))) its = *log_on(leader_);
}

void partition::advance_high_watermark() {
    if (leader_ == no_broker) return;
    std::int64_t least = INT64_MAX;
    for (const std::int32_t broker : in_sync_)
        least = std::min(least, log_on(broker)->end_offset());
    high_watermark_ = std::max(high_watermark_, least);
}

} // namespace kcpp::testing
