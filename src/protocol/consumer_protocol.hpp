#pragma once

#include "protocol/field.hpp"

/// What members of a classic consumer group tell each other through JoinGroup and SyncGroup.
/// Brokers don't read it. In these bytes the version stands before the struct, as a 16-bit number;
/// a reader takes newer versions as the newest it knows.
namespace kcpp::protocol::consumer_protocol {

struct topic_partitions {
    std::string topic;
    std::vector<std::int32_t> partitions;

    static constexpr field fields[] = {
        row<&topic_partitions::topic>("Topic", since(0)),
        row<&topic_partitions::partitions>("Partitions", since(0)),
    };
};

/// From each member to the leader: what it wants and what it has. KIP-429 (owned partitions),
/// KIP-792 (generation), KIP-881 (rack).
struct subscription {
    static constexpr std::int16_t oldest = 0, newest = 3, flexible_since = never;

    std::vector<std::string> topics;
    std::optional<bytes> user_data;
    std::vector<topic_partitions> owned_partitions;
    std::int32_t generation_id = -1;
    std::optional<std::string> rack_id;

    static constexpr field fields[] = {
        row<&subscription::topics>("Topics", since(0)),
        row<&subscription::user_data>("UserData", since(0).nullable()),
        row<&subscription::owned_partitions>("OwnedPartitions", since(1).ignorable()),
        row<&subscription::generation_id>("GenerationId", since(2).ignorable()),
        row<&subscription::rack_id>("RackId", since(3).nullable().ignorable()),
    };
};

/// From the leader to each member.
struct assignment {
    static constexpr std::int16_t oldest = 0, newest = 3, flexible_since = never;

    std::vector<topic_partitions> assigned_partitions;
    std::optional<bytes> user_data;

    static constexpr field fields[] = {
        row<&assignment::assigned_partitions>("AssignedPartitions", since(0)),
        row<&assignment::user_data>("UserData", since(0).nullable()),
    };
};

} // namespace kcpp::protocol::consumer_protocol
