#pragma once

#include "measure/settings.hpp"

#include <kcpp/producer_options.hpp>

#include <string>

namespace bench {

kcpp::producer_options options_of(const settings& s);

/// Sends the records and prints the report, as `mode`. False if any was not delivered. Throws
/// kafka_error.
bool produce(const settings& s, const std::string& mode);

} // namespace bench
