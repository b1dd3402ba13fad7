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
    for (const auto& node : said.node_endpoints)
        if (node.port > 0 && node.port <= UINT16_MAX && node.node_id >= 0)
            core_.client_->pool().add_broker(
                {node.node_id, node.host, static_cast<std::uint16_t>(node.port)});
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
    if (!why.retriable()) {
        failed(*tried, tried->maybe_written
                           ? error::unknown_outcome(why.code(), why.message(), place_of(*tried))
                           : why);
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
    if (!done.reported) {
        std::optional<kcpp::timestamp> log_append_time;
        if (log_append_time_ms >= 0)
            log_append_time = kcpp::timestamp(std::chrono::milliseconds(log_append_time_ms));
        report_delivered(done, done.home.topic().name, done.home.index(), base_offset,
                         log_append_time, core_.on_throw_);
        core_.ended(done.round);
    }
    release(done);
}

void sender::failed(batch& tried, const error& why) {
    if (!tried.reported) {
        report_failed(tried, why, core_.on_throw_);
        core_.ended(tried.round);
    }
    release(tried);
}

void sender::report_early(batch& under_way, const error& why) {
    report_failed(under_way, why, core_.on_throw_);
    core_.ended(under_way.round);
}

void sender::release(batch& ended) {
    core_.budget_.give_back(std::exchange(ended.charged, 0));
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

void sender::fail_all(const error& why) {
    collect_news();
    for (partition_queue* queue : listed_) {
        if (const auto& under_way = queue->io.in_flight; under_way && !under_way->reported)
            report_early(*under_way,
                         error::unknown_outcome(why.code(), why.message(), place_of(*under_way)));
    }
    for (const auto& [name, to] : *core_.routes_.current())
        for (partition_queue* queue : to.partitions)
            for (const auto& left : queue->close())
                failed(*left, left->maybe_written ? error::unknown_outcome(
                                                        why.code(), why.message(), place_of(*left))
                                                  : why);
}

error sender::expired(const batch& late) const {
    const auto& queue = late.home;
    std::string sentence = base::text("produce to ", queue.topic().name, '-', queue.index(),
                                      ": no success within ", core_.options_.delivery_timeout,
                                      " (delivery_timeout), after ", late.attempts, " attempts");
    if (late.last_failure) sentence += "; the last one: " + late.last_failure->message();
    auto place = place_of(late);
    return late.maybe_written
               ? error::unknown_outcome(client_errc::timed_out, std::move(sentence),
                                        std::move(place))
               : error(client_errc::timed_out, std::move(sentence), std::move(place));
}

} // namespace kcpp::producing
