#pragma once

#include "measure/settings.hpp"

#include <string>

namespace bench {

/// Sends the records and prints the report, as `mode`. False if any was not delivered. Throws
/// kafka_error.
bool produce(const settings& s, const std::string& mode);

} // namespace bench
