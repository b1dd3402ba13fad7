#include "producer/partition_queue.hpp"

#include "producer/withdrawal.hpp"

#include <algorithm>
#include <utility>

namespace kcpp::producing {

namespace {

/// Room for reports is made for as many as the last batch had, or for one, which may be all; then
/// for several times as many, and at last for so many at a time. Growing costs as much as some
/// records do.
std::size_t capacity_for_one_more(const batch& b, std::size_t last_time) {
    const auto needed = static_cast<std::size_t>(b.count) + 1;
    const std::size_t has = b.reports.capacity();
    if (needed <= has) return has;
    if (has == 0) return std::max(needed, last_time);
    constexpr std::size_t few = 8, times = 4;
    const std::size_t more = std::min(times * has, has + partition_queue::most_reports_ahead);
    return std::max({needed, few, more});
}

} // namespace

append_result partition_queue::append(const record::record_fields& record,
                                      delivery_callback& wanted, const append_context& context,
                                      room policy) {
    append_result came;
    std::lock_guard lock(mutex_);
    if (closed_for_good_) {
        came.closed = true;
        return came;
    }
    const bool had_any = open_ != nullptr || !closed_.empty();
    const bool reported = static_cast<bool>(wanted);
    record::measured_record measured;
    if (open_) {
        measured = open_->builder.measure(record);
        const auto round = context.round ? *context.round : context.open.round();
        if (open_->round != round || !open_->builder.fits(measured)) {
            came.full = close_open_batch();
            context.usual.note({last_size_, last_reports_});
        } else if (!open_->has_room(measured, reported) &&
                   !make_room(*open_, measured, reported, 0, context, policy, came)) {
            return came;
        }
    }
    if (!open_) {
        if (last_size_ == 0) begin_as_usual(context.usual.get());
        open_ = open_batch(record, measured, reported, context, policy, came);
        if (!open_) return came;
    }
    if (context.recall != nullptr) {
        open_->recallable.emplace_back(open_->count, context.recall->shared_from_this());
        context.recall->set_home(*this);
    }
    open_->append(record, measured, wanted);
    came.woke_up = !had_any;
    return came;
}

/// Of the size that the last one had.
std::shared_ptr<batch> partition_queue::make_batch(const append_context& context) {
    const std::size_t limit = context.options.batch_bytes;
    if (last_size_ == context.spare.block_bytes())
        if (auto memory = context.spare.take(); memory.bytes)
            return std::make_shared<batch>(*this, limit, std::move(memory));
    return std::make_shared<batch>(*this, limit,
                                   std::max(record::growing_buffer::smallest, last_size_));
}

/// A batch that this record has room in; null if there is none in the budget.
std::shared_ptr<batch> partition_queue::open_batch(const record::record_fields& record,
                                                   record::measured_record& measured, bool reported,
                                                   const append_context& context, room policy,
                                                   append_result& came) {
    auto fresh = make_batch(context);
    measured = fresh->builder.measure(record);
    fresh->charged_for_reports = fresh->reports.capacity() * sizeof(report);
    const std::size_t itself =
        sizeof(batch) + fresh->builder.capacity() + fresh->charged_for_reports;
    if (!make_room(*fresh, measured, reported, itself, context, policy, came)) {
        context.spare.keep(fresh->take_memory());
        if (context.patient || (last_size_ == 0 && last_reports_ == 0)) return nullptr;
        last_size_ = last_reports_ = 0;
        return open_batch(record, measured, reported, context, policy, came);
    }
    came.missing = 0;
    fresh->round = context.round ? context.open.begin(*context.round) : context.open.begin();
    fresh->opened = context.sent ? *context.sent : context.clock.now();
    fresh->deadline = runtime::after(fresh->opened, context.options.delivery_timeout);
    return fresh;
}

/// Charges what a record makes a batch grow by, `besides` included, or says what is missing.
bool partition_queue::make_room(batch& in, const record::measured_record& measured, bool reported,
                                std::size_t besides, const append_context& context, room policy,
                                append_result& came) {
    const std::size_t reports =
        reported ? capacity_for_one_more(in, last_reports_) : in.reports.capacity();
    const std::size_t for_reports = (reports - in.reports.capacity()) * sizeof(report);
    const std::size_t needed = besides + in.builder.growth(measured) + for_reports;
    if (needed == 0) return true;
    if (!take_room(needed, context, policy)) {
        came.missing = needed;
        return false;
    }
    in.reports.reserve(reports);
    in.charged += needed;
    in.charged_for_reports += for_reports;
    return true;
}

bool partition_queue::take_room(std::size_t bytes, const append_context& context,
                                room policy) const {
    if (policy == room::asked_for) return context.budget.try_take(bytes);
    context.budget.take_anyway(bytes);
    return true;
}

std::shared_ptr<batch> partition_queue::close_open_batch() {
    note_sizes(*open_);
    closed_.push_back(std::exchange(open_, nullptr));
    note_backlog();
    return closed_.back();
}

std::shared_ptr<batch> partition_queue::pop_closed() {
    auto first = std::move(closed_.front());
    closed_.pop_front();
    note_backlog();
    return first;
}

void partition_queue::note_sizes(const batch& closed) noexcept {
    // A little more, so that one that is as full again need not grow for its last records.
    const auto and_some = [](std::size_t size) { return size + size / 8; };
    last_size_ = std::min(closed.builder.capacity(), and_some(closed.builder.size()));
    last_reports_ = and_some(closed.reports.size());
}

/// A partition that had no batch yet.
void partition_queue::begin_as_usual(usual_size::sizes elsewhere) noexcept {
    last_size_ = elsewhere.bytes;
    last_reports_ = elsewhere.reports;
}

std::size_t partition_queue::finish(batch& full, const append_context& context) {
    full.seal(context.options.compression, context.options.compression_level);
    return let_go(full, context.budget);
}

std::size_t partition_queue::let_go(batch& sealed, byte_budget& budget) {
    const std::size_t size = sealed.sealed.size();
    const std::size_t holds = sizeof(batch) + sealed.sealed.capacity() + sealed.charged_for_reports;
    std::size_t spare = 0;
    {
        std::lock_guard lock(mutex_);
        if (sealed.charged > holds) spare = sealed.charged - holds;
        sealed.charged -= spare;
        sealed.ready = true;
    }
    if (spare != 0) budget.give_back(spare);
    return size;
}

std::size_t partition_queue::uncharge(batch& ended) const {
    // Another thread may be finishing it still.
    std::lock_guard lock(mutex_);
    return std::exchange(ended.charged, 0);
}

partition_queue::outlook partition_queue::look() const {
    std::lock_guard lock(mutex_);
    const batch* first = !closed_.empty() ? closed_.front().get() : open_.get();
    if (first == nullptr) return {};
    return {.any = true,
            .ready = first->ready,
            .unfinished = !closed_.empty() && !first->ready,
            .bytes = first->ready ? first->sealed.size() : 0,
            .crowded = closed_.size() > 1,
            .opened = first->opened,
            .deadline = first->deadline,
            .round = first->round,
            .open_since = open_ ? std::optional(open_->opened) : std::nullopt};
}

std::shared_ptr<batch> partition_queue::take(const append_context& context) {
    std::shared_ptr<batch> first;
    {
        std::lock_guard lock(mutex_);
        if (!closed_.empty()) {
            if (!closed_.front()->ready) return nullptr;
            return pop_closed();
        }
        first = std::exchange(open_, nullptr);
        if (first) {
            note_sizes(*first);
            context.usual.note({last_size_, last_reports_});
        }
    }
    if (first) finish(*first, context);
    return first;
}

std::shared_ptr<batch> partition_queue::close_long(const producer_options& options) {
    std::lock_guard lock(mutex_);
    if (!closed_.empty() || !open_ || !takes_long_to_seal(*open_, options)) return nullptr;
    return close_open_batch();
}

std::shared_ptr<batch> partition_queue::close_old(runtime::time_point opened_by) {
    std::lock_guard lock(mutex_);
    if (!open_ || open_->opened > opened_by) return nullptr;
    return close_open_batch();
}

std::shared_ptr<batch> partition_queue::take_to_give_up() {
    std::lock_guard lock(mutex_);
    return closed_.empty() ? std::exchange(open_, nullptr) : pop_closed();
}

partition_queue::withdrawn_record partition_queue::withdraw(const withdrawal& which) {
    std::lock_guard lock(mutex_);
    std::vector<batch*> all;
    for (const auto& each : closed_)
        all.push_back(each.get());
    if (open_) all.push_back(open_.get());
    for (batch* const each : all) {
        const auto found = std::ranges::find_if(
            each->recallable, [&](const auto& entry) { return entry.second.get() == &which; });
        if (found == each->recallable.end()) continue;
        const auto place = found->first;
        each->recallable.erase(found);
        each->withdrawn.push_back(place);
        auto& told = each->reports[static_cast<std::size_t>(place)];
        return {std::move(told.tell), drop_if_empty(*each)};
    }
    return {};
}

/// Some thread may still be finishing it; then it stays until it is taken.
std::shared_ptr<batch> partition_queue::drop_if_empty(batch& which) {
    if (which.withdrawn.size() != static_cast<std::size_t>(which.count)) return nullptr;
    if (open_.get() == &which) return std::exchange(open_, nullptr);
    if (!which.ready) return nullptr;
    const auto found =
        std::ranges::find_if(closed_, [&](const auto& each) { return each.get() == &which; });
    auto dropped = std::move(*found);
    closed_.erase(found);
    note_backlog();
    return dropped;
}

void partition_queue::put_back(std::shared_ptr<batch> unsent) {
    std::lock_guard lock(mutex_);
    closed_.push_front(std::move(unsent));
    note_backlog();
}

std::deque<std::shared_ptr<batch>> partition_queue::close() {
    std::lock_guard lock(mutex_);
    closed_for_good_ = true;
    if (open_) close_open_batch();
    auto all = std::exchange(closed_, {});
    note_backlog();
    return all;
}

} // namespace kcpp::producing
