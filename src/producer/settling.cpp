// What becomes of the batches of a produce request: stored, tried again, split, or given up.

#include "producer/core.hpp"
#include "producer/sender.hpp"
#include "producer/splitting.hpp"

#include <algorithm>
#include <utility>

namespace kcpp::producing {

namespace {

/// The leader misses what comes before, or knows this producer otherwise than it knows itself.
bool is_about_sequence(broker_errc code) {
    return code == broker_errc::out_of_order_sequence_number ||
           code == broker_errc::unknown_producer_id ||
           code == broker_errc::invalid_producer_epoch || code == broker_errc::producer_fenced;
}

bool is_too_large(broker_errc code) {
    return code == broker_errc::message_too_large || code == broker_errc::record_list_too_large;
}

/// The leader has appended it, and then the followers were late, or it leads no more: it may well
/// be there. Whoever names an offset beside an error has appended (DelayedProduce in Kafka).
bool may_have_appended(broker_errc code, const protocol::produce::partition_result& said) {
    return said.base_offset >= 0 || code == broker_errc::request_timed_out ||
           code == broker_errc::not_enough_replicas_after_append ||
           code == broker_errc::unknown_server_error;
}

} // namespace

void sender::settle_unanswered(produce_exchange& sent, const error& why) {
    core_.client_->metadata().look_for_leader();
    for (const auto& each : sent.batches) {
        core_.meter_.refused(sent.node);
        each->maybe_written = each->maybe_written || why.unknown_outcome();
        try_again_or_give_up(*each, why);
    }
}

void sender::settle_unasked(produce_exchange& sent) {
    for (const auto& each : sent.batches)
        stored(*each, {});
}

void sender::settle(produce_exchange& sent, const protocol::produce::response& said,
                    std::int16_t version) {
    core_.client_->metadata().add_brokers(said.node_endpoints);
    const produce_results results(said, version);
    for (const auto& each : sent.batches) {
        const auto* result = results.find(*each);
        if (result != nullptr) {
            settle_batch(*each, *result, sent.node);
            continue;
        }
        core_.meter_.refused(sent.node);
        each->maybe_written = true;
        try_again_or_give_up(
            *each,
            error(client_errc::protocol_error,
                  base::text("broker ", sent.node, " answered a produce request without a word on ",
                             each->home.topic().name, '-', each->home.index()),
                  {each->home.topic().name, each->home.index(), sent.node}));
    }
}

void sender::settle_batch(batch& sent, const protocol::produce::partition_result& said,
                          std::int32_t node) {
    const auto code = static_cast<broker_errc>(said.error_code);
    if (code == broker_errc::none) return stored(sent, {said.base_offset, said.log_append_time_ms});
    // So long ago that the broker does not know where (P11).
    if (code == broker_errc::duplicate_sequence_number) return stored(sent, {});
    core_.meter_.refused(node);
    if (is_too_large(code) && split(sent)) return;

    const error why = refusal(sent, code, said, node);
    if (sent.home.io.window.numbered() && is_about_sequence(code)) return misses_others(sent, why);
    sent.maybe_written = sent.maybe_written || may_have_appended(code, said);
    const auto& queue = sent.home;
    cluster::metadata& metadata = core_.client_->metadata();
    // Who is told the new leader need not look for it, nor wait (KIP-951).
    const bool leader_is_new =
        said.current_leader.leader_id >= 0 &&
        metadata.apply_leader(queue.topic().name, queue.index(), said.current_leader.leader_id,
                              said.current_leader.leader_epoch);
    if (!leader_is_new && refreshes_metadata(code)) metadata.look_for_leader();
    try_again_or_give_up(sent, why);
}

void sender::stored(batch& done, stored_at where) {
    done.home.io.pause.reset();
    done.home.io.window.stored(done, where);
    report_finished(done.home);
}

void sender::try_again_or_give_up(batch& tried, const error& why) {
    tried.last_failure = why;
    if (!may_be_tried_again(why)) return give_up(tried, failure_of(tried, why));
    tried.home.io.window.again(tried);
    wait_for_turn(tried, why);
}

/// Not the first of its partition: has its turn once the first is done with. The first: is not in
/// the log, and its partition goes on under another epoch (P9, P10).
void sender::misses_others(batch& tried, const error& why) {
    tried.last_failure = why;
    tried.home.io.window.out_of_order(tried);
    wait_for_turn(tried, why);
}

void sender::wait_for_turn(batch& tried, const error& why) {
    const auto now = core_.client_->rt().now();
    auto& io = tried.home.io;
    // Nobody waits for it any more, and nothing depends on it.
    if (tried.reported && !tried.maybe_written) return give_up(tried, why);
    if (tried.deadline <= now && !tried.reported) {
        expire_sent(tried.home, now);
        const bool asked_for_still = tried.maybe_written && io.window.numbered();
        if (!asked_for_still) return;
    }
    core_.log_.debug("will be tried again: ", why.message());
    io.retry_at = runtime::after(now, pause_after(why, io.pause));
}

/// A leader that does not know yet that it is one will in a moment.
runtime::duration sender::pause_after(const error& why, network::backoff& pauses) const {
    constexpr runtime::duration longest_election = std::chrono::milliseconds(250);
    const auto pause = pauses.next(core_.client_->rt().random());
    const bool is_election =
        why == broker_errc::not_leader_or_follower || why == broker_errc::leader_not_available;
    return is_election ? std::min(pause, longest_election) : pause;
}

/// Whether it was possible (P12). Of a batch that may be in the log already, as it is, no halves
/// are sent.
bool sender::split(batch& large) {
    if (large.count < 2 || large.maybe_written || large.reported) return false;
    auto& io = large.home.io;
    const auto halves = halves_of(large, core_.context());
    if (halves.empty()) return false;
    core_.log_.warning("a batch of ", large.count, " records, ", large.sealed.size(),
                       " bytes, is too large for ", large.home.topic().name,
                       " and is sent in halves; lower batch_bytes (batch.size), or raise the "
                       "topic's max.message.bytes");
    io.window.split(large, halves);
    replaced(large);
    return true;
}

} // namespace kcpp::producing
