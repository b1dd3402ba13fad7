#include "admin_fixture.hpp"

namespace kcpp::administration {
namespace {

using describe_cluster_test = admin_test;

TEST_F(describe_cluster_test, brokers_controller_and_id_are_told) {
    const auto told = admin().describe_cluster().get();
    EXPECT_EQ(told.cluster_id, cluster.state.id());
    EXPECT_EQ(told.controller, cluster.state.controller());
    ASSERT_EQ(told.brokers.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(told.brokers[i].id, static_cast<std::int32_t>(i + 1));
        EXPECT_EQ(told.brokers[i].port, cluster.state.brokers()[i].port);
        EXPECT_EQ(told.brokers[i].host, "127.0.0.1");
    }
}

TEST_F(describe_cluster_test, brokers_before_2_8_tell_it_in_metadata) {
    // As if the API were not there at all: no version in common.
    cluster.faults.limit_versions(api::describe_cluster, 100, 100);
    const auto told = admin().describe_cluster().get();
    EXPECT_EQ(told.cluster_id, cluster.state.id());
    EXPECT_EQ(told.brokers.size(), 3u);
    EXPECT_EQ(requests(api::describe_cluster), 0);
}

TEST_F(describe_cluster_test, a_refusal_is_told_in_words) {
    fail_next(api::describe_cluster, broker_errc::cluster_authorization_failed);
    const auto said = admin().describe_cluster().result();
    EXPECT_EQ(said.error(), broker_errc::cluster_authorization_failed);
    EXPECT_TRUE(says(said.error(), "describe cluster: CLUSTER_AUTHORIZATION_FAILED"));
}

} // namespace
} // namespace kcpp::administration
