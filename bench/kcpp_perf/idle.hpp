#pragma once

#include "measure/settings.hpp"

namespace bench {

/// Reads all partitions of the topic, of which nothing comes, for `settings::seconds` after as long
/// to come to rest, and prints what that cost. Throws kafka_error.
void idle(const settings& s);

} // namespace bench
