#include "chain_ledger.hpp"

#include "stored_records.hpp"

namespace kcpp::simulation {

void chain_ledger::acknowledged(const record_id& id, const record_metadata& where) {
    const topic_partition place{std::string(where.topic), where.partition};
    const auto [known, first] = acknowledged_[place].emplace(where.offset, id);
    if (!first)
        complain(place.topic, id,
                 "is said to be where record " + to_string(known->second) + " is said to be");
}

void chain_ledger::check() {
    for (std::size_t hop = 0; hop < topics_.size(); ++hop) {
        const auto* topic = run_.brokers().state.find_topic(topics_[hop]);
        found_.clear();
        for (const auto& partition : topic->partitions)
            check_log(hop, partition.id());
        for (const auto& [key, count] : sent_)
            if (found_[key] < count) complain(topics_[hop], {key, found_[key]}, "is missing");
    }
}

void chain_ledger::check_log(std::size_t hop, partition_id partition) {
    const std::string& topic = topics_[hop];
    const auto& told = acknowledged_[{topic, partition}];
    std::size_t confirmed = 0;
    for (const stored_record& stored : read_log(run_, topic, partition)) {
        const auto& [key, number] = stored.id;
        auto& next = found_[key];
        if (!sent_.contains(key) || number >= sent_.at(key))
            complain(topic, stored.id, "was never sent");
        else if (number > next)
            complain(topic, stored.id, "is there before record " + std::to_string(next));
        else if (number < next && hop == 0)
            complain(topic, stored.id, "was written twice"); // later, members may repeat it
        if (number == next) ++next;
        const auto said = told.find(stored.offset);
        if (said == told.end()) continue;
        ++confirmed;
        if (said->second != stored.id)
            complain(topic, stored.id, "is where " + to_string(said->second) + " is said to be");
    }
    if (confirmed < told.size())
        run_.problems.add(std::to_string(told.size() - confirmed) + " acknowledged records of " +
                          topic + '-' + std::to_string(partition) + " are not there");
}

void chain_ledger::complain(const std::string& topic, const record_id& id,
                            const std::string& what) {
    run_.problems.add(topic + ": record " + to_string(id) + ' ' + what);
}

} // namespace kcpp::simulation
