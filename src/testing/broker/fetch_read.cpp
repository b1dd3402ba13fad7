#include "testing/broker/fetch_read.hpp"

#include "testing/broker/nearest_replica.hpp"
#include "testing/broker/replica_check.hpp"
#include "testing/model/transactions.hpp"

#include <cstring>

namespace kcpp::testing {

namespace {

namespace fetching = protocol::fetch;

constexpr std::int16_t first_read_by_id = 13, first_from_followers = 11;
constexpr std::int8_t read_committed = 1;

/// The client read something from an old leader that this one never had (KIP-595).
broker_errc check_divergence(const partition_log& log, const fetching::partition& asked,
                             fetching::partition_result& r) {
    if (asked.last_fetched_epoch < 0) return broker_errc::none;
    const auto end = log.end_of_epoch(asked.last_fetched_epoch);
    if (end.epoch < 0 || asked.fetch_offset < log.start_offset())
        return broker_errc::offset_out_of_range;
    if (end.epoch < asked.last_fetched_epoch || end.end_offset < asked.fetch_offset)
        r.diverging_epoch = {end.epoch, end.end_offset};
    return broker_errc::none;
}

/// Batches from the asked offset up to `end`, as far as there is room.
void measure(std::int64_t end, const fetching::partition& asked, fetch_room& room,
             partition_read& found) {
    const auto& batches = found.log->batches();
    found.first_batch = found.log->position_of(asked.fetch_offset);
    const auto readable = [&](std::size_t i) {
        return i < batches.size() && batches[i].header.next_offset() <= end;
    };
    if (!readable(found.first_batch)) return;
    const auto limit = static_cast<std::size_t>(std::max(asked.max_bytes, 0));
    const std::size_t most = room.most(limit, batches[found.first_batch].size());
    for (std::size_t i = found.first_batch; found.bytes < most && readable(i); ++i)
        found.bytes += batches[i].size();
    found.bytes = std::min(found.bytes, most);
    room.use(found.bytes);
}

/// Only rollbacks that end behind what is asked for are of interest.
std::vector<fetching::aborted_transaction> aborted_since(const transactions& all,
                                                         std::int64_t offset) {
    std::vector<fetching::aborted_transaction> list;
    for (const auto& one : all.rolled_back)
        if (one.last_offset >= offset) list.push_back({one.producer_id, one.first_offset});
    return list;
}

broker_errc read(const call& c, const partition& p, const read_wish& wish,
                 const fetching::request& q, fetch_room& room, partition_read& found) {
    const partition_log& log = *found.log;
    fetching::partition_result& r = found.result;
    if (const auto error = check_divergence(log, wish.asked, r); error != broker_errc::none)
        return error;
    if (wish.asked.fetch_offset < log.start_offset() || wish.asked.fetch_offset > log.end_offset())
        return broker_errc::offset_out_of_range;
    const transactions kept = transactions_in(log, p.high_watermark());
    const bool committed_only = q.isolation_level == read_committed;
    r.high_watermark = p.high_watermark();
    r.last_stable_offset = kept.last_stable_offset;
    r.log_start_offset = log.start_offset();
    if (c.version >= first_from_followers)
        r.preferred_read_replica = nearest_replica(c, p, q.rack_id, wish.asked.fetch_offset);
    if (committed_only) r.aborted_transactions = aborted_since(kept, wish.asked.fetch_offset);
    if (r.diverging_epoch.end_offset == -1 && r.preferred_read_replica == no_broker)
        measure(committed_only ? r.last_stable_offset : r.high_watermark, wish.asked, room, found);
    return broker_errc::none;
}

} // namespace

partition_read read_partition(call& c, topic* t, const read_wish& wish, const fetching::request& q,
                              fetch_room& room) {
    partition_read found;
    fetching::partition_result& r = found.result;
    r.index = wish.place.partition;
    r.high_watermark = -1;
    r.records = protocol::records_view();
    const partition* p = t == nullptr ? nullptr : t->find(r.index);
    if (p != nullptr) r.aborted_transactions.reset();
    broker_errc error = broker_errc::none;
    if (t != nullptr)
        error = c.injected(t->name, r.index);
    else if (c.version >= first_read_by_id)
        error = broker_errc::unknown_topic_id;
    if (error == broker_errc::none)
        error = check_replica(c, p, wish.asked.current_leader_epoch,
                              c.version >= first_from_followers ? may_serve::any_replica
                                                                : may_serve::leader_only);
    if (error == broker_errc::none) {
        found.log = p->log_on(c.broker);
        error = read(c, *p, wish, q, room, found);
    }
    r.error_code = code(error);
    return found;
}

protocol::records_view gather(call& c, const partition_read& found) {
    if (found.bytes == 0) return {};
    wire::shared_buffer all = wire::shared_buffer::allocate(found.bytes);
    for (std::size_t at = 0, i = found.first_batch; at < found.bytes; ++i) {
        const log_batch& batch = found.log->batches()[i];
        const std::size_t part = std::min(batch.size(), found.bytes - at);
        std::memcpy(all.data() + at, batch.bytes.data(), part);
        at += part;
    }
    return c.keep(std::move(all));
}

} // namespace kcpp::testing
