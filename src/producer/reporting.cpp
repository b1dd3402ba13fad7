// What the records of batches are told, and when they have waited for too long.

#include "producer/core.hpp"
#include "producer/sender.hpp"

#include <algorithm>
#include <utility>

namespace kcpp::producing {

namespace {

/// Nothing, if the topic keeps the producers' own timestamps. Brokers answer a batch that they had
/// already with its latest timestamp then, as if that were the time of appending.
std::optional<kcpp::timestamp> log_append_time(const batch& done, stored_at where) {
    if (where.log_append_time_ms < 0) return std::nullopt;
    const kcpp::timestamp told{std::chrono::milliseconds(where.log_append_time_ms)};
    if (done.attempts > 1 && told == done.sealed.about().max_timestamp) return std::nullopt;
    return told;
}

} // namespace

void sender::report_finished(partition_queue& queue) {
    while (const auto done = queue.io.window.take_finished()) {
        // First, so that there is room again for whoever is told.
        release(*done->what);
        report_stored(*done->what, done->where);
        core_.spare_.keep(done->what->take_memory());
    }
}

void sender::report_stored(batch& done, stored_at where) {
    if (done.reported) return;
    core_.meter_.delivered(done);
    report_delivered(done, done.home.topic().name, done.home.index(), where.base_offset,
                     log_append_time(done, where), *core_.bystander_);
    core_.ended(done.round);
}

void sender::report_not_stored(batch& ended, const error& why) {
    if (ended.reported) return;
    core_.meter_.failed(ended.home.topic().name,
                        static_cast<std::size_t>(ended.count) - ended.withdrawn.size());
    report_failed(ended, why, *core_.bystander_);
    core_.ended(ended.round);
}

/// One that was sent. Nobody asks for it any more.
void sender::give_up(batch& sent, const error& why) {
    end(sent, why);
    partition_queue& queue = sent.home;
    queue.io.window.given_up(sent);
    report_finished(queue);
}

void sender::release(batch& ended) {
    const bool somebody_waits = core_.budget_.give_back_for_many(ended.home.uncharge(ended));
    if (!somebody_waits || let_in_at_ != runtime::never) return;
    let_in_at_ = runtime::after(core_.client_->rt().now(), longest_wait_for_others);
    wake();
}

/// Those who wait for room and have it, unless more room comes together at once.
void sender::let_in(runtime::time_point now) {
    if (let_in_at_ > now) return;
    let_in_at_ = runtime::never;
    core_.budget_.let_in();
}

/// Other batches hold its records now.
void sender::replaced(batch& by_others) {
    release(by_others);
    core_.ended(by_others.round);
}

void sender::end(batch& ended, const error& why) {
    release(ended);
    report_not_stored(ended, why);
}

/// Everything of that partition that is not under way.
void sender::fail_waiting(partition_queue& queue, const error& why) {
    for (const auto& each : std::deque(queue.io.window.flights()))
        if (each.state == sequence_window::standing::waiting)
            give_up(*each.what, failure_of(*each.what, why));
    while (const auto next = queue.take_to_give_up())
        end(*next, failure_of(*next, why));
}

/// All records of a batch are given up when the first one's time is over, so that the last one's
/// must be about the same. One that cannot be sent is closed in time, and those behind it get their
/// own.
runtime::duration sender::longest_open() const {
    constexpr int parts = 20;
    const producer_options& options = core_.options_;
    return std::max<runtime::duration>(options.delivery_timeout / parts, options.linger);
}

/// When there is something to be given up, or closed. A batch that is opened behind others is not
/// told of: it is looked for.
runtime::time_point sender::expiry_of(const partition_queue::outlook& seen,
                                      runtime::time_point now) const {
    return std::min(seen.deadline, runtime::after(seen.open_since.value_or(now), longest_open()));
}

void sender::expire(runtime::time_point now) {
    next_expiry_ = runtime::never;
    for (partition_queue* queue : listed_) {
        expire_sent(*queue, now);
        if (auto old = queue->close_old(now - longest_open())) core_.finish(std::move(old));
        auto seen = queue->look();
        while (seen.any && seen.deadline <= now) {
            const auto late = queue->take_to_give_up();
            end(*late, expired(*late, false)); // what is in a queue was never sent
            seen = queue->look();
        }
        if (seen.any) next_expiry_ = std::min(next_expiry_, expiry_of(seen, now));
    }
}

void sender::expire_sent(partition_queue& queue, runtime::time_point now) {
    using standing = sequence_window::standing;
    for (const auto& each : std::deque(queue.io.window.flights())) {
        batch& late = *each.what;
        if (late.reported) continue;
        if (late.deadline > now) {
            next_expiry_ = std::min(next_expiry_, late.deadline);
        } else if (each.state == standing::stored) {
            // Only those before it are still without an answer.
            report_stored(late, each.where);
        } else if (each.state == standing::on_wire) {
            // The answer may still come; nobody will hear of it.
            report_not_stored(late, expired(late, true));
        } else if (late.maybe_written && queue.io.window.numbered()) {
            // What became of it decides about what follows: it is asked for until that is known.
            report_not_stored(late, expired(late, true));
        } else {
            give_up(late, expired(late, late.maybe_written));
        }
    }
}

std::size_t sender::fail_all(const error& why) {
    using standing = sequence_window::standing;
    std::size_t records = 0;
    const auto end_one = [&](batch& left, bool unknown) {
        if (!left.reported) records += static_cast<std::size_t>(left.count);
        end(left, with_cause(left, why, unknown));
    };
    for (const auto& topic : core_.all_topics()) {
        for (const auto& queue : topic->partitions) {
            for (const auto& sent : queue->io.window.take_all()) {
                if (sent.state == standing::stored) report_stored(*sent.what, sent.where);
                end_one(*sent.what, sent.what->maybe_written || sent.state == standing::on_wire);
            }
            for (const auto& left : queue->close())
                end_one(*left, false);
        }
    }
    return records;
}

error sender::expired(const batch& late, bool unknown) const {
    return with_cause(late,
                      error(client_errc::timed_out,
                            base::text("no success within ", core_.options_.delivery_timeout,
                                       " (delivery_timeout), after ", late.attempts,
                                       late.attempts == 1 ? " attempt" : " attempts")),
                      unknown);
}

error sender::with_cause(const batch& failed, const error& why, bool unknown) const {
    const auto cause = cause_of_delay(failed);
    if (cause.empty()) return failure_of(failed, why, unknown);
    return failure_of(failed, error(why.code(), base::text(why.message(), "; last: ", cause)),
                      unknown);
}

std::string sender::cause_of_delay(const batch& failed) const {
    if (identity_.failure) return identity_.failure->message();
    const auto& metadata = core_.client_->metadata();
    const auto& name = failed.home.topic().name;
    const auto* where = metadata.current()->find(name, failed.home.index());
    if (where != nullptr && where->leader >= 0) {
        const auto link = links_.find(where->leader);
        if (link != links_.end() && link->second.failure) return link->second.failure->message();
    }
    if (failed.last_failure) return failed.last_failure->message();
    if (where != nullptr) return where->leader < 0 ? "no broker leads the partition" : "";
    const auto topic = metadata.current()->find(name);
    const bool seen = topic && !topic->partitions.empty();
    return seen ? "the topic has no such partition any more"
                : metadata.explain_missing(name).message();
}

} // namespace kcpp::producing
