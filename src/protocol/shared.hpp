#pragma once

#include "protocol/field.hpp"

/// Structs that several APIs have in common.
namespace kcpp::protocol {

/// Who leads a partition now (KIP-951); -1 is "not told".
struct leader_and_epoch {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;

    static constexpr field fields[] = {
        row<&leader_and_epoch::leader_id>("LeaderId", since(0)),
        row<&leader_and_epoch::leader_epoch>("LeaderEpoch", since(0)),
    };
};

/// Where a leader that a response names can be reached (KIP-951).
struct node_endpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;

    static constexpr field fields[] = {
        row<&node_endpoint::node_id>("NodeId", since(0)),
        row<&node_endpoint::host>("Host", since(0)),
        row<&node_endpoint::port>("Port", since(0)),
        row<&node_endpoint::rack>("Rack", since(0).nullable()),
    };
};

/// Partitions of one topic.
struct topic_partitions {
    uuid topic_id;
    std::vector<std::int32_t> partitions;

    static constexpr field fields[] = {
        row<&topic_partitions::topic_id>("TopicId", since(0)),
        row<&topic_partitions::partitions>("Partitions", since(0)),
    };
};

/// What a share consumer did with a range of offsets (KIP-932): one type for all of them, or one
/// type each. 0 gap, 1 accept, 2 release, 3 reject, 4 renew.
struct acknowledgement_batch {
    std::int64_t first_offset = 0;
    std::int64_t last_offset = 0;
    std::vector<std::int8_t> acknowledge_types;

    static constexpr field fields[] = {
        row<&acknowledgement_batch::first_offset>("FirstOffset", since(0)),
        row<&acknowledgement_batch::last_offset>("LastOffset", since(0)),
        row<&acknowledgement_batch::acknowledge_types>("AcknowledgeTypes", since(0)),
    };
};

} // namespace kcpp::protocol
