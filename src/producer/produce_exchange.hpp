#pragma once

#include "producer/batch.hpp"
#include "protocol/produce.hpp"

#include <kcpp/client_options.hpp>
#include <kcpp/error.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace kcpp::producing {

/// One produce request on its way: at most one batch per partition, all of one broker (P2).
struct produce_exchange {
    std::int32_t node = -1;
    std::vector<std::shared_ptr<batch>> batches;
};

/// The request. Its record slices point into the batches.
protocol::produce::request build_request(const produce_exchange& sending,
                                         const producer_options& options,
                                         const client_options& client);

/// Topic ids replace names from version 13 on, which needs an id for every topic (L9).
std::int16_t newest_version(const produce_exchange& sending);

/// What the response says about one batch; null if nothing.
const protocol::produce::partition_result* find_result(const protocol::produce::response& said,
                                                       const batch& about, std::int16_t version);

/// A broker's refusal, in words.
error refusal(const batch& refused, broker_errc code,
              const protocol::produce::partition_result& said, std::int32_t node);

bool refreshes_metadata(broker_errc code);
/// Whether another attempt may do better. An answer that cannot be read says nothing of the
/// records; the next connection may be better than this one.
bool may_be_tried_again(const error& why);

/// Why this batch failed: names its partition, and says that the outcome is unknown if any attempt
/// may have reached the log.
error failure_of(const batch& failed, const error& why);
error failure_of(const batch& failed, const error& why, bool unknown);
error_place place_of(const batch& which);

} // namespace kcpp::producing
