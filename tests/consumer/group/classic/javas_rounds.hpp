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
    topic_racks racks;
    std::vector<group_member> members;
    /// Of StickyAssignor, of CooperativeStickyAssignor, and of RangeAssignor.
    group_assignment javas, javas_cooperative, javas_ranges;
    /// What members say, in hexadecimal digits: StickyAssignor's user data, and the subscription
    /// under CooperativeStickyAssignor.
    std::map<std::string, std::string> data, cooperative_subscription;

    const group_member& called(const std::string& id) const {
        return *std::ranges::find(members, id, &group_member::id);
    }
    group_member& called(const std::string& id) {
        return *std::ranges::find(members, id, &group_member::id);
    }
    bool subscribes(const std::string& id, const std::string& topic) const {
        return std::ranges::find(called(id).topics, topic) != called(id).topics.end();
    }
};

/// "a,b"; "-" for none.
inline names racks_in(const std::string& word) {
    names racks;
    std::istringstream in(word == "-" ? "" : word);
    for (std::string rack; std::getline(in, rack, ',');)
        racks.push_back(rack);
    return racks;
}

inline std::vector<round> rounds_of_java(const char* file = KCPP_STICKY_FILE) {
    std::vector<round> all;
    std::ifstream in(file);
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
        } else if (what == "copies") {
            while (text >> word)
                r.racks[id].push_back(racks_in(word));
        } else if (what == "in") {
            text >> r.called(id).rack;
        } else if (what == "gets" || what == "keeps" || what == "ranges") {
            auto& given = (what == "gets"    ? r.javas
                           : what == "keeps" ? r.javas_cooperative
                                             : r.javas_ranges)[id];
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
