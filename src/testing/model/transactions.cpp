#include "testing/model/transactions.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>

namespace kcpp::testing {

namespace {

/// A marker is the only record of its batch, and its key tells what became of the transaction: a
/// version, then 0 for a rollback. What lies before the key are varints of one byte each.
bool is_abort_marker(const log_batch& batch) {
    constexpr std::size_t before_key = 5; // length, attributes, two deltas, the key's length
    const auto bytes = std::span<const std::byte>(batch.bytes.bytes());
    if (bytes.size() < batch_header::size + before_key + 4) return false;
    const auto type = bytes.subspan(batch_header::size + before_key + 2, 2);
    return type[0] == std::byte{0} && type[1] == std::byte{0};
}

} // namespace

transactions transactions_in(const partition_log& log, std::int64_t end) {
    transactions found;
    found.last_stable_offset = end;
    if (!log.has_transactions()) return found;
    std::map<std::int64_t, std::int64_t> open; // producer id to first offset
    for (const log_batch& batch : log.batches()) {
        const batch_header& head = batch.header;
        if (head.next_offset() > end) break;
        if (!head.transactional()) continue;
        if (!head.control()) {
            open.try_emplace(head.producer_id, head.base_offset);
        } else if (const auto ended = open.extract(head.producer_id);
                   !ended.empty() && is_abort_marker(batch)) {
            found.rolled_back.push_back({head.producer_id, ended.mapped(), head.last_offset()});
        }
    }
    for (const auto& [producer_id, first] : open)
        found.last_stable_offset = std::min(found.last_stable_offset, first);
    return found;
}

} // namespace kcpp::testing
