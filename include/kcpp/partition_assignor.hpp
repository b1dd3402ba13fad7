#pragma once

#include <kcpp/types.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] kcpp {

/// A member of a group, as the member that shares out sees it. (Subscription)
struct member_subscription {
    /// As the coordinator named it.
    std::string id{};
    /// (`group.instance.id`)
    std::optional<std::string> instance_id{};
    /// What it subscribes to. Empty also if what it said cannot be read.
    std::vector<std::string> topics{};
    /// What it says that it has, and since which generation of the group; members that give
    /// everything up before they join have nothing (KIP-429, KIP-792).
    std::vector<topic_partition> owned{};
    std::int32_t generation = -1;
    /// Where it runs, its `client_options::rack`; empty: it does not say (KIP-881).
    std::string rack{};
    /// What its `partition_assignor::user_data` gave.
    std::vector<std::byte> user_data{};
};

/// A topic that somebody in the group subscribes to, and that exists.
struct subscribed_topic {
    std::string name{};
    /// They are numbered from 0.
    std::int32_t partitions = 0;
    /// By partition: the racks of the brokers that have a copy of it, each once and in order.
    /// Brokers without a rack and those that are away leave none (KIP-881).
    std::vector<std::vector<std::string>> racks{};
};

/// What a member gets. (Assignment)
struct member_assignment {
    std::vector<topic_partition> partitions{};
    /// Handed to its `partition_assignor::on_assignment`.
    std::vector<std::byte> user_data{};
};

/// What members do with what they have while the group shares out. (RebalanceProtocol)
enum class rebalance_protocol {
    /// Everything is given up before a member joins again.
    eager,
    /// Members keep what they have, and afterwards give up what they are not given again; then they
    /// join once more, so that others get that (KIP-429). Only if all strategies that a member
    /// lists do so; else everything is given up all the same.
    cooperative,
};

/// An application's own way to share out the partitions of a group under the classic protocol,
/// listed in `consumer_options::assignment_strategies`. (ConsumerPartitionAssignor,
/// `partition.assignment.strategy`)
///
///     class by_hash final : public kcpp::partition_assignor {
///     public:
///         std::string_view name() const noexcept override { return "by-hash"; }
///         assignments assign(const std::vector<kcpp::member_subscription>& members,
///                            const std::vector<kcpp::subscribed_topic>& topics) override;
///     };
///     kcpp::consumer_options options{
///         .group_id = "billing",
///         .assignment_strategies = {std::make_shared<by_hash>(),
///         kcpp::assignment_strategy::range}};
///
/// All members of the group must list it, also those of other clients, under the same name. The
/// coordinator makes one member the leader; only that one is asked to share out.
///
/// Its functions are called on kcpp's I/O thread, which does nothing else meanwhile: they must not
/// block, nor use the consumer. One object may be given to several consumers; if those have
/// different clients, their I/O threads may call it at once.
///
/// If `user_data` or `assign` throws, or what `assign` gives cannot be, `poll` reports it
/// (`client_errc::invalid_argument`) and the member leaves its group at once, so that the others
/// need not wait for it: one of them shares out then. It joins again once it has unsubscribed and
/// subscribed.
class partition_assignor {
public:
    /// By member id.
    using assignments = std::map<std::string, member_assignment>;

    virtual ~partition_assignor() = default;

    /// Under which members agree on it: always the same, and not that of another strategy in the
    /// list. It must live as long as the assignor.
    virtual std::string_view name() const noexcept = 0;

    /// What to tell the leader with every subscription, besides topics and rack. If it changes from
    /// one JoinGroup to the next, the coordinator has everything shared out anew.
    /// (subscriptionUserData)
    virtual std::vector<std::byte> user_data(const std::vector<std::string>& topics);

    /// Who gets what. Members come static ones first, by instance id, then the others by id;
    /// topics by name. A member that is left out gets nothing, and a partition that is left out is
    /// read by nobody. It is an error to give one to two members, to a member that does not
    /// subscribe to its topic or is none of `members`, or one that does not exist.
    ///
    /// Under the cooperative protocol this says who is to have what in the end: what another member
    /// still has is held back until that one has given it up.
    virtual assignments assign(const std::vector<member_subscription>& members,
                               const std::vector<subscribed_topic>& topics) = 0;

    /// What this member was given, in which generation of the group, for an assignor that keeps
    /// books. What it throws is reported by `poll`; the assignment stands. (onAssignment)
    virtual void on_assignment(const member_assignment& mine, std::int32_t generation);

    /// (supportedProtocols)
    virtual rebalance_protocol protocol() const noexcept { return rebalance_protocol::eager; }
};

} // namespace kcpp
