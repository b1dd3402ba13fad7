#include "testing/model/partition_log.hpp"

#include <algorithm>

namespace kcpp::testing {

void partition_log::append(log_batch batch) {
    if (batch.header.idempotent()) producers_.remember(batch.header);
    begin_epoch(batch.header.leader_epoch);
    has_transactions_ |= batch.header.transactional();
    end_ = batch.header.next_offset();
    batches_.push_back(std::move(batch));
}

std::size_t partition_log::position_of(std::int64_t offset) const {
    const auto at = std::ranges::partition_point(
        batches_, [&](const log_batch& b) { return b.header.last_offset() < offset; });
    return static_cast<std::size_t>(at - batches_.begin());
}

bool partition_log::same_as(const partition_log& other) const {
    if (start_ != other.start_ || end_ != other.end_ || last_epoch() != other.last_epoch())
        return false;
    if (batches_.empty() || other.batches_.empty())
        return batches_.empty() && other.batches_.empty();
    const batch_header &mine = batches_.back().header, &its = other.batches_.back().header;
    return mine.base_offset == its.base_offset && mine.leader_epoch == its.leader_epoch;
}

void partition_log::truncate_to(std::int64_t offset) {
    if (offset >= end_) return;
    batches_.resize(position_of(offset));
    end_ = batches_.empty() ? std::min(start_, offset) : batches_.back().header.next_offset();
    start_ = std::min(start_, end_);
    std::erase_if(epochs_, [&](const epoch_start& e) { return e.offset > end_; });
    producers_ = {};
    for (const log_batch& b : batches_)
        if (b.header.idempotent()) producers_.remember(b.header);
}

void partition_log::delete_before(std::int64_t offset) {
    start_ = std::clamp(offset, start_, end_);
    while (!batches_.empty() && batches_.front().header.last_offset() < start_)
        batches_.pop_front();
}

void partition_log::begin_epoch(std::int32_t epoch) {
    if (epoch <= last_epoch()) return;
    while (!epochs_.empty() && epochs_.back().offset >= end_)
        epochs_.pop_back(); // it never wrote anything
    epochs_.push_back({epoch, end_});
}

partition_log::epoch_end partition_log::end_of_epoch(std::int32_t epoch) const {
    if (epochs_.empty() || epoch > last_epoch() || epoch < 0) return {};
    if (epoch == last_epoch()) return {epoch, end_};
    const auto next = std::ranges::upper_bound(epochs_, epoch, {}, &epoch_start::epoch);
    if (next == epochs_.begin()) return {epoch, next->offset};
    return {std::prev(next)->epoch, next->offset};
}

} // namespace kcpp::testing
