#include "consumer/fetch_request.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace kcpp::consuming {

namespace {

constexpr std::int16_t newest_fetch_by_name = 12, first_with_fetched_epoch = 12;

protocol::fetch::partition asked_of(const fetch_target& target, const consumer_options& options) {
    protocol::fetch::partition p;
    p.index = target.place->partition;
    p.current_leader_epoch = target.leader_epoch;
    p.fetch_offset = target.from.offset;
    p.last_fetched_epoch = target.from.epoch;
    p.max_bytes = options.partition_fetch_bytes;
    return p;
}

} // namespace

protocol::fetch::request fetch_request(const fetch_session::message& say,
                                       const consumer_options& options, const std::string& rack,
                                       std::chrono::milliseconds max_wait, std::int32_t max_bytes) {
    protocol::fetch::request request;
    request.max_wait_ms = static_cast<std::int32_t>(max_wait.count());
    request.min_bytes = options.fetch_min_bytes;
    request.max_bytes = max_bytes;
    request.isolation_level = static_cast<std::int8_t>(options.isolation_level);
    request.session_id = say.id;
    request.session_epoch = say.epoch;
    request.rack_id = rack;
    std::map<std::string_view, std::size_t> at;
    for (const fetch_target& target : say.named) {
        const auto [found, added] = at.try_emplace(target.place->topic, request.topics.size());
        if (added) {
            request.topics.emplace_back();
            request.topics.back().name = target.place->topic;
            request.topics.back().topic_id = target.topic_id;
        }
        request.topics[found->second].partitions.push_back(asked_of(target, options));
    }
    for (const fetch_session::forgotten& gone : say.no_more) {
        auto& topics = request.forgotten_topics;
        if (topics.empty() || topics.back().name != gone.topic ||
            topics.back().topic_id != gone.topic_id)
            topics.push_back({gone.topic, gone.topic_id, {}});
        topics.back().partitions.push_back(gone.partition);
    }
    return request;
}

void adapt_fetch(protocol::fetch::request& request, std::int16_t version) {
    if (version >= first_with_fetched_epoch) return;
    for (auto& topic : request.topics)
        for (auto& p : topic.partitions)
            p.last_fetched_epoch = -1;
}

bool knows_all_ids(const fetch_plan& plan) {
    return std::ranges::none_of(plan.targets,
                                [](const auto& t) { return t.topic_id == wire::uuid{}; });
}

std::int16_t newest_fetch_version(const fetch_plan& plan) {
    return knows_all_ids(plan) ? INT16_MAX : newest_fetch_by_name;
}

} // namespace kcpp::consuming
