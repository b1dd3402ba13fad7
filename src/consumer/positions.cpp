// Where a consumer reads.

#include "cluster/partitions_of.hpp"
#include "consumer/core.hpp"
#include "consumer/list_offsets.hpp"

namespace kcpp::consuming {

result<void> core::seek(const topic_partition& place, offset_t to) {
    if (closed_) return closed_error();
    if (to < 0)
        return error(client_errc::invalid_argument,
                     base::text("consumer::seek: ", to, " is no offset of ", to_string(place),
                                "; seek_to_beginning and seek_to_end find the ends"),
                     {.topic = place.topic, .partition = place.partition});
    auto moved = table_.seek(place, {to, -1});
    hand_.interrupt();
    cluster_->rt().execute([self = shared_from_this()] { self->fetcher_.wake(); });
    return moved;
}

result<void> core::seek_to(const std::vector<topic_partition>& places, std::int64_t timestamp) {
    if (closed_) return closed_error();
    for (const topic_partition& place : places)
        if (auto moved = table_.seek_to(place, timestamp); !moved) return moved;
    hand_.interrupt();
    cluster_->rt().execute([self = shared_from_this()] { self->finder_.wake(); });
    return {};
}

std::optional<offset_t> core::position(const topic_partition& place) {
    if (in_hand_) table_.advance(*in_hand_);
    const auto next = table_.next(place);
    if (!next) return std::nullopt;
    return next->offset;
}

std::optional<std::int64_t> core::lag(const topic_partition& place) {
    if (in_hand_) table_.advance(*in_hand_);
    return table_.lag(place, options_.isolation_level);
}

result<void> core::pause(const std::vector<topic_partition>& places) {
    if (closed_) return closed_error();
    for (const topic_partition& place : places)
        if (auto paused = table_.pause(place); !paused) return paused;
    hand_.interrupt();
    return {};
}

result<void> core::resume(const std::vector<topic_partition>& places) {
    if (closed_) return closed_error();
    for (const topic_partition& place : places)
        if (auto resumed = table_.resume(place); !resumed) return resumed;
    hand_.interrupt();
    cluster_->rt().execute([self = shared_from_this()] { self->fetcher_.wake(); });
    return {};
}

future<std::vector<partition_description>> core::partitions_for(std::string_view topic) {
    using partitions = std::vector<partition_description>;
    if (closed_) return failed<partitions>(closed_error());
    return cluster_->run<partitions>([cluster = cluster_, name = std::string(topic)] {
        const auto until = runtime::after(cluster->rt().now(), cluster->options().api_timeout);
        return cluster::partitions_of(cluster, name, cluster::unknown_topic::fail, until);
    });
}

future<offsets> core::offsets_at(std::vector<std::pair<topic_partition, std::int64_t>> wanted) {
    if (closed_) return failed<offsets>(closed_error());
    std::map<topic_partition, std::int64_t> distinct(wanted.begin(), wanted.end());
    return cluster_->run<offsets>([cluster = cluster_, isolation = options_.isolation_level,
                                   distinct = std::move(distinct)]() mutable {
        const auto until = runtime::after(cluster->rt().now(), cluster->options().api_timeout);
        return list_offsets(cluster, isolation, std::move(distinct), until);
    });
}

} // namespace kcpp::consuming
