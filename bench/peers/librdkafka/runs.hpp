#pragma once

#include "peers/librdkafka/client.hpp"

namespace bench::rdkafka {

/// Sends the records and prints the report, as `mode`. False if any was not delivered.
bool produce(const settings& s, const properties& extra, const std::string& mode);

/// Reads the first `records` records of the topic, touches each, and prints the report.
bool consume(const settings& s, const properties& extra);

} // namespace bench::rdkafka
