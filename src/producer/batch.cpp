#include "producer/batch.hpp"

#include <exception>

namespace kcpp::producing {

namespace {

/// How many were told.
template <class Outcome>
std::size_t tell_all(batch& ended, bystander& heard_by, Outcome outcome_of) {
    ended.reported = true;
    std::size_t told = 0;
    for (std::size_t i = 0; i < ended.reports.size(); ++i) {
        report& one = ended.reports[i];
        if (!one.tell) continue;
        ++told;
        try {
            one.tell(outcome_of(i));
        } catch (...) {
            heard_by.threw("a delivery callback", std::current_exception());
        }
    }
    ended.reports.clear();
    return told;
}

} // namespace

bool takes_long_to_seal(const batch& open, const producer_options& options) {
    // From here on it costs more than having another thread do it.
    constexpr std::size_t worth_a_thread = 4096;
    return options.compression != compression::none && open.builder.size() >= worth_a_thread;
}

void report_delivered(batch& done, std::string_view topic, partition_id partition,
                      offset_t base_offset, std::optional<kcpp::timestamp> log_append_time,
                      bystander& heard_by) {
    tell_all(done, heard_by, [&](std::size_t i) -> result<record_metadata> {
        record_metadata where;
        where.topic = topic;
        where.partition = partition;
        where.offset = base_offset < 0 ? offset_t{-1} : base_offset + static_cast<offset_t>(i);
        where.timestamp = log_append_time.value_or(done.reports[i].timestamp);
        return where;
    });
}

void report_failed(batch& failed, const error& why, bystander& heard_by) {
    const auto told =
        tell_all(failed, heard_by, [&](std::size_t) -> result<record_metadata> { return why; });
    heard_by.unobserved(why,
                        static_cast<std::size_t>(failed.count) - failed.withdrawn.size() - told);
}

} // namespace kcpp::producing
