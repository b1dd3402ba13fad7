#pragma once

#include "produce_ledger.hpp"

namespace kcpp::simulation {

/// Holds the ledger against the logs, once everything has ended: every record has its outcome; what
/// was acknowledged is where it was said to be; what was reported as not written is nowhere;
/// records of one sender stand in their order; nothing is stored that nobody sent, and nothing
/// twice that an idempotent producer sent.
void check_stored(scenario& run, const produce_ledger& ledger);

} // namespace kcpp::simulation
