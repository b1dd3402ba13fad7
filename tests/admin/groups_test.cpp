#include "admin_fixture.hpp"
#include "protocol/consumer_protocol.hpp"
#include "protocol/join_group.hpp"
#include "protocol/offset_commit.hpp"
#include "protocol/sync_group.hpp"

namespace kcpp::administration {
namespace {

using namespace std::chrono_literals;

/// Groups as other clients make them, with requests of their own.
class groups_test : public admin_test {
protected:
    /// Asks the coordinator of a group.
    template <class Request>
    typename Request::response_type ask(const std::string& group, Request request,
                                        std::int16_t newest = INT16_MAX) {
        auto core = client().core()->shared_from_this();
        auto answered = core->run<typename Request::response_type>(
            [=]() mutable { return send(core, group, std::move(request), newest); });
        return answered.get();
    }
    void commit(const std::string& group, const std::string& topic, std::int32_t partition,
                offset_t offset) {
        protocol::offset_commit::request request;
        request.group_id = group;
        protocol::offset_commit::partition p;
        p.index = partition;
        p.offset = offset;
        p.leader_epoch = 3;
        p.metadata = "by hand";
        request.topics.push_back({topic, {}, {p}});
        const auto said = ask(group, request, 9);
        ASSERT_EQ(said.topics.at(0).partitions.at(0).error_code, 0);
    }
    /// One member, which is given partition 2 of "orders".
    void join(const std::string& group) {
        protocol::join_group::request request;
        request.group_id = group;
        request.session_timeout_ms = 30'000;
        request.rebalance_timeout_ms = 30'000;
        request.protocol_type = "consumer";
        request.protocols.push_back({"range", {}});
        auto joined = ask(group, request);
        if (joined.error_code == static_cast<std::int16_t>(broker_errc::member_id_required)) {
            request.member_id = joined.member_id;
            joined = ask(group, request);
        }
        ASSERT_EQ(joined.error_code, 0);
        protocol::sync_group::request sync;
        sync.group_id = group;
        sync.generation_id = joined.generation_id;
        sync.member_id = joined.member_id;
        sync.protocol_type = "consumer";
        sync.protocol_name = "range";
        sync.assignments.push_back({joined.member_id, assignment_of("orders", 2)});
        ASSERT_EQ(ask(group, sync).error_code, 0);
    }
    static protocol::bytes assignment_of(const std::string& topic, std::int32_t partition) {
        protocol::consumer_protocol::assignment given;
        given.assigned_partitions.push_back({topic, {partition}});
        wire::writer out;
        out.integer(std::int16_t{1});
        protocol::encode(out, given, 1);
        return {out.bytes().begin(), out.bytes().end()};
    }

private:
    template <class Request>
    static runtime::task<result<typename Request::response_type>>
    send(std::shared_ptr<kcpp::cluster::core> core, std::string group, Request request,
         std::int16_t newest) {
        const auto until = core->rt().now() + 10s;
        auto node = co_await core->coordinators().find(kcpp::cluster::coordinator_type::group,
                                                       group, until);
        if (!node) co_return node.error();
        network::call_options how;
        how.limits = {10s, until};
        how.newest = newest;
        auto said = co_await core->call(*node, kcpp::cluster::purpose::coordinator, request, how);
        if (!said) co_return said.error();
        co_return std::move(said->body);
    }
};

TEST_F(groups_test, groups_of_all_brokers_are_listed_each_once) { // C18
    create_topic("orders", 4);
    std::set<std::int32_t> coordinators;
    for (int i = 0; i < 12; ++i) {
        const auto group = "group-" + std::to_string(10 + i);
        commit(group, "orders", 0, i);
        coordinators.insert(cluster.state.coordinator_of(group));
    }
    ASSERT_EQ(coordinators.size(), 3u);
    const auto all = admin().list_groups().get();
    ASSERT_EQ(all.size(), 12u);
    for (std::size_t i = 0; i < all.size(); ++i)
        EXPECT_EQ(all[i].id, "group-" + std::to_string(10 + i));
    EXPECT_EQ(all[0].state, "Empty");
    EXPECT_EQ(all[0].type, "classic");
}

TEST_F(groups_test, listing_waits_for_a_coordinator_that_is_loading) {
    fail_next(api::list_groups, broker_errc::coordinator_load_in_progress, 1, {.broker = 2});
    EXPECT_TRUE(admin().list_groups().get().empty());
    EXPECT_EQ(requests(api::list_groups), 6) << "only a round without any failure is complete";
}

TEST_F(groups_test, listing_goes_on_with_the_brokers_that_are_left) {
    create_topic("orders");
    for (int i = 0; i < 6; ++i)
        commit("group-" + std::to_string(i), "orders", 0, i);
    client().ping().get();
    cluster.stop_broker(2);
    EXPECT_EQ(admin().list_groups().get().size(), 6u) << "others have taken its groups over";
}

TEST_F(groups_test, listing_fails_for_a_reason_that_stays_and_names_the_broker) {
    fail_next(api::list_groups, broker_errc::cluster_authorization_failed, 1, {.broker = 2});
    const auto said = admin().list_groups().result();
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error(), broker_errc::cluster_authorization_failed);
    EXPECT_EQ(said.error().broker(), 2);
    EXPECT_TRUE(says(said.error(), "list groups of broker 2"));
}

TEST_F(groups_test, groups_are_described_with_their_members) {
    create_topic("orders", 4);
    join("billing");
    commit("idle", "orders", 0, 5);
    auto told = admin().describe_groups({"idle", "billing", "nobody"}).get();
    ASSERT_EQ(told.size(), 3u);
    EXPECT_EQ(told[0].second.value().state, "Empty");
    EXPECT_TRUE(told[0].second->members.empty());
    const auto& billing = told[1].second.value();
    EXPECT_EQ(billing.id, "billing");
    EXPECT_EQ(billing.state, "Stable");
    EXPECT_EQ(billing.protocol_type, "consumer");
    EXPECT_EQ(billing.protocol, "range");
    EXPECT_EQ(billing.coordinator, cluster.state.coordinator_of("billing"));
    ASSERT_EQ(billing.members.size(), 1u);
    EXPECT_EQ(billing.members[0].client_id, "kcpp");
    EXPECT_FALSE(billing.members[0].member_id.empty());
    EXPECT_EQ(billing.members[0].assignment, (std::vector<topic_partition>{{"orders", 2}}));
    EXPECT_EQ(reason(told, 2), broker_errc::group_id_not_found);
    EXPECT_TRUE(says(reason(told, 2), "describe group nobody"));
}

TEST_F(groups_test, a_group_that_an_older_broker_calls_dead_is_not_found) {
    cluster.faults.limit_versions(api::describe_groups, 0, 5);
    auto told = admin().describe_groups({"nobody"}).get();
    EXPECT_EQ(reason(told, 0), broker_errc::group_id_not_found);
}

TEST_F(groups_test, a_coordinator_that_moved_is_found_again) { // C16
    create_topic("orders");
    commit("billing", "orders", 0, 5);
    fail_next(api::describe_groups, broker_errc::not_coordinator, 2);
    const auto before = requests(api::find_coordinator);
    EXPECT_EQ(admin().describe_groups({"billing"}).get()[0].second.value().state, "Empty");
    EXPECT_EQ(requests(api::find_coordinator) - before, 2) << "it was known at first";
}

TEST_F(groups_test,
       a_coordinator_that_died_is_replaced) { // C16: failure to connect clears the cache, too
    create_topic("orders");
    commit("billing", "orders", 0, 5);
    cluster.stop_broker(cluster.state.coordinator_of("billing"));
    EXPECT_EQ(admin().describe_groups({"billing"}).get()[0].second.value().state, "Empty");
}

TEST_F(groups_test, groups_are_deleted_unless_they_have_members) {
    create_topic("orders", 4);
    join("billing");
    commit("idle", "orders", 0, 5);
    auto deleted = admin().delete_groups({"billing", "nobody", "idle", ""}).get();
    EXPECT_EQ(reason(deleted, 0), broker_errc::non_empty_group);
    EXPECT_TRUE(says(reason(deleted, 0), "delete group billing: NON_EMPTY_GROUP"));
    EXPECT_TRUE(says(reason(deleted, 0), "stop its members first"));
    EXPECT_EQ(reason(deleted, 1), broker_errc::group_id_not_found);
    EXPECT_TRUE(deleted[2].second);
    EXPECT_EQ(reason(deleted, 3), client_errc::invalid_argument);
    EXPECT_EQ(cluster.state.find_group("idle"), nullptr);
}

TEST_F(groups_test, a_deletion_whose_answer_was_lost_is_an_unknown_outcome) {
    create_topic("orders");
    commit("idle", "orders", 0, 5);
    drop_next(api::delete_groups, drop::after_effect);
    auto deleted = admin().delete_groups({"idle"}).get();
    EXPECT_EQ(reason(deleted, 0), broker_errc::group_id_not_found);
    EXPECT_TRUE(reason(deleted, 0).unknown_outcome());
}

TEST_F(groups_test, committed_offsets_are_told) {
    create_topic("orders", 4);
    commit("billing", "orders", 1, 42);
    commit("billing", "orders", 3, 7);
    const offsets expected{{{"orders", 1}, {42, 3, "by hand"}}, {{"orders", 3}, {7, 3, "by hand"}}};
    EXPECT_EQ(admin().list_group_offsets("billing").get(), expected);
    EXPECT_TRUE(admin().list_group_offsets("nobody").get().empty());
}

TEST_F(groups_test,
       committed_offsets_are_told_by_brokers_that_know_one_group_at_a_time) { // KIP-709
    cluster.faults.limit_versions(api::offset_fetch, 1, 7);
    create_topic("orders", 4);
    commit("billing", "orders", 1, 42);
    const auto told = admin().list_group_offsets("billing").get();
    EXPECT_EQ(told.at({"orders", 1}).offset, 42);
}

TEST_F(groups_test, offsets_are_waited_for_and_their_failures_named) {
    create_topic("orders", 4);
    commit("billing", "orders", 1, 42);
    fail_next(api::offset_fetch, broker_errc::coordinator_load_in_progress);
    EXPECT_EQ(admin().list_group_offsets("billing").get().size(), 1u);
    fail_next(api::offset_fetch, broker_errc::group_authorization_failed);
    const auto said = admin().list_group_offsets("billing").result();
    EXPECT_EQ(said.error(), broker_errc::group_authorization_failed);
    EXPECT_TRUE(says(said.error(), "list offsets of group billing: GROUP_AUTHORIZATION_FAILED"));
    EXPECT_EQ(admin().list_group_offsets("").result().error(), client_errc::invalid_argument);
}

} // namespace
} // namespace kcpp::administration
