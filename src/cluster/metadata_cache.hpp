#pragma once

#include "cluster/snapshot.hpp"
#include "protocol/metadata.hpp"
#include "protocol/shared.hpp"
#include "runtime/time.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kcpp::cluster {

/// Turns what brokers say about the cluster into the next snapshot. No I/O, no clock.
///
/// Brokers may be behind: an older leader epoch never replaces a newer one (L1), and what one
/// answer leaves out is not gone (L2). A topic that is said not to exist keeps its partitions for a
/// while; a topic with a new id is another topic.
class metadata_cache {
public:
    /// How long a topic must be unknown before its partitions are forgotten. A broker that has just
    /// started knows nothing yet.
    static constexpr runtime::duration missing_means_deleted = std::chrono::seconds(15);

    const std::shared_ptr<const snapshot>& current() const noexcept { return current_; }

    /// True if anything changed. An answer without brokers comes from a broker that is starting,
    /// and is left alone (L11).
    bool apply(const protocol::metadata::response& said, std::int16_t version,
               runtime::time_point now);

    /// Those that leaders are told to be, as far as they are not known. True if anything changed.
    bool add_brokers(const std::vector<protocol::node_endpoint>& said);

    /// A newer leader of one partition, as Produce and Fetch answers tell it (KIP-951, L3). True if
    /// it was news.
    bool apply_leader(std::string_view topic_name, std::int32_t index, std::int32_t leader,
                      std::int32_t leader_epoch);

    void forget(std::string_view topic_name);

private:
    std::shared_ptr<const topic> merge(const protocol::metadata::topic_metadata& said,
                                       const topic* known, bool epochs_reliable,
                                       runtime::time_point now);
    bool publish(snapshot next);

    std::shared_ptr<const snapshot> current_ = std::make_shared<snapshot>();
    std::map<std::string, runtime::time_point, std::less<>> missing_since_;
};

} // namespace kcpp::cluster
