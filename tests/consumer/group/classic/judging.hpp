#pragma once

#include "javas_rounds.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace kcpp::consuming::test {

/// What is wrong with a sharing: something is left over, or shared by two, or given to one who does
/// not want it.
inline std::string wrong(const round& r, const group_assignment& given) {
    std::set<topic_partition> wanted, seen;
    for (const auto& m : r.members)
        for (const auto& topic : m.topics)
            if (const auto size = r.topics.find(topic); size != r.topics.end())
                for (partition_id p = 0; p < size->second; ++p)
                    wanted.insert({topic, p});
    for (const auto& [id, partitions] : given)
        for (const auto& p : partitions) {
            if (!seen.insert(p).second) return to_string(p) + " is given twice";
            if (!r.subscribes(id, p.topic)) return to_string(p) + " is given to " + id;
        }
    if (given.size() != r.members.size()) return "somebody is missing";
    return seen == wanted ? "" : "something is missing, or too much";
}

/// Whether some member could take a partition off one that has two more, by way of any others.
inline bool could_be_more_even(const round& r, const group_assignment& given) {
    for (const auto& [heavy, most] : given) {
        std::set<std::string> reached{heavy};
        for (bool grown = true; std::exchange(grown, false);)
            for (const std::string& from : std::set(reached))
                for (const auto& p : given.at(from))
                    for (const auto& m : r.members)
                        if (r.subscribes(m.id, p.topic) && reached.insert(m.id).second)
                            grown = true;
        for (const std::string& light : reached)
            if (given.at(light).size() + 2 <= most.size()) return true;
    }
    return false;
}

inline std::size_t unevenness(const group_assignment& given) {
    std::size_t sum = 0;
    for (const auto& [id, partitions] : given)
        sum += partitions.size() * partitions.size();
    return sum;
}

/// How many partitions stay where the newest claim says they were.
inline std::size_t kept(const round& r, const group_assignment& given) {
    std::size_t stay = 0;
    for (const auto& m : r.members)
        for (const auto& p : m.owned) {
            const bool newest = std::ranges::none_of(r.members, [&](const group_member& other) {
                return other.id != m.id && other.generation >= m.generation &&
                       std::ranges::find(other.owned, p) != other.owned.end();
            });
            const auto& now = given.at(m.id);
            if (newest && std::ranges::find(now, p) != now.end()) ++stay;
        }
    return stay;
}

/// How many partitions are with members in whose racks there is no copy of them. (KIP-881)
inline std::size_t far_from_their_readers(const round& r, const group_assignment& given) {
    std::size_t far = 0;
    for (const auto& [id, partitions] : given) {
        const std::string& rack = r.called(id).rack;
        if (rack.empty()) continue;
        for (const auto& p : partitions) {
            const auto& copies = r.racks.at(p.topic)[static_cast<std::size_t>(p.partition)];
            if (std::ranges::find(copies, rack) == copies.end()) ++far;
        }
    }
    return far;
}

} // namespace kcpp::consuming::test
