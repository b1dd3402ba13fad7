#pragma once

#include "payload.hpp"
#include "scenario.hpp"

#include <kcpp/types.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace kcpp::simulation {

/// A record in a log.
struct stored_record {
    offset_t offset = -1;
    record_id id;
    kcpp::timestamp timestamp{};
};

/// What the brokers hold of a partition, in order. Reads with the brokers' code, not the client's;
/// a record that is not what its sender made of it is a finding.
std::vector<stored_record> read_log(scenario& run, const std::string& topic,
                                    partition_id partition);

} // namespace kcpp::simulation
