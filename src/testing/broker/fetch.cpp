#include "testing/broker/handlers.hpp"
#include "testing/broker/leader_hints.hpp"
#include "testing/broker/replica_check.hpp"

#include <algorithm>
#include <cstring>

namespace kcpp::testing {

namespace {

namespace fetching = protocol::fetch;
using result = fetching::partition_result;

constexpr std::int16_t first_with_ids = 13, first_with_hints = 16, first_from_followers = 11;

/// What one look at the logs gives.
struct round {
    fetching::response response;
    std::size_t bytes = 0;
    /// Something that the client must hear at once.
    bool urgent = false;
};

/// How many more bytes the response may hold. The first batch is sent however large it is, so that
/// no client gets stuck at a record that is larger than its limits (KIP-74).
struct budget {
    std::size_t left;
    bool first = true;

    std::size_t take(std::size_t wanted, std::size_t partition_limit, std::size_t first_batch) {
        std::size_t most = std::min(left, partition_limit);
        if (first) most = std::max(most, first_batch);
        const std::size_t taken = std::min(wanted, most);
        left -= std::min(left, taken);
        first = first && taken == 0;
        return taken;
    }
};

std::size_t not_negative(std::int32_t n) {
    return static_cast<std::size_t>(std::max(n, 0));
}

/// Batches from `from` up to the high watermark, cut off where the budget ends, as Kafka does it,
/// even inside a batch.
protocol::records_view read(call& c, const partition& p, const partition_log& log,
                            const fetching::partition& asked, budget& room) {
    const auto& batches = log.batches();
    const std::size_t begin = log.position_of(asked.fetch_offset);
    std::size_t end = begin, size = 0;
    for (; end < batches.size() && batches[end].header.next_offset() <= p.high_watermark(); ++end)
        size += batches[end].size();
    if (begin == end) return {};
    size = room.take(size, not_negative(asked.max_bytes), batches[begin].size());
    const auto gathered = c.keep(wire::shared_buffer::allocate(size));
    for (std::size_t at = 0, i = begin; at < size; ++i) {
        const std::size_t part = std::min(batches[i].size(), size - at);
        std::memcpy(const_cast<std::byte*>(gathered.data()) + at, batches[i].bytes.data(), part);
        at += part;
    }
    return gathered;
}

/// The client read something from an old leader that this one never had (KIP-595).
bool diverges(const partition_log& log, const fetching::partition& asked, result& r) {
    if (asked.last_fetched_epoch < 0) return false;
    const auto end = log.end_of_epoch(asked.last_fetched_epoch);
    if (end.epoch >= asked.last_fetched_epoch && end.end_offset >= asked.fetch_offset) return false;
    r.diverging_epoch = {end.epoch, end.end_offset};
    return true;
}

result read_partition(call& c, topic* t, const fetching::partition& asked, bool by_id,
                      budget& room) {
    result r;
    r.index = asked.index;
    r.high_watermark = -1;
    r.aborted_transactions.reset();
    r.records = protocol::records_view();
    const partition* p = t == nullptr ? nullptr : t->find(asked.index);
    broker_errc error = t == nullptr ? broker_errc::none : c.injected(t->name, asked.index);
    if (error == broker_errc::none && t == nullptr && by_id) error = broker_errc::unknown_topic_id;
    if (error == broker_errc::none)
        error = check_replica(c, p, asked.current_leader_epoch,
                              c.version >= first_from_followers ? may_serve::any_replica
                                                                : may_serve::leader_only);
    if (error == broker_errc::none) {
        const partition_log& log = *p->log_on(c.broker);
        const bool in_range =
            asked.fetch_offset >= log.start_offset() && asked.fetch_offset <= log.end_offset();
        r.high_watermark = r.last_stable_offset = p->high_watermark();
        r.log_start_offset = log.start_offset();
        if (diverges(log, asked, r)) return r;
        if (in_range)
            r.records = read(c, *p, log, asked, room);
        else
            error = broker_errc::offset_out_of_range;
    }
    r.error_code = code(error);
    return r;
}

round look(call& c, const fetching::request& q) {
    round now;
    const bool by_id = c.version >= first_with_ids;
    leader_hints hints(c, c.version >= first_with_hints);
    budget room{not_negative(q.max_bytes)};
    for (const auto& asked : q.topics) {
        topic* t = by_id ? c.state().find_topic(asked.topic_id) : c.state().find_topic(asked.name);
        auto& results = now.response.topics.emplace_back();
        results.name = asked.name;
        results.topic_id = asked.topic_id;
        for (const auto& p : asked.partitions) {
            auto& one = results.partitions.emplace_back(read_partition(c, t, p, by_id, room));
            hints.add_to(one, t);
            now.bytes += one.records->size();
            now.urgent |= one.error_code != 0 || one.diverging_epoch.end_offset != -1;
        }
    }
    now.response.node_endpoints = hints.endpoints();
    return now;
}

} // namespace

runtime::task<fetching::response> fetch(call& c, const fetching::request& q) {
    // No sessions are kept, as by a broker whose session cache is full: every request names all its
    // partitions.
    if (q.session_id != 0) {
        fetching::response r;
        r.error_code = code(broker_errc::fetch_session_id_not_found);
        co_return r;
    }
    const auto until =
        runtime::after(c.now(), std::chrono::milliseconds(std::max(q.max_wait_ms, 0)));
    for (;;) {
        round latest = look(c, q);
        if (latest.urgent || latest.bytes >= not_negative(q.min_bytes) || q.topics.empty() ||
            !c.alive() || c.now() >= until)
            co_return std::move(latest.response);
        co_await c.cluster.log_news.wait(until);
    }
}

} // namespace kcpp::testing
