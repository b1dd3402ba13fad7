#include "consumer/group/classic/matching_topics.hpp"

#include <kcpp/error_codes.hpp>

#include <algorithm>
#include <utility>

namespace kcpp::consuming {

namespace {

bool is_listed(const protocol::metadata::topic_metadata& topic) {
    constexpr auto unknown = static_cast<std::int16_t>(broker_errc::unknown_topic_or_partition);
    return topic.name && !topic.is_internal && topic.error_code != unknown;
}

} // namespace

bool matching_topics::apply(const protocol::metadata::response& said, runtime::time_point now) {
    if (said.brokers.empty()) return false;
    ++lists_;
    for (const auto& topic : said.topics) {
        if (!is_listed(topic)) continue;
        const auto [known, is_new] = known_.try_emplace(*topic.name);
        if (is_new) known->second.matches = pattern_.matches(*topic.name);
        known->second.list = lists_;
        known->second.missing_since = runtime::never;
    }
    const auto before = std::exchange(names_, {});
    list_names(now);
    return names_ != before;
}

void matching_topics::list_names(runtime::time_point now) {
    next_deletion_ = runtime::never;
    for (auto next = known_.begin(); next != known_.end();) {
        const auto entry = next++;
        auto& [name, topic] = *entry;
        if (topic.list != lists_) {
            topic.missing_since = std::min(topic.missing_since, now);
            const auto gone_at = runtime::after(topic.missing_since, missing_means_deleted);
            if (!topic.matches || gone_at <= now) {
                known_.erase(entry);
                continue;
            }
            next_deletion_ = std::min(next_deletion_, gone_at);
        }
        if (topic.matches) names_.push_back(name);
    }
}

} // namespace kcpp::consuming
