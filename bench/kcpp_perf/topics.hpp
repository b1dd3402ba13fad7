#pragma once

#include "measure/settings.hpp"

namespace bench {

/// Makes the topics that are missing, with `settings::partitions` partitions each, and waits until
/// all of them have leaders. Throws kafka_error.
void make_topics(const settings& s);

/// Deletes the topics that there are. Throws kafka_error.
void delete_topics(const settings& s);

} // namespace bench
