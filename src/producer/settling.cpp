// What becomes of the batches of a produce request: reported, tried again, or given up.

#include "producer/core.hpp"
#include "producer/sender.hpp"

#include <algorithm>
#include <utility>

namespace kcpp::producing {

void sender::settle_unanswered(produce_exchange& sent, const error& why) {
    core_.client_->metadata().refresh();
    for (const auto& each : sent.batches) {
        each->maybe_written = each->maybe_written || why.unknown_outcome();
        retry_or_fail(each, why);
    }
}

void sender::settle_unasked(produce_exchange& sent) {
    for (const auto& each : sent.batches)
        delivered(*each, -1, -1);
}

void sender::settle(produce_exchange& sent, const protocol::produce::response& said,
                    std::int16_t version) {
    for (const auto& each : sent.batches) {
        const auto* result = find_result(said, *each, version);
        if (result != nullptr) {
            settle_batch(each, *result, sent.node);
            continue;
        }
        each->maybe_written = true;
        retry_or_fail(each, error(client_errc::protocol_error,
                                  base::text("broker ", sent.node,
                                             " answered a produce request without a word on ",
                                             each->home.topic().name, '-', each->home.index()),
                                  {each->home.topic().name, each->home.index(), sent.node}));
    }
}

void sender::settle_batch(const std::shared_ptr<batch>& sent,
                          const protocol::produce::partition_result& said, std::int32_t node) {
    const auto code = static_cast<broker_errc>(said.error_code);
    if (code == broker_errc::none) {
        sent->home.io.pause.reset();
        delivered(*sent, said.base_offset, said.log_append_time_ms);
        return;
    }
    // The leader has appended it, and only the followers are late: it may well be there.
    if (code == broker_errc::request_timed_out ||
        code == broker_errc::not_enough_replicas_after_append)
        sent->maybe_written = true;
    const auto& queue = sent->home;
    if (said.current_leader.leader_id >= 0)
        core_.client_->metadata().apply_leader(queue.topic().name, queue.index(),
                                               said.current_leader.leader_id,
                                               said.current_leader.leader_epoch);
    if (refreshes_metadata(code)) core_.client_->metadata().refresh();
    retry_or_fail(sent, refusal(*sent, code, said, node));
}

void sender::retry_or_fail(const std::shared_ptr<batch>& tried, const error& why) {
    if (tried->reported) {
        release(*tried);
        return;
    }
    const auto now = core_.client_->rt().now();
    tried->last_failure = why;
    if (!may_be_tried_again(why)) {
        failed(*tried, failure_of(*tried, why));
    } else if (tried->deadline <= now) {
        failed(*tried, expired(*tried));
    } else {
        core_.log_.debug("will be tried again: ", why.message());
        auto& io = tried->home.io;
        io.retry_at = runtime::after(now, io.pause.next(core_.client_->rt().random()));
        tried->home.put_back(tried);
        list(tried->home);
    }
}

void sender::delivered(batch& done, offset_t base_offset, std::int64_t log_append_time_ms) {
    const bool first_word = !done.reported;
    if (first_word) {
        std::optional<kcpp::timestamp> log_append_time;
        if (log_append_time_ms >= 0)
            log_append_time = kcpp::timestamp(std::chrono::milliseconds(log_append_time_ms));
        report_delivered(done, done.home.topic().name, done.home.index(), base_offset,
                         log_append_time, *core_.bystander_);
    }
    release(done);
    if (first_word) core_.ended(done.round);
}

void sender::failed(batch& tried, const error& why) {
    const bool first_word = !tried.reported;
    if (first_word) report_failed(tried, why, *core_.bystander_);
    release(tried);
    if (first_word) core_.ended(tried.round);
}

/// The batch stays in memory: it is on its way.
void sender::report_early(batch& under_way, const error& why) {
    report_failed(under_way, why, *core_.bystander_);
    core_.ended(under_way.round);
}

void sender::release(batch& ended) {
    core_.budget_.give_back(ended.home.uncharge(ended));
}

void sender::expire(runtime::time_point now) {
    next_expiry_ = runtime::never;
    const auto context = core_.context();
    for (partition_queue* queue : listed_) {
        if (const auto& under_way = queue->io.in_flight; under_way && !under_way->reported) {
            if (under_way->deadline > now) {
                next_expiry_ = std::min(next_expiry_, under_way->deadline);
            } else {
                // The answer may still come; nobody will hear of it.
                under_way->maybe_written = true;
                report_early(*under_way, expired(*under_way));
            }
        }
        auto seen = queue->look();
        while (seen.any && seen.deadline <= now) {
            auto late = queue->take(context);
            if (!late) break;
            failed(*late, expired(*late));
            seen = queue->look();
        }
        if (seen.any) next_expiry_ = std::min(next_expiry_, std::max(seen.deadline, now));
    }
}

std::size_t sender::fail_all(const error& why) {
    std::size_t records = 0;
    const auto end_one = [&](batch& left, auto how) {
        records += static_cast<std::size_t>(left.count);
        (this->*how)(left, with_cause(left, why));
    };
    for (const auto& topic : core_.all_topics()) {
        for (const auto& queue : topic->partitions) {
            if (const auto under_way = queue->io.in_flight) {
                under_way->maybe_written = true;
                if (!under_way->reported) end_one(*under_way, &sender::report_early);
                release(*under_way);
            }
            for (const auto& left : queue->close())
                end_one(*left, &sender::failed);
        }
    }
    return records;
}

error sender::expired(const batch& late) const {
    return with_cause(late, error(client_errc::timed_out,
                                  base::text("no success within ", core_.options_.delivery_timeout,
                                             " (delivery_timeout), after ", late.attempts,
                                             late.attempts == 1 ? " attempt" : " attempts")));
}

error sender::with_cause(const batch& failed, const error& why) const {
    const auto cause = cause_of_delay(failed);
    if (cause.empty()) return failure_of(failed, why);
    return failure_of(failed, error(why.code(), base::text(why.message(), "; last: ", cause)));
}

std::string sender::cause_of_delay(const batch& failed) const {
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
