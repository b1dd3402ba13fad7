#include "testing/broker/handlers.hpp"
#include "testing/broker/leader_hints.hpp"

namespace kcpp::testing {

namespace {

namespace producing = protocol::produce;
using result = producing::partition_result;

constexpr std::int16_t acks_all = -1, acks_none = 0, acks_leader = 1;
constexpr std::int16_t first_with_ids = 13, first_with_hints = 10, first_with_zstd = 7;

void refuse(result& r, broker_errc error, std::string reason = {}, std::int32_t record = -1) {
    r.error_code = code(error);
    r.base_offset = -1;
    if (!reason.empty()) r.error_message = reason;
    if (record >= 0) r.record_errors.push_back({record, std::move(reason)});
}

batch_rules rules_of(const topic& t, std::int64_t now_ms) {
    return {.max_bytes = t.configs.number("max.message.bytes"),
            .timestamp_before_max_ms = t.configs.number("message.timestamp.before.max.ms"),
            .timestamp_after_max_ms = t.configs.number("message.timestamp.after.max.ms"),
            .now_ms = now_ms,
            .compacted = t.configs.compacted(),
            .append_time = t.configs.append_time()};
}

/// The leader's part: checks the batch and writes it.
void append(const call& c, const topic& t, partition& p, std::span<const std::byte> records,
            std::int16_t acks, result& r) {
    const std::int64_t now_ms = c.wall_ms();
    if (acks == acks_all &&
        static_cast<std::int64_t>(p.in_sync().size()) < t.configs.number("min.insync.replicas"))
        return refuse(r, broker_errc::not_enough_replicas);
    const batch_verdict found = check_produced(records, rules_of(t, now_ms));
    if (!found.good()) return refuse(r, found.error, found.reason, found.record);
    const batch_header head = *read_batch_header(records);
    if (head.codec() == compression::zstd && c.version < first_with_zstd)
        return refuse(r, broker_errc::unsupported_compression_type,
                      "Produce requests with version " + std::to_string(c.version) +
                          " are not allowed to use ZStandard compression");
    r.log_start_offset = p.log().start_offset();
    if (t.configs.append_time()) r.log_append_time_ms = now_ms;
    if (head.idempotent()) {
        const auto sequence = p.log().check_producer(head);
        if (sequence.error != broker_errc::none) return refuse(r, sequence.error);
        if (sequence.duplicate_of) {
            r.base_offset = *sequence.duplicate_of;
            return;
        }
    }
    r.base_offset = p.log().end_offset();
    p.append(place_in_log(records, r.base_offset, p.leader_epoch(),
                          t.configs.append_time() ? std::optional(now_ms) : std::nullopt));
}

result produce_to(call& c, topic* t, const producing::partition& asked, bool by_id,
                  std::int16_t acks) {
    result r;
    r.index = asked.index;
    if (t != nullptr) {
        if (const auto error = c.injected(t->name, asked.index); error != broker_errc::none)
            return refuse(r, error), r;
    }
    partition* p = t != nullptr ? t->find(asked.index) : nullptr;
    if (t == nullptr && by_id)
        refuse(r, broker_errc::unknown_topic_id);
    else if (p == nullptr)
        refuse(r, broker_errc::unknown_topic_or_partition);
    else if (acks < acks_all || acks > acks_leader)
        refuse(r, broker_errc::invalid_required_acks);
    else if (p->leader() != c.broker)
        refuse(r, broker_errc::not_leader_or_follower);
    else
        append(c, *t, *p, asked.records.value_or(protocol::records_view()), acks, r);
    return r;
}

} // namespace

producing::response produce(call& c, const producing::request& q) {
    producing::response r;
    const bool by_id = c.version >= first_with_ids;
    leader_hints hints(c, c.version >= first_with_hints);
    bool failed = false;
    for (const auto& asked : q.topics) {
        topic* t = by_id ? c.state().find_topic(asked.topic_id) : c.state().find_topic(asked.name);
        auto& results = r.topics.emplace_back();
        results.name = asked.name;
        results.topic_id = asked.topic_id;
        for (const auto& p : asked.partitions) {
            auto& one = results.partitions.emplace_back(produce_to(c, t, p, by_id, q.acks));
            failed |= one.error_code != 0;
            hints.add_to(one, t);
        }
    }
    r.node_endpoints = hints.endpoints();
    c.cluster.log_news.notify();
    // Without answers, hanging up is the only way to tell a producer that something went wrong.
    c.answered = q.acks != acks_none;
    c.hang_up = failed && !c.answered;
    return r;
}

} // namespace kcpp::testing
