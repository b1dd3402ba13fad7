#include "testing/broker/handlers.hpp"
#include "testing/broker/leader_hints.hpp"
#include "testing/model/batch_checks.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

namespace producing = protocol::produce;
using result = producing::partition_result;

constexpr std::int16_t acks_all = -1, acks_none = 0, acks_leader = 1;
constexpr std::int16_t first_produce_by_id = 13, first_produce_with_hints = 10;

void refuse(result& r, broker_errc error, std::string reason = {}) {
    r.error_code = code(error);
    r.base_offset = -1;
    if (!reason.empty()) r.error_message = std::move(reason);
}

void refuse(result& r, const batch_verdict& found) {
    refuse(r, found.error, found.reason);
    for (const refused_record& record : found.records)
        r.record_errors.push_back({record.index, record.reason});
}

batch_rules rules_of(const topic& t, std::int64_t now_ms) {
    return {.max_bytes = t.configs.number("max.message.bytes"),
            .max_segment_bytes = t.configs.number("segment.bytes"),
            .timestamp_before_max_ms = t.configs.number("message.timestamp.before.max.ms"),
            .timestamp_after_max_ms = t.configs.number("message.timestamp.after.max.ms"),
            .now_ms = now_ms,
            .compacted = t.configs.compacted(),
            .append_time = t.configs.append_time()};
}

/// A topic that asks for more replicas in sync than it has replicas gets what there are.
bool enough_in_sync(const topic& t, const partition& p) {
    const auto wanted = std::min(t.configs.number("min.insync.replicas"),
                                 static_cast<std::int64_t>(p.replicas().size()));
    return static_cast<std::int64_t>(p.in_sync().size()) >= wanted;
}

/// False if the batch may not be written (again); `r` then says what became of it.
bool check_producer(const partition& p, const batch_header& head, result& r) {
    const auto sequence = p.log().check_producer(head);
    if (sequence.error != broker_errc::none) {
        refuse(r, sequence.error);
        return false;
    }
    if (!sequence.duplicate_of) return true;
    r.base_offset = *sequence.duplicate_of;
    r.log_append_time_ms = sequence.duplicate_time_ms;
    return false;
}

/// Kafka tells where the log starts with all errors of its leader but these.
bool hides_log_start(broker_errc error) {
    return error == broker_errc::corrupt_message || error == broker_errc::message_too_large ||
           error == broker_errc::record_list_too_large;
}

/// The leader's part: checks the batch and writes it.
void append(const call& c, const topic& t, partition& p, std::span<const std::byte> records,
            std::int16_t acks, result& r) {
    r.log_start_offset = p.log().start_offset();
    if (acks == acks_all && !enough_in_sync(t, p))
        return refuse(r, broker_errc::not_enough_replicas);
    const std::int64_t now_ms = c.wall_ms();
    const batch_verdict found = check_batch(records, rules_of(t, now_ms));
    if (hides_log_start(found.error)) r.log_start_offset = -1;
    if (!found.good()) return refuse(r, found);
    const batch_header head = *read_batch_header(records);
    if (head.idempotent() && !check_producer(p, head, r)) return;
    std::optional<std::int64_t> append_time;
    if (t.configs.append_time()) append_time = r.log_append_time_ms = now_ms;
    r.base_offset = p.log().end_offset();
    p.append(place_in_log(records, r.base_offset, p.leader_epoch(), append_time, found.latest_ms));
}

/// Nobody coordinates transactions here, so no batch can be part of one.
broker_errc check_transaction(const producing::request& q, std::span<const std::byte> records) {
    if (!read_batch_header(records)->transactional()) return broker_errc::none;
    return q.transactional_id ? broker_errc::invalid_txn_state
                              : broker_errc::transactional_id_authorization_failed;
}

result produce_to(call& c, const producing::request& q, topic* t,
                  const producing::partition& asked) {
    result r;
    r.index = asked.index;
    const auto records = asked.records.value_or(protocol::records_view());
    partition* p = t != nullptr ? t->find(asked.index) : nullptr;
    broker_errc error = t == nullptr ? broker_errc::none : c.injected(t->name, asked.index);
    if (error != broker_errc::none)
        refuse(r, error);
    else if (t == nullptr && c.version >= first_produce_by_id)
        refuse(r, broker_errc::unknown_topic_id);
    else if (p == nullptr)
        refuse(r, broker_errc::unknown_topic_or_partition);
    else if (const batch_verdict form = check_form(records, c.version); !form.good())
        refuse(r, form);
    else if (error = check_transaction(q, records); error != broker_errc::none)
        refuse(r, error);
    else if (q.acks < acks_all || q.acks > acks_leader)
        refuse(r, broker_errc::invalid_required_acks);
    else if (p->leader() != c.broker)
        refuse(r, broker_errc::not_leader_or_follower);
    else
        append(c, *t, *p, records, q.acks, r);
    return r;
}

/// A batch that was written and is not on every replica in sync yet.
struct awaited_batch {
    topic_partition place;
    std::int32_t leader_epoch;
    std::int64_t end_offset;
    result* answer;
};

/// Appended, and not as safe as it was asked to be: what was said of its place stays in the answer
/// (DelayedProduce).
void fail_late(result& r, broker_errc error) {
    r.error_code = code(error);
}

/// True once nothing more is to be waited for; the answer then says what came of it
/// (Partition.checkEnoughReplicasReachOffset).
bool settled(call& c, const awaited_batch& batch) {
    const topic* t = c.state().find_topic(batch.place.topic);
    const partition* p = c.state().find_partition(batch.place.topic, batch.place.partition);
    if (p == nullptr || p->leader() != c.broker || p->leader_epoch() != batch.leader_epoch) {
        fail_late(*batch.answer, p == nullptr ? broker_errc::unknown_topic_or_partition
                                              : broker_errc::not_leader_or_follower);
        return true;
    }
    if (p->high_watermark() < batch.end_offset) return false;
    if (!enough_in_sync(*t, *p))
        fail_late(*batch.answer, broker_errc::not_enough_replicas_after_append);
    return true;
}

runtime::task<void> wait_for_replicas(call& c, std::vector<awaited_batch> open,
                                      runtime::time_point until) {
    for (;;) {
        std::erase_if(open, [&](const awaited_batch& batch) { return settled(c, batch); });
        if (open.empty() || !c.alive()) co_return;
        if (c.now() >= until) break;
        co_await c.cluster.log_news.wait(until);
    }
    for (const awaited_batch& late : open)
        fail_late(*late.answer, broker_errc::request_timed_out);
}

/// The batches that acks=all has to wait for.
std::vector<awaited_batch> not_replicated(call& c, producing::response& r) {
    std::vector<awaited_batch> open;
    for (auto& of_topic : r.topics) {
        const topic* t = of_topic.name.empty() ? c.state().find_topic(of_topic.topic_id)
                                               : c.state().find_topic(of_topic.name);
        for (result& one : of_topic.partitions) {
            if (one.error_code != 0) continue;
            const partition& p = t->partitions[static_cast<std::size_t>(one.index)];
            // Of a duplicate, too: it is as good as stored only if the first one is.
            const auto& batches = p.log().batches();
            const auto at = p.log().position_of(one.base_offset);
            if (at == batches.size()) continue; // deleted since
            const auto end = batches[at].header.next_offset();
            if (end > p.high_watermark())
                open.push_back({{t->name, one.index}, p.leader_epoch(), end, &one});
        }
    }
    return open;
}

/// What a test wants to be said of what is written all the same.
void disown(call& c, producing::response& r) {
    for (auto& of_topic : r.topics) {
        const topic* t = of_topic.name.empty() ? c.state().find_topic(of_topic.topic_id)
                                               : c.state().find_topic(of_topic.name);
        for (result& one : of_topic.partitions) {
            if (one.error_code != 0) continue;
            const auto error = c.injected_late(t->name, one.index);
            if (error != broker_errc::none) fail_late(one, error);
        }
    }
}

/// Who leads by now, for whom it concerns. True if anything failed.
bool add_hints(call& c, producing::response& r) {
    leader_hints hints(c, c.version >= first_produce_with_hints);
    bool failed = false;
    for (auto& of_topic : r.topics) {
        topic* t = of_topic.name.empty() ? c.state().find_topic(of_topic.topic_id)
                                         : c.state().find_topic(of_topic.name);
        for (result& one : of_topic.partitions) {
            failed = failed || one.error_code != 0;
            hints.add_to(one, t);
        }
    }
    r.node_endpoints = hints.endpoints();
    return failed;
}

} // namespace

runtime::task<producing::response> produce(call& c, const producing::request& q) {
    producing::response r;
    const bool by_id = c.version >= first_produce_by_id;
    for (const auto& asked : q.topics) {
        topic* t = by_id ? c.state().find_topic(asked.topic_id) : c.state().find_topic(asked.name);
        auto& results = r.topics.emplace_back();
        results.name = asked.name;
        results.topic_id = asked.topic_id;
        for (const auto& p : asked.partitions)
            results.partitions.push_back(produce_to(c, q, t, p));
    }
    c.cluster.log_news.notify();
    if (q.acks == acks_all) {
        auto open = not_replicated(c, r);
        const auto until = runtime::after(c.now(), std::chrono::milliseconds(q.timeout_ms));
        co_await wait_for_replicas(c, std::move(open), until);
    }
    disown(c, r);
    const bool failed = add_hints(c, r);
    // Without answers, hanging up is the only way to tell a producer that something went wrong.
    c.answered = q.acks != acks_none;
    c.hang_up = failed && !c.answered;
    co_return r;
}

} // namespace kcpp::testing
