#include "kcpp_perf/consume.hpp"

#include "kcpp_perf/reading.hpp"
#include "measure/report.hpp"
#include "measure/touch.hpp"

namespace bench {

bool consume(const settings& s) {
    touch touched;
    const auto take = [&](const kcpp::consumer_record& r) {
        touched(r.key().text(), r.value().text(), r.offset());
    };
    const auto begin = costs::now();
    const auto cpu_before = thread_cpu();
    kcpp::consumer consumer = assigned(s, kcpp::offset_reset::earliest);
    std::uint64_t records = read(consumer, 1, take);
    const auto first_record = std::chrono::steady_clock::now() - begin.at;
    if (s.records > records) records += read(consumer, s.records - records, take);
    const auto application_cpu = thread_cpu() - cpu_before;
    const auto end = costs::now();

    return print({.client = kcpp_version(),
                  .mode = "consume",
                  .records = records,
                  .used = end - begin,
                  .application_cpu = application_cpu,
                  .first_record = first_record},
                 s);
}

} // namespace bench
