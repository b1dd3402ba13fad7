#pragma once

#include "producer/partition_queue.hpp"

#include <memory>
#include <vector>

namespace kcpp::producing {

/// Two batches that hold the records of one that was too large, in order, and their reports, which
/// are taken out of it. Compressed and framed; charged to the budget. Empty if it cannot be read.
/// The batch has at least two records.
std::vector<std::shared_ptr<batch>> halves_of(batch& large, const append_context& context);

/// A batch without the records that were called back, with the reports of the others, which are
/// taken out of it; compressed, framed and charged. Null if nothing is left.
std::shared_ptr<batch> rest_of(batch& of, const append_context& context);

} // namespace kcpp::producing
