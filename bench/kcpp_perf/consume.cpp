#include "kcpp_perf/consume.hpp"

#include "measure/report.hpp"
#include "measure/touch.hpp"

#include <kcpp/admin.hpp>
#include <kcpp/consumer.hpp>
#include <kcpp/version.hpp>

#include <stdexcept>

namespace bench {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s;

std::vector<kcpp::topic_partition> partitions_of(kcpp::client& client, const settings& s) {
    kcpp::admin admin(client);
    std::vector<kcpp::topic_partition> all;
    for (const auto& [topic, found] : admin.describe_topics(s.topic_names()).get())
        for (const kcpp::partition_description& p : found.value().partitions)
            all.push_back({topic, p.id});
    return all;
}

/// Reads until `wanted` records have come, and tells how many did: the last batch may bring more.
std::uint64_t read(kcpp::consumer& consumer, std::uint64_t wanted, touch& touched) {
    std::uint64_t read = 0;
    auto last = std::chrono::steady_clock::now();
    while (read < wanted) {
        const kcpp::consumer_batch batch = consumer.poll(100ms).value();
        for (const kcpp::consumer_record& r : batch)
            touched(r.value().text());
        read += batch.size();
        const auto now = std::chrono::steady_clock::now();
        if (!batch.empty()) last = now;
        if (now - last > patience)
            throw std::runtime_error("no record for 30 s, after " + std::to_string(read));
    }
    return read;
}

} // namespace

bool consume(const settings& s) {
    kcpp::client client{{.bootstrap_servers = s.bootstrap}};
    const auto partitions = partitions_of(client, s);
    kcpp::consumer consumer{client, {.offset_reset = kcpp::offset_reset::earliest}};
    touch touched;

    const auto begin = costs::now();
    const auto cpu_before = thread_cpu();
    consumer.assign(partitions);
    const std::uint64_t records = read(consumer, s.records, touched);
    const auto application_cpu = thread_cpu() - cpu_before;
    const auto end = costs::now();

    return print({.client = std::string("kcpp ") + KCPP_VERSION,
                  .mode = "consume",
                  .records = records,
                  .used = end - begin,
                  .application_cpu = application_cpu},
                 s);
}

} // namespace bench
