#pragma once

#include "payload.hpp"
#include "scenario.hpp"

#include <kcpp/record.hpp>
#include <kcpp/types.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kcpp::simulation {

/// What was sent through a chain of topics, and what was acknowledged on its way. A record's
/// identity is its key's number and its own among those of the key.
class chain_ledger {
public:
    chain_ledger(scenario& run, std::vector<std::string> topics)
        : run_(run), topics_(std::move(topics)) {}

    const std::vector<std::string>& topics() const noexcept { return topics_; }

    /// The next record of a key.
    record_id begin(std::uint32_t key) { return {key, sent_[key]++}; }
    void acknowledged(const record_id& id, const record_metadata& where);

    /// Holds all logs against it: every record is in every topic, what is there for the first time
    /// follows its key's, what was acknowledged is where it was said to be.
    void check();

private:
    void check_log(std::size_t hop, partition_id partition);
    void complain(const std::string& topic, const record_id& id, const std::string& what);

    scenario& run_;
    std::vector<std::string> topics_;
    /// How many of each key.
    std::map<std::uint32_t, std::uint32_t> sent_;
    std::map<topic_partition, std::map<offset_t, record_id>> acknowledged_;
    /// Of the topic that is being looked at, how many of each key were found.
    std::map<std::uint32_t, std::uint32_t> found_;
};

} // namespace kcpp::simulation
