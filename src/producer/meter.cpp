#include "producer/meter.hpp"

#include "producer/produce_exchange.hpp"
#include "producer/topic_entry.hpp"

#include <algorithm>

namespace kcpp::producing {

namespace {

std::string_view topic_of(const batch& which) {
    return which.home.topic().name;
}

} // namespace

template <class Change>
void meter::count(std::string_view topic, Change change) {
    std::lock_guard lock(mutex_);
    change(counted_.total);
    auto found = counted_.topics.find(topic);
    if (found == counted_.topics.end())
        found = counted_.topics.try_emplace(std::string(topic)).first;
    change(found->second);
}

void meter::sent(const batch& leaving, runtime::time_point now) {
    if (leaving.attempts > 1)
        return count(topic_of(leaving), [](producer_metrics::counts& c) { ++c.retries; });
    const auto waited = std::max(now - leaving.opened, runtime::duration::zero());
    std::lock_guard lock(mutex_);
    ++counted_.queued_batches;
    counted_.queue_time += waited;
    counted_.longest_queue_time = std::max(counted_.longest_queue_time, waited);
}

void meter::answered(const produce_exchange& request, runtime::duration after) {
    std::lock_guard lock(mutex_);
    auto& broker = counted_.brokers[request.node];
    ++broker.requests;
    broker.batches += request.batches.size();
    for (const auto& each : request.batches)
        broker.bytes += each->sealed.size();
    broker.request_time += after;
    broker.longest_request_time = std::max(broker.longest_request_time, after);
}

void meter::refused(std::int32_t node) {
    std::lock_guard lock(mutex_);
    ++counted_.brokers[node].errors;
}

void meter::delivered(const batch& done) {
    count(topic_of(done), [&](producer_metrics::counts& c) {
        ++c.batches;
        c.records += static_cast<std::uint64_t>(done.count);
        c.bytes += done.sealed.size();
    });
}

void meter::failed(std::string_view topic, std::size_t records) {
    count(topic, [&](producer_metrics::counts& c) { c.errors += records; });
}

producer_metrics meter::read() const {
    std::lock_guard lock(mutex_);
    return counted_;
}

} // namespace kcpp::producing
