#pragma once

#include "consumer/group/classic/assignor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace kcpp::consuming::test {

using names = std::vector<std::string>;

inline topic_partition place(const std::string& word) {
    const auto dash = word.rfind('-');
    return {word.substr(0, dash), std::stoi(word.substr(dash + 1))};
}

inline std::vector<topic_partition> places(const std::string& words) {
    std::vector<topic_partition> list;
    std::istringstream in(words);
    for (std::string word; in >> word;)
        list.push_back(place(word));
    return list;
}

inline group_member member(std::string id, names topics, const std::string& owned = {},
                           std::int32_t generation = 1) {
    group_member m;
    m.id = std::move(id);
    m.topics = std::move(topics);
    m.owned = places(owned);
    m.generation = generation;
    return m;
}

/// "t1-0 t1-1" of each member, sorted.
inline std::map<std::string, std::string> words(const group_assignment& given) {
    std::map<std::string, std::string> all;
    for (auto [id, partitions] : given) {
        std::ranges::sort(partitions);
        std::string& text = all[id];
        for (const auto& p : partitions)
            text += (text.empty() ? "" : " ") + to_string(p);
    }
    return all;
}
using expected = std::map<std::string, std::string>;

} // namespace kcpp::consuming::test
