#include "testing/model/producer_states.hpp"

#include <algorithm>

namespace kcpp::testing {

namespace {

bool follows(std::int32_t last, std::int32_t first) {
    return last == INT32_MAX ? first == 0 : first == last + 1;
}

} // namespace

producer_states::verdict producer_states::check(const batch_header& batch) const {
    const auto found = producers_.find(batch.producer_id);
    // A producer that the broker never saw, or forgot, may begin with any sequence.
    if (found == producers_.end()) return {};
    const entry& known = found->second;
    if (batch.producer_epoch == known.epoch) {
        const auto same = std::ranges::find_if(known.batches, [&](const mark& m) {
            return m.first_sequence == batch.base_sequence &&
                   m.last_sequence == batch.last_sequence();
        });
        if (same != known.batches.end())
            return {broker_errc::none, same->base_offset, same->max_timestamp};
    }
    if (batch.producer_epoch < known.epoch) return {broker_errc::invalid_producer_epoch, {}, -1};
    const bool in_order = batch.producer_epoch > known.epoch
                              ? batch.base_sequence == 0
                              : follows(known.batches.back().last_sequence, batch.base_sequence);
    return {in_order ? broker_errc::none : broker_errc::out_of_order_sequence_number, {}, -1};
}

void producer_states::remember(const batch_header& batch) {
    entry& known = producers_[batch.producer_id];
    if (known.epoch != batch.producer_epoch) known = {batch.producer_epoch, {}};
    known.batches.push_back(
        {batch.base_sequence, batch.last_sequence(), batch.base_offset, batch.max_timestamp});
    if (known.batches.size() > window) known.batches.pop_front();
}

} // namespace kcpp::testing
