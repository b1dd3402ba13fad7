#pragma once

#include <kcpp/admin_types.hpp>
#include <kcpp/client.hpp>
#include <kcpp/future.hpp>
#include <kcpp/offsets.hpp>

#include <memory>
#include <string>
#include <vector>

namespace kcpp::administration {
class core;
}

namespace [[gnu::visibility("default")]] kcpp {

/// Manages topics, groups and configs. May be used from any thread.
///
/// An operation on several things gives one verdict per thing, in the order in which they were
/// asked for; the operation as a whole fails only if no broker could be asked. What fails for a
/// passing reason is asked for again, alone, until `client_options::api_timeout`. An argument that
/// no broker would take is `client_errc::invalid_argument`, and so is a thing that is named twice
/// in one call. A change whose answer was lost, and which cannot be made sure of by asking again,
/// fails with `condition::unknown_outcome`.
///
///     for (auto& [topic, verdict] : admin.create_topics({{.name = "orders", .partitions =
///     6}}).get()) verdict.value();
///
/// In a coroutine the arguments are named first, because g++ 12 miscompiles braces inside a
/// `co_await` expression:
///
///     std::vector<kcpp::new_topic> topics{{.name = "orders", .partitions = 6}};
///     auto verdicts = co_await admin.create_topics(topics);
class admin {
public:
    /// An admin on a shared client.
    explicit admin(client& shared);
    /// An admin with a client of its own. Throws kafka_error for options that cannot be; does no
    /// I/O.
    explicit admin(client_options connection);
    admin(admin&&) noexcept;
    admin& operator=(admin&&) noexcept;
    /// Does not wait for operations under way. With a client of its own they end as
    /// `client_errc::closed`.
    ~admin();

    /// Makes topics. Other brokers than the controller may hear of them a moment later.
    /// (CreateTopics)
    [[nodiscard]] future<verdicts<void>> create_topics(std::vector<new_topic> topics,
                                                       validate check = validate::and_apply);
    /// Deletes topics with all their records. (DeleteTopics)
    [[nodiscard]] future<verdicts<void>> delete_topics(std::vector<std::string> names);
    /// Asks one broker, which may be behind: a topic that has just been made can still be unknown.
    /// (Metadata)
    [[nodiscard]] future<verdicts<topic_description>>
    describe_topics(std::vector<std::string> names);
    /// The names of all topics, sorted; Kafka's own (`__consumer_offsets`) only if asked for.
    /// (Metadata)
    [[nodiscard]] future<std::vector<std::string>>
    list_topics(internal_topics which = internal_topics::leave_out);
    /// Raises the number of partitions; records keep their places, keys may get other ones.
    /// (CreatePartitions)
    [[nodiscard]] future<verdicts<void>> create_partitions(std::vector<new_partitions> topics,
                                                           validate check = validate::and_apply);

    /// (DescribeCluster; Metadata with brokers older than 2.8)
    [[nodiscard]] future<cluster_description> describe_cluster();

    /// Every group that any broker coordinates, sorted by id. Fails if one of the brokers cannot be
    /// asked. (ListGroups)
    [[nodiscard]] future<std::vector<group_listing>> list_groups();
    /// Groups of the classic protocol, with members and what they are assigned. (DescribeGroups)
    [[nodiscard]] future<verdicts<group_description>> describe_groups(std::vector<std::string> ids);
    /// Deletes groups with their committed offsets; they must have no members. (DeleteGroups)
    [[nodiscard]] future<verdicts<void>> delete_groups(std::vector<std::string> ids);
    /// What a group has committed; nothing for a group that is not known. (OffsetFetch)
    [[nodiscard]] future<offsets> list_group_offsets(std::string group_id);

    /// All configs of each resource, defaults included. (DescribeConfigs)
    [[nodiscard]] future<std::vector<config_verdict>>
    describe_configs(std::vector<config_resource> resources);
    /// Changes single entries and leaves the rest. One verdict per change, named by its resource;
    /// all changes of a resource share their fate. (IncrementalAlterConfigs, KIP-339; brokers 2.3
    /// and newer)
    [[nodiscard]] future<verdicts<void>> alter_configs(std::vector<config_change> changes,
                                                       validate check = validate::and_apply);

private:
    std::shared_ptr<administration::core> core_;
};

} // namespace kcpp
