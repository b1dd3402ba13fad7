#include "producer/batch.hpp"

#include <exception>

namespace kcpp::producing {

namespace {

template <class Outcome>
void tell_all(batch& ended, const std::function<void(std::exception_ptr)>& on_throw,
              Outcome outcome_of) {
    ended.reported = true;
    for (std::size_t i = 0; i < ended.reports.size(); ++i) {
        report& one = ended.reports[i];
        if (!one.tell) continue;
        try {
            one.tell(outcome_of(i));
        } catch (...) {
            on_throw(std::current_exception());
        }
    }
    ended.reports.clear();
}

} // namespace

void report_delivered(batch& done, std::string_view topic, partition_id partition,
                      offset_t base_offset, std::optional<kcpp::timestamp> log_append_time,
                      const std::function<void(std::exception_ptr)>& on_throw) {
    tell_all(done, on_throw, [&](std::size_t i) -> result<record_metadata> {
        record_metadata where;
        where.topic = topic;
        where.partition = partition;
        where.offset = base_offset < 0 ? offset_t{-1} : base_offset + static_cast<offset_t>(i);
        where.timestamp = log_append_time.value_or(done.reports[i].timestamp);
        return where;
    });
}

void report_failed(batch& failed, const error& why,
                   const std::function<void(std::exception_ptr)>& on_throw) {
    tell_all(failed, on_throw, [&](std::size_t) -> result<record_metadata> { return why; });
}

} // namespace kcpp::producing
