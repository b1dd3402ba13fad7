#include "producer/partition_queue.hpp"

#include <utility>

namespace kcpp::producing {

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
    const auto round = context.round.value_or(context.open.round());
    const bool other_round = open_ && open_->round != round;
    if (open_ && (other_round || !open_->builder.fits(open_->builder.measure(record)))) {
        came.full = open_;
        close_open_batch();
    }
    const bool reported = static_cast<bool>(wanted);
    if (!append_to_open(record, reported, context, policy, came)) return came;
    if (reported || !open_->reports.empty()) {
        open_->reports.resize(static_cast<std::size_t>(open_->count) - 1);
        open_->reports.push_back({std::move(wanted), record.time});
    }
    came.woke_up = !had_any;
    return came;
}

bool partition_queue::append_to_open(const record::record_fields& record, bool reported,
                                     const append_context& context, room policy,
                                     append_result& came) {
    auto target = open_;
    if (!target)
        target = std::make_shared<batch>(*this, context.options.batch_bytes,
                                         record::growing_buffer::smallest);
    const auto measured = target->builder.measure(record);
    const std::size_t for_report = reported ? sizeof(report) : 0;
    const std::size_t for_batch = open_ ? 0 : sizeof(batch) + target->builder.capacity();
    const std::size_t needed = for_batch + target->builder.growth(measured) + for_report;
    if (!take_room(needed, context, policy)) {
        came.missing = needed;
        return false;
    }
    if (!open_) {
        target->round = context.round ? context.open.begin(*context.round) : context.open.begin();
        target->opened = context.sent;
        target->deadline = runtime::after(context.sent, context.options.delivery_timeout);
        open_ = target;
    }
    target->charged += needed;
    target->charged_for_reports += for_report;
    target->builder.append(record, measured);
    ++target->count;
    return true;
}

bool partition_queue::take_room(std::size_t bytes, const append_context& context,
                                room policy) const {
    if (policy == room::asked_for) return bytes == 0 || context.budget.try_take(bytes);
    context.budget.take_anyway(bytes);
    return true;
}

void partition_queue::close_open_batch() {
    closed_.push_back(std::exchange(open_, nullptr));
    note_backlog();
}

void partition_queue::finish(batch& full, const append_context& context) {
    full.sealed = std::move(full.builder)
                      .seal(context.options.compression, context.options.compression_level);
    const std::size_t holds = sizeof(batch) + full.sealed.capacity() + full.charged_for_reports;
    std::size_t spare = 0;
    {
        std::lock_guard lock(mutex_);
        if (full.charged > holds) spare = full.charged - holds;
        full.charged -= spare;
        full.ready = true;
    }
    if (spare != 0) context.budget.give_back(spare);
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
    return {true, first->ready, first->opened, first->deadline, first->round};
}

std::shared_ptr<batch> partition_queue::take(const append_context& context) {
    std::shared_ptr<batch> first;
    {
        std::lock_guard lock(mutex_);
        if (!closed_.empty()) {
            if (!closed_.front()->ready) return nullptr;
            first = std::move(closed_.front());
            closed_.pop_front();
            note_backlog();
            return first;
        }
        first = std::exchange(open_, nullptr);
    }
    if (first) finish(*first, context);
    return first;
}

void partition_queue::put_back(std::shared_ptr<batch> again) {
    std::lock_guard lock(mutex_);
    closed_.push_front(std::move(again));
    note_backlog();
}

std::deque<std::shared_ptr<batch>> partition_queue::close() {
    std::lock_guard lock(mutex_);
    closed_for_good_ = true;
    if (open_) close_open_batch();
    return std::exchange(closed_, {});
}

} // namespace kcpp::producing
