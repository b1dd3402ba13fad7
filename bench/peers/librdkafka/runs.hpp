#pragma once

#include "peers/librdkafka/client.hpp"

namespace bench::rdkafka {

/// Sends the records and prints the report, as `mode`. False if any was not delivered.
bool produce(const settings& s, const properties& extra, const std::string& mode);

/// A producer's configuration.
configuration producing(const settings& s, const properties& extra);

/// Reads the first `records` records of the topic, touches each, and prints the report.
bool consume(const settings& s, const properties& extra);

/// Sends the records, reads them, and prints the report of how long that took. `extra` is the
/// consumer's.
bool end_to_end(const settings& s, const properties& extra);

/// Reads partitions of which nothing comes, and prints what that costs.
void idle(const settings& s, const properties& extra);

} // namespace bench::rdkafka
