#include "consumer/fetch_request.hpp"

#include <algorithm>

namespace kcpp::consuming {

namespace {

constexpr std::int16_t newest_fetch_by_name = 12;

} // namespace

protocol::fetch::request fetch_request(const fetch_plan& plan, const consumer_options& options,
                                       const std::string& rack, std::chrono::milliseconds max_wait,
                                       std::int32_t max_bytes) {
    protocol::fetch::request request;
    request.max_wait_ms = static_cast<std::int32_t>(max_wait.count());
    request.min_bytes = options.fetch_min_bytes;
    request.max_bytes = max_bytes;
    request.isolation_level = static_cast<std::int8_t>(options.isolation_level);
    request.rack_id = rack;
    std::map<std::string_view, std::size_t> at;
    for (const fetch_target& target : plan.targets) {
        const auto [found, added] = at.try_emplace(target.place->topic, request.topics.size());
        if (added) {
            request.topics.emplace_back();
            request.topics.back().name = target.place->topic;
            request.topics.back().topic_id = target.topic_id;
        }
        protocol::fetch::partition p;
        p.index = target.place->partition;
        p.current_leader_epoch = target.leader_epoch;
        p.fetch_offset = target.from.offset;
        p.max_bytes = options.partition_fetch_bytes;
        request.topics[found->second].partitions.push_back(p);
    }
    return request;
}

std::int16_t newest_fetch_version(const fetch_plan& plan) {
    const bool all_known = std::ranges::none_of(
        plan.targets, [](const auto& t) { return t.topic_id == wire::uuid{}; });
    return all_known ? INT16_MAX : newest_fetch_by_name;
}

} // namespace kcpp::consuming
