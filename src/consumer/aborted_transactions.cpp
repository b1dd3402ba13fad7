#include "consumer/aborted_transactions.hpp"

#include <algorithm>

namespace kcpp::consuming {

aborted_transactions::aborted_transactions(std::vector<protocol::fetch::aborted_transaction> list)
    : list_(std::move(list)) {
    std::ranges::sort(list_, {}, &protocol::fetch::aborted_transaction::first_offset);
}

bool aborted_transactions::hides(const record::batch_view& batch) {
    for (; seen_ < list_.size() && list_[seen_].first_offset <= batch.last_offset(); ++seen_)
        open_.insert(list_[seen_].producer_id);
    return batch.is_transactional() && !batch.is_control() && open_.contains(batch.producer_id());
}

} // namespace kcpp::consuming
