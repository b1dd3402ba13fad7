#pragma once

#include "protocol/fetch.hpp"
#include "record/batch_view.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace kcpp::consuming {

/// Which batches of a fetch belong to transactions that were rolled back (F11). Shown every batch
/// in offset order.
class aborted_transactions {
public:
    aborted_transactions() = default;
    /// Brokers do not all sort their list.
    explicit aborted_transactions(std::vector<protocol::fetch::aborted_transaction> list);

    /// True if the batch is data that was rolled back.
    bool hides(const record::batch_view& batch);
    /// A marker says that this producer's transaction ends here.
    void end_of(std::int64_t producer_id) { open_.erase(producer_id); }

private:
    std::vector<protocol::fetch::aborted_transaction> list_;
    std::size_t seen_ = 0;
    std::set<std::int64_t> open_;
};

} // namespace kcpp::consuming
