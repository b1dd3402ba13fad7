#pragma once

#include "measure/settings.hpp"

namespace bench {

/// Reads the first `records` records of the topic, touches each, and prints the report. Throws
/// kafka_error, or std::runtime_error if none comes for half a minute.
bool consume(const settings& s);

} // namespace bench
