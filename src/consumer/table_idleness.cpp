// The part of partition_table that says why nothing comes of a partition.

#include "base/text.hpp"
#include "consumer/partition_table.hpp"

namespace kcpp::consuming {

namespace {

std::string looks_up_offset(std::int64_t timestamp) {
    switch (timestamp) {
    case latest_timestamp: return "its end is being looked up, to start there";
    case earliest_timestamp: return "its oldest offset is being looked up, to start there";
    default: return "the offset to start from is being looked up by its time";
    }
}

} // namespace

std::vector<partition_table::idleness> partition_table::idle(runtime::time_point now) const {
    std::lock_guard lock(mutex_);
    std::vector<idleness> all;
    for (const auto& [place, e] : entries_)
        if (e.announced) all.push_back({place, source(e, now), reason(e, now)});
    return all;
}

std::string partition_table::reason(const entry& e, runtime::time_point now) const {
    if (e.trouble) return e.trouble->message();
    if (e.stands == phase::awaits_committed)
        return "the offset that the group has committed is being looked up";
    if (e.stands == phase::awaits_offset) return looks_up_offset(e.timestamp);
    if (e.paused) return "it is paused; resume() goes on";
    if (!e.released) return "the handler that is told of its assignment has not returned";
    if (e.waiting != 0)
        return e.waiting_bytes >= settings_.enough_bytes
                   ? base::text(e.waiting_bytes,
                                " bytes of it wait to be handed out, which is enough "
                                "(max.partition.fetch.bytes)")
                   : base::text(e.waiting_bytes, " bytes of it wait to be handed out");
    if (e.leader < 0) return "nobody is known to lead it; the brokers are asked who does";
    if (e.not_before > now)
        return base::text("fetching it has failed, and is tried again in ",
                          std::chrono::ceil<std::chrono::milliseconds>(e.not_before - now).count(),
                          " ms");
    if (e.ends.high_watermark >= 0 && e.fetch_from.offset >= e.ends.high_watermark)
        return base::text("there is nothing new in it: its end is at offset ",
                          e.ends.high_watermark);
    return "";
}

} // namespace kcpp::consuming
