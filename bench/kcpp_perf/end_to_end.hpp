#pragma once

#include "measure/settings.hpp"

namespace bench {

/// Sends the records at their rate, reads them in the same process, and prints the report of how
/// long each took from `send` until it was handed out. Throws kafka_error, or std::runtime_error if
/// none comes for half a minute.
bool end_to_end(const settings& s);

} // namespace bench
