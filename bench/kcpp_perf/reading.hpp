#pragma once

#include "measure/settings.hpp"

#include <kcpp/consumer.hpp>
#include <kcpp/version.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// A consumer of all partitions of the topics.
inline kcpp::consumer assigned(const settings& s, kcpp::offset_reset from) {
    kcpp::consumer consumer{{.bootstrap_servers = s.bootstrap}, {.offset_reset = from}};
    std::vector<kcpp::topic_partition> all;
    for (const std::string& topic : s.topic_names())
        for (const kcpp::partition_description& p : consumer.partitions_for(topic).get())
            all.push_back({topic, p.id});
    consumer.assign(all);
    return consumer;
}

/// Reads until `wanted` records have come, gives each to `take`, and tells how many came: the last
/// batch may bring more. Throws std::runtime_error if none comes for half a minute.
template <class Take>
std::uint64_t read(kcpp::consumer& consumer, std::uint64_t wanted, Take take) {
    using namespace std::chrono_literals;
    using clock = std::chrono::steady_clock;
    std::uint64_t read = 0;
    auto last = clock::now();
    while (read < wanted) {
        const kcpp::consumer_batch batch = consumer.poll(100ms).value();
        for (const kcpp::consumer_record& r : batch)
            take(r);
        read += batch.size();
        const auto now = clock::now();
        if (!batch.empty()) last = now;
        if (now - last > 30s)
            throw std::runtime_error("no record for 30 s, after " + std::to_string(read));
    }
    return read;
}

inline std::string kcpp_version() {
    return std::string("kcpp ") + KCPP_VERSION;
}

} // namespace bench
