#include "consumer/meter.hpp"

#include <algorithm>
#include <string>

namespace kcpp::consuming {

template <class Change>
void meter::count(std::string_view topic, Change change) {
    std::lock_guard lock(mutex_);
    change(counted_.total);
    auto found = counted_.topics.find(topic);
    if (found == counted_.topics.end())
        found = counted_.topics.try_emplace(std::string(topic)).first;
    change(found->second);
}

void meter::handed_out(std::string_view topic, std::uint64_t records) {
    if (records != 0) count(topic, [&](consumer_metrics::counts& c) { c.records += records; });
}

void meter::fetched(std::string_view topic, std::size_t bytes) {
    count(topic, [&](consumer_metrics::counts& c) { c.bytes += bytes; });
}

void meter::answered(std::int32_t node, runtime::duration after, outcome what) {
    std::lock_guard lock(mutex_);
    auto& broker = counted_.brokers[node];
    ++broker.fetches;
    if (what == outcome::failed) ++broker.errors;
    broker.fetch_time += after;
    broker.longest_fetch_time = std::max(broker.longest_fetch_time, after);
}

void meter::committed(runtime::duration after, outcome what) {
    std::lock_guard lock(mutex_);
    ++(what == outcome::done ? counted_.commits : counted_.failed_commits);
    counted_.commit_time += after;
    counted_.longest_commit_time = std::max(counted_.longest_commit_time, after);
}

void meter::assigned() {
    std::lock_guard lock(mutex_);
    ++counted_.assignments;
}

void meter::revoked() {
    std::lock_guard lock(mutex_);
    ++counted_.revocations;
}

void meter::lost() {
    std::lock_guard lock(mutex_);
    ++counted_.losses;
}

consumer_metrics meter::read() const {
    std::lock_guard lock(mutex_);
    return counted_;
}

} // namespace kcpp::consuming
