#include "consumer/core.hpp"

#include <kcpp/consumer.hpp>

namespace kcpp {

consumer::consumer(client& shared, consumer_options options)
    : core_(consuming::core::start(shared.core(), std::move(options))), client_(shared.core()) {}

consumer::consumer(client_options connection, consumer_options options) {
    client own(std::move(connection));
    core_ = consuming::core::start(own.core(), std::move(options));
    client_ = own.core();
}

consumer::consumer(consumer&&) noexcept = default;

consumer& consumer::operator=(consumer&& other) noexcept {
    if (this == &other) return *this;
    if (core_) core_->close_and_wait();
    core_ = std::move(other.core_);
    client_ = std::move(other.client_);
    return *this;
}

consumer::~consumer() {
    if (core_) core_->close_and_wait();
}

void consumer::subscribe(std::vector<std::string> topics, rebalance_handlers handlers) {
    core_->subscribe({std::move(topics)}, std::move(handlers));
}
void consumer::subscribe(std::initializer_list<std::string> topics, rebalance_handlers handlers) {
    core_->subscribe({topics}, std::move(handlers));
}
void consumer::subscribe(topic_pattern pattern, rebalance_handlers handlers) {
    core_->subscribe({{}, std::move(pattern)}, std::move(handlers));
}
void consumer::assign(std::vector<topic_partition> partitions) {
    core_->assign(std::move(partitions));
}
result<void> consumer::unsubscribe() {
    return core_->unsubscribe();
}
std::vector<topic_partition> consumer::assignment() const {
    return core_->assignment();
}

result<consumer_batch> consumer::poll(std::chrono::milliseconds timeout) {
    return core_->poll(timeout);
}
future<consumer_batch> consumer::poll_async(std::chrono::milliseconds timeout) {
    return core_->poll_async(timeout);
}
record_stream consumer::records(std::stop_token stop) {
    return record_stream(core_, std::move(stop));
}
consumer_metrics consumer::metrics() const {
    return core_->metrics();
}
std::vector<idle_partition> consumer::why_not_fetching() const {
    return core_->why_not_fetching();
}
void consumer::wake() noexcept {
    core_->wake();
}

future<void> consumer::commit() {
    return core_->commit();
}
future<void> consumer::commit(offsets next) {
    return core_->commit(std::move(next));
}
future<void> consumer::commit(const consumer_batch& processed) {
    return core_->commit(processed);
}
future<void> consumer::commit(const consumer_record& processed) {
    return core_->commit(processed);
}

future<offsets> consumer::committed(std::vector<topic_partition> partitions) {
    return core_->committed(std::move(partitions));
}

future<offsets>
consumer::offsets_for_times(std::vector<std::pair<topic_partition, timestamp>> times) {
    std::vector<std::pair<topic_partition, std::int64_t>> wanted;
    for (auto& [place, time] : times)
        wanted.emplace_back(std::move(place), consuming::list_offsets_timestamp(time));
    return core_->offsets_at(std::move(wanted));
}

namespace {

std::vector<std::pair<topic_partition, std::int64_t>>
all_at(std::vector<topic_partition> partitions, std::int64_t timestamp) {
    std::vector<std::pair<topic_partition, std::int64_t>> wanted;
    for (topic_partition& place : partitions)
        wanted.emplace_back(std::move(place), timestamp);
    return wanted;
}

} // namespace

future<std::vector<partition_description>> consumer::partitions_for(std::string_view topic) {
    return core_->partitions_for(topic);
}
future<offsets> consumer::beginning_offsets(std::vector<topic_partition> partitions) {
    return core_->offsets_at(all_at(std::move(partitions), consuming::earliest_timestamp));
}
future<offsets> consumer::end_offsets(std::vector<topic_partition> partitions) {
    return core_->offsets_at(all_at(std::move(partitions), consuming::latest_timestamp));
}

result<void> consumer::seek(const topic_partition& partition, offset_t offset) {
    return core_->seek(partition, offset);
}
result<void> consumer::seek_to_beginning(const std::vector<topic_partition>& partitions) {
    return core_->seek_to(partitions, consuming::earliest_timestamp);
}
result<void> consumer::seek_to_end(const std::vector<topic_partition>& partitions) {
    return core_->seek_to(partitions, consuming::latest_timestamp);
}
result<void> consumer::seek_to_time(const std::vector<topic_partition>& partitions,
                                    timestamp time) {
    return core_->seek_to(partitions, consuming::list_offsets_timestamp(time));
}
std::optional<offset_t> consumer::position(const topic_partition& partition) const {
    return core_->position(partition);
}
std::optional<std::int64_t> consumer::lag(const topic_partition& partition) const {
    return core_->lag(partition);
}

result<void> consumer::pause(const std::vector<topic_partition>& partitions) {
    return core_->pause(partitions);
}
result<void> consumer::resume(const std::vector<topic_partition>& partitions) {
    return core_->resume(partitions);
}

result<void> consumer::close(std::optional<std::chrono::milliseconds> timeout) {
    return core_->close(timeout);
}

} // namespace kcpp
