#pragma once

#include "producer/batch.hpp"
#include "protocol/produce.hpp"

#include <kcpp/client_options.hpp>
#include <kcpp/error.hpp>

#include <cstdint>
#include <memory>
#include <string_view>
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

/// A response, so that what it says about a batch is found however many there are.
class produce_results {
public:
    /// `said` must outlive this.
    produce_results(const protocol::produce::response& said, std::int16_t version);

    /// Null if it says nothing.
    const protocol::produce::partition_result* find(const batch& about) const;

private:
    /// The topic by its id or by its name, as the version has it.
    struct entry {
        wire::uuid topic_id;
        std::string_view topic;
        std::int32_t partition = 0;
        const protocol::produce::partition_result* said = nullptr;
    };
    static bool before(const entry& a, const entry& b) noexcept;

    bool by_id_;
    std::vector<entry> entries_;
};

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
