#pragma once

#include "protocol/consumer_protocol.hpp"

#include <kcpp/types.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kcpp::consuming {

// What members tell each other through JoinGroup and SyncGroup: a version, then one of two structs.
// The coordinator only carries it.

using member_bytes = std::vector<std::byte>;

member_bytes write_subscription(const protocol::consumer_protocol::subscription& wanted);
/// Nothing if the bytes are not a subscription: they come from another client, maybe from one that
/// speaks something else.
std::optional<protocol::consumer_protocol::subscription>
read_subscription(std::span<const std::byte> bytes);

/// What a member has, or had last, and in which generation of the group it was given that.
struct previous_assignment {
    std::vector<topic_partition> partitions;
    std::int32_t generation = -1;

    friend bool operator==(const previous_assignment&, const previous_assignment&) = default;
};
/// What the members of a group that is shared out by "sticky" say besides, as the user data of
/// their subscriptions.
member_bytes write_previous(const previous_assignment& previous);
/// Nothing if it cannot be read.
std::optional<previous_assignment> read_previous(std::span<const std::byte> bytes);

/// What members of a cooperative group say that they have (KIP-429), and since when (KIP-792).
void write_held(protocol::consumer_protocol::subscription& into, const previous_assignment& held);
previous_assignment read_held(const protocol::consumer_protocol::subscription& wanted);

/// What the members of a group that is shared out by "cooperative-sticky" say besides: what they
/// have, and since when, which those that are older than KIP-792 say as user data.
void write_owned(protocol::consumer_protocol::subscription& into, const previous_assignment& owned);
previous_assignment read_owned(const protocol::consumer_protocol::subscription& wanted);

/// The user data are what an application's own assignor adds.
member_bytes write_assignment(const std::vector<topic_partition>& partitions,
                              std::span<const std::byte> user_data = {});
/// No bytes at all are an empty assignment.
std::optional<std::vector<topic_partition>> read_assignment(std::span<const std::byte> bytes);
/// Empty if there are none, or they cannot be read.
member_bytes read_assigned_user_data(std::span<const std::byte> assignment);

} // namespace kcpp::consuming
