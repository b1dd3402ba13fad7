#pragma once

#include "consumer/group/classic/assignor.hpp"
#include "consumer/group/classic/member_bytes.hpp"
#include "protocol/consumer_protocol.hpp"

#include <kcpp/consumer_options.hpp>
#include <kcpp/result.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kcpp::consuming {

/// By member id: what SyncGroup brings it.
using member_shares = std::map<std::string, member_bytes>;

/// A strategy that a member offers to its group: one of Kafka's or the application's own. What
/// members say under it, and who gets what.
class offered_strategy {
public:
    explicit offered_strategy(partition_assignment_strategy listed) : listed_(std::move(listed)) {}

    std::string_view name() const noexcept;
    bool is_cooperative() const noexcept;

    /// What a member says besides its topics and its rack: what it has, and what it was given last.
    result<void> describe(protocol::consumer_protocol::subscription& into,
                          const std::vector<topic_partition>& held,
                          const previous_assignment& last) const;
    /// What another one said. What cannot be read is as good as nothing.
    void read(group_member& into, const protocol::consumer_protocol::subscription& said) const;

    result<member_shares> share_out(std::vector<group_member> members, const topic_sizes& topics,
                                    const topic_racks& racks) const;

    /// This member was given something.
    result<void> tell(std::span<const std::byte> assignment, std::int32_t generation) const;

private:
    /// Null for Kafka's.
    partition_assignor* own() const noexcept;
    bool is(assignment_strategy kafkas) const noexcept;

    partition_assignment_strategy listed_;
};

/// Kafka's usual ones, if the options name none.
std::vector<offered_strategy> offered_by(const consumer_options& options);

} // namespace kcpp::consuming
