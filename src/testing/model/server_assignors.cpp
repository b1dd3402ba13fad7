// How a coordinator shares partitions out itself. (KIP-848: UniformAssignor, RangeAssignor)

#include "testing/model/consumer_group.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

using members = std::map<std::string, consumer_group::member>;
using sharing = std::map<std::string, partition_set>;

std::vector<std::string> subscribers(const members& all, const std::string& topic) {
    std::vector<std::string> found;
    for (const auto& [id, m] : all)
        if (m.topics.contains(topic)) found.push_back(id);
    return found;
}

sharing by_range(const members& all, const consumer_group::topic_sizes& topics) {
    sharing given;
    for (const auto& [topic, size] : topics) {
        const auto takers = subscribers(all, topic);
        const auto count = static_cast<std::int32_t>(takers.size());
        for (std::int32_t i = 0, next = 0; i < count; ++i)
            for (const std::int32_t end = next + size / count + (i < size % count ? 1 : 0);
                 next < end; ++next)
                given[takers[static_cast<std::size_t>(i)]].insert({topic, next});
    }
    return given;
}

/// Everybody keeps what it had, unless somebody has less; what is left goes to whoever has least.
sharing uniformly(const members& all, const sharing& before,
                  const consumer_group::topic_sizes& topics) {
    sharing given;
    for (const auto& [topic, size] : topics) {
        const auto takers = subscribers(all, topic);
        if (takers.empty()) continue;
        const auto load = [&](const std::string& id) { return given[id].size(); };
        const auto count = static_cast<std::size_t>(size);
        const std::size_t fair = (count + takers.size() - 1) / takers.size();
        std::map<std::string, std::size_t> kept;
        std::vector<topic_partition> left;
        for (partition_id p = 0; p < size; ++p) {
            const topic_partition place{topic, p};
            const auto home = std::ranges::find_if(takers, [&](const std::string& id) {
                const auto had = before.find(id);
                return had != before.end() && had->second.contains(place);
            });
            if (home == takers.end() || kept[*home] == fair) {
                left.push_back(place);
            } else {
                ++kept[*home];
                given[*home].insert(place);
            }
        }
        for (const topic_partition& place : left)
            given[*std::ranges::min_element(takers, {}, load)].insert(place);
    }
    return given;
}

} // namespace

std::optional<sharing> share_out_on_server(std::string_view assignor, const members& all,
                                           const sharing& before,
                                           const consumer_group::topic_sizes& topics) {
    if (assignor == "range") return by_range(all, topics);
    if (assignor == "uniform") return uniformly(all, before, topics);
    return std::nullopt;
}

} // namespace kcpp::testing
