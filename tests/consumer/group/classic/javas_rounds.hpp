#pragma once

#include "group_members.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace kcpp::consuming::test {

/// A group, and what came of it.
struct round {
    std::string name;
    topic_sizes topics;
    std::vector<group_member> members;
    /// Of StickyAssignor, and of CooperativeStickyAssignor.
    group_assignment javas, javas_cooperative;
    /// What members say, in hexadecimal digits: StickyAssignor's user data, and the subscription
    /// under CooperativeStickyAssignor.
    std::map<std::string, std::string> data, cooperative_subscription;

    const group_member& called(const std::string& id) const {
        return *std::ranges::find(members, id, &group_member::id);
    }
    bool subscribes(const std::string& id, const std::string& topic) const {
        return std::ranges::find(called(id).topics, topic) != called(id).topics.end();
    }
};

inline std::vector<round> rounds_of_java() {
    std::vector<round> all;
    std::ifstream in(KCPP_STICKY_FILE);
    for (std::string line; std::getline(in, line);) {
        std::istringstream text(line);
        std::string what, id, word;
        text >> what;
        if (what == "group") {
            all.emplace_back().name = line;
            continue;
        }
        round& r = all.back();
        if (what == "topics") {
            while (text >> word)
                r.topics[word.substr(0, word.find('='))] =
                    std::stoi(word.substr(word.find('=') + 1));
            continue;
        }
        text >> id;
        if (what == "data") {
            text >> r.data[id];
        } else if (what == "says") {
            text >> r.cooperative_subscription[id];
        } else if (what == "gets" || what == "keeps") {
            auto& given = (what == "gets" ? r.javas : r.javas_cooperative)[id];
            while (text >> word)
                given.push_back(place(word));
        } else {
            group_member m = member(id, {}, {}, -1);
            text >> word;
            while (text >> word && word != "had")
                m.topics.push_back(word);
            if (text >> m.generation)
                while (text >> word)
                    m.owned.push_back(place(word));
            else
                m.generation = -1;
            r.members.push_back(std::move(m));
        }
    }
    return all;
}

} // namespace kcpp::consuming::test
