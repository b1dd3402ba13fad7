#include "testing/broker/handlers.hpp"
#include "testing/broker/replica_check.hpp"
#include "testing/model/offset_search.hpp"
#include "testing/model/transactions.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace kcpp::testing {

namespace {

namespace listing = protocol::list_offsets;
namespace epochs = protocol::offset_for_leader_epoch;

// Instead of a time (ListOffsetsRequest).
constexpr std::int64_t latest = -1, earliest = -2, of_max_timestamp = -3, earliest_local = -4,
                       latest_tiered = -5, earliest_pending_upload = -6;

std::int16_t since_version(std::int64_t time) {
    switch (time) {
    case latest:
    case earliest: return 1;
    case of_max_timestamp: return 7;
    case earliest_local: return 8;
    case latest_tiered: return 9;
    case earliest_pending_upload: return 11;
    default: return time < 0 ? INT16_MAX : 0;
    }
}

using place = std::pair<std::string_view, std::int32_t>;

/// Partitions that occur twice: Kafka refuses those and serves the rest.
std::set<place> doubles_in(const listing::request& q) {
    std::set<place> seen, twice;
    for (const auto& t : q.topics)
        for (const auto& p : t.partitions)
            if (const place here{t.name, p.index}; !seen.insert(here).second) twice.insert(here);
    return twice;
}

void answer(listing::partition_result& r, const time_offset& found, std::int16_t version) {
    r.offset = found.offset;
    r.timestamp = found.time_ms;
    if (version >= 4) r.leader_epoch = found.leader_epoch;
}

/// Where what this reader may see ends.
std::int64_t readable_end(const partition& p, std::int8_t isolation_level) {
    constexpr std::int8_t read_committed = 1;
    if (isolation_level != read_committed) return p.high_watermark();
    return transactions_in(p.log(), p.high_watermark()).last_stable_offset;
}

void search(listing::partition_result& r, const partition& p, std::int64_t time, std::int64_t end,
            std::int16_t version) {
    const partition_log& log = p.log();
    const auto epoch_at = [&](std::int64_t offset) {
        const std::size_t i = log.position_of(offset);
        return i < log.batches().size() ? log.batches()[i].header.leader_epoch : p.leader_epoch();
    };
    const auto readable = [&](const time_offset& found) {
        return found.offset < end ? found : time_offset();
    };
    switch (time) {
    case latest: return answer(r, {end, -1, p.leader_epoch()}, version);
    case earliest:
    case earliest_local:
        return answer(r, {log.start_offset(), -1, epoch_at(log.start_offset())}, version);
    case latest_tiered:
    case earliest_pending_upload: return; // nothing is tiered
    case of_max_timestamp: return answer(r, readable(newest_record(log)), version);
    default: return answer(r, readable(first_record_since(log, time)), version);
    }
}

} // namespace

listing::response list_offsets(call& c, const listing::request& q) {
    listing::response r;
    const auto twice = doubles_in(q);
    std::set<place> refused; // of those, as each is answered once
    for (const auto& asked : q.topics) {
        auto& results = r.topics.emplace_back();
        results.name = asked.name;
        topic* t = c.state().find_topic(asked.name);
        for (const auto& a : asked.partitions) {
            const auto double_named = twice.find({asked.name, a.index});
            if (double_named != twice.end() && !refused.insert(*double_named).second) continue;
            auto& one = results.partitions.emplace_back();
            one.index = a.index;
            const partition* p = t == nullptr ? nullptr : t->find(a.index);
            broker_errc error = c.injected(asked.name, a.index);
            if (error == broker_errc::none && double_named != twice.end())
                error = broker_errc::invalid_request;
            if (error == broker_errc::none && c.version < since_version(a.timestamp))
                error = broker_errc::unsupported_version;
            if (error == broker_errc::none)
                error = check_replica(c, p, a.current_leader_epoch, may_serve::leader_only);
            if (error == broker_errc::none)
                search(one, *p, a.timestamp, readable_end(*p, q.isolation_level), c.version);
            one.error_code = code(error);
        }
    }
    return r;
}

epochs::response offset_for_leader_epoch(call& c, const epochs::request& q) {
    epochs::response r;
    for (const auto& asked : q.topics) {
        auto& results = r.topics.emplace_back();
        results.name = asked.name;
        topic* t = c.state().find_topic(asked.name);
        for (const auto& a : asked.partitions) {
            auto& one = results.partitions.emplace_back();
            one.index = a.index;
            const partition* p = t == nullptr ? nullptr : t->find(a.index);
            broker_errc error = c.injected(asked.name, a.index);
            if (error == broker_errc::none)
                error = check_replica(c, p, a.current_leader_epoch, may_serve::leader_only);
            one.error_code = code(error);
            if (error != broker_errc::none) continue;
            const auto end = p->log().end_of_epoch(a.leader_epoch);
            one.leader_epoch = end.epoch;
            one.end_offset = end.end_offset;
        }
    }
    return r;
}

} // namespace kcpp::testing
