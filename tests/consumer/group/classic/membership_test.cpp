#include "consumer/group/classic/membership.hpp"

#include <gtest/gtest.h>

namespace kcpp::consuming {
namespace {

using protocol::join_group::response;

response joined(std::string id, std::int32_t generation, std::string leader) {
    response said;
    said.member_id = std::move(id);
    said.generation_id = generation;
    said.leader = std::move(leader);
    said.protocol_name = "range";
    return said;
}

response refused(broker_errc code, std::string id = "") {
    response said;
    said.error_code = static_cast<std::int16_t>(code);
    said.member_id = std::move(id);
    return said;
}

/// A member "m" in generation 5.
membership stable_member() {
    membership m(std::nullopt);
    EXPECT_EQ(m.on_join(joined("m", 5, "m")), (verdict{next_step::sync}));
    EXPECT_EQ(m.on_sync(broker_errc::none), (verdict{next_step::stay}));
    return m;
}

TEST(membership, starts_as_nobody) {
    const membership m("static-1");
    EXPECT_EQ(m.who(), (identity{"", "static-1", -1}));
}

TEST(membership, takes_the_id_it_is_given_and_joins_again_at_once) { // G1, KIP-394
    membership m(std::nullopt);
    EXPECT_EQ(m.on_join(refused(broker_errc::member_id_required, "given")),
              (verdict{next_step::join}));
    EXPECT_EQ(m.who(), (identity{"given", std::nullopt, -1}));
}

TEST(membership, joined_it_knows_its_generation_and_who_leads) {
    membership m(std::nullopt);
    m.on_join(joined("m", 5, "other"));
    EXPECT_EQ(m.who(), (identity{"m", std::nullopt, 5}));
    EXPECT_FALSE(m.is_leader());
    EXPECT_EQ(m.strategy(), "range");
    m.on_join(joined("m", 6, "m"));
    EXPECT_TRUE(m.is_leader());
}

struct rule {
    broker_errc said;
    verdict then;
    identity who;
};

std::string name(const ::testing::TestParamInfo<rule>& p) {
    return std::string(name_of(p.param.said));
}

const identity as_before{"m", std::nullopt, 5};
const identity without_generation{"m", std::nullopt, -1};
const identity nobody{"", std::nullopt, -1};

class on_join : public ::testing::TestWithParam<rule> {};

TEST_P(on_join, does_what_the_error_asks_for) {
    membership m = stable_member();
    EXPECT_EQ(m.on_join(refused(GetParam().said)), GetParam().then);
    EXPECT_EQ(m.who(), GetParam().who);
}

INSTANTIATE_TEST_SUITE_P(
    G1_G2, on_join,
    ::testing::Values(
        rule{broker_errc::unknown_member_id, {next_step::lose}, nobody},
        rule{broker_errc::illegal_generation, {next_step::lose}, without_generation},
        rule{broker_errc::coordinator_load_in_progress, {next_step::join_later}, as_before},
        rule{broker_errc::rebalance_in_progress, {next_step::join_later}, as_before},
        rule{broker_errc::coordinator_not_available, {next_step::join_later, true}, as_before},
        rule{broker_errc::not_coordinator, {next_step::join_later, true}, as_before},
        rule{broker_errc::fenced_instance_id, {next_step::stop}, as_before},
        rule{broker_errc::inconsistent_group_protocol, {next_step::stop}, as_before},
        rule{broker_errc::invalid_session_timeout, {next_step::stop}, as_before},
        rule{broker_errc::invalid_group_id, {next_step::stop}, as_before},
        rule{broker_errc::group_authorization_failed, {next_step::stop}, as_before},
        rule{broker_errc::group_max_size_reached, {next_step::stop}, as_before},
        rule{broker_errc::unsupported_version, {next_step::stop}, as_before}),
    name);

class on_sync : public ::testing::TestWithParam<rule> {};

TEST_P(on_sync, does_what_the_error_asks_for) {
    membership m = stable_member();
    EXPECT_EQ(m.on_sync(GetParam().said), GetParam().then);
    EXPECT_EQ(m.who(), GetParam().who);
}

INSTANTIATE_TEST_SUITE_P(
    G2, on_sync,
    ::testing::Values(
        rule{broker_errc::rebalance_in_progress, {next_step::join}, as_before},
        rule{broker_errc::unknown_member_id, {next_step::lose}, nobody},
        rule{broker_errc::illegal_generation, {next_step::lose}, without_generation},
        rule{broker_errc::coordinator_not_available, {next_step::join_later, true}, as_before},
        rule{broker_errc::not_coordinator, {next_step::join_later, true}, as_before},
        rule{broker_errc::coordinator_load_in_progress, {next_step::join_later}, as_before},
        rule{broker_errc::fenced_instance_id, {next_step::stop}, as_before},
        rule{broker_errc::inconsistent_group_protocol, {next_step::stop}, as_before},
        rule{broker_errc::group_authorization_failed, {next_step::stop}, as_before}),
    name);

class on_heartbeat : public ::testing::TestWithParam<rule> {};

TEST_P(on_heartbeat, does_what_the_error_asks_for) {
    membership m = stable_member();
    EXPECT_EQ(m.on_heartbeat(GetParam().said, as_before), GetParam().then);
    EXPECT_EQ(m.who(), GetParam().who);
}

TEST_P(on_heartbeat, does_not_care_what_is_said_about_an_earlier_generation) { // G2
    membership m = stable_member();
    m.on_join(joined("m", 6, "m"));
    EXPECT_EQ(m.on_heartbeat(GetParam().said, as_before), (verdict{next_step::stay}));
    EXPECT_EQ(m.who(), (identity{"m", std::nullopt, 6}));
}

INSTANTIATE_TEST_SUITE_P(
    G2, on_heartbeat,
    ::testing::Values(
        rule{broker_errc::none, {next_step::stay}, as_before},
        rule{broker_errc::rebalance_in_progress, {next_step::rejoin}, as_before},
        rule{broker_errc::unknown_member_id, {next_step::lose}, nobody},
        rule{broker_errc::illegal_generation, {next_step::lose}, without_generation},
        rule{broker_errc::fenced_instance_id, {next_step::stop}, as_before},
        rule{broker_errc::not_coordinator, {next_step::stay, true}, as_before},
        rule{broker_errc::coordinator_not_available, {next_step::stay, true}, as_before},
        rule{broker_errc::coordinator_load_in_progress, {next_step::stay}, as_before},
        rule{broker_errc::group_authorization_failed, {next_step::stop}, as_before}),
    name);

class on_commit : public ::testing::TestWithParam<rule> {};

TEST_P(on_commit, does_what_the_error_asks_for) {
    membership m = stable_member();
    EXPECT_EQ(m.on_commit(GetParam().said, as_before), GetParam().then);
    EXPECT_EQ(m.who(), GetParam().who);
}

TEST_P(on_commit, does_not_care_what_is_said_about_an_earlier_generation) { // G2
    membership m = stable_member();
    m.on_join(joined("m", 6, "m"));
    EXPECT_EQ(m.on_commit(GetParam().said, as_before), (verdict{next_step::stay}));
}

INSTANTIATE_TEST_SUITE_P(
    G3, on_commit,
    ::testing::Values(rule{broker_errc::rebalance_in_progress, {next_step::rejoin}, as_before},
                      rule{broker_errc::unknown_member_id, {next_step::lose}, nobody},
                      rule{broker_errc::illegal_generation, {next_step::lose}, without_generation},
                      rule{broker_errc::fenced_instance_id, {next_step::stop}, as_before},
                      rule{broker_errc::coordinator_load_in_progress, {next_step::stay}, as_before},
                      rule{broker_errc::unknown_topic_or_partition, {next_step::stay}, as_before},
                      rule{broker_errc::topic_authorization_failed, {next_step::stay}, as_before},
                      rule{broker_errc::offset_metadata_too_large, {next_step::stay}, as_before}),
    name);

// KIP-429: who keeps its partitions while it joins goes on with heartbeats and commits.
TEST(membership, while_it_joins_its_generation_may_be_over) {
    membership m = stable_member();
    m.begin_join();
    for (const auto said : {broker_errc::rebalance_in_progress, broker_errc::illegal_generation}) {
        EXPECT_EQ(m.on_heartbeat(said, as_before), (verdict{next_step::stay}));
        EXPECT_EQ(m.on_commit(said, as_before), (verdict{next_step::stay}));
    }
    EXPECT_EQ(m.who(), as_before);
    EXPECT_TRUE(m.joining());
    m.on_join(joined("m", 6, "m"));
    EXPECT_TRUE(m.joining()) << "it is not told yet what it gets";
    m.on_sync(broker_errc::none);
    EXPECT_FALSE(m.joining());
}

TEST(membership, while_it_joins_it_may_be_put_out_as_ever) {
    membership m = stable_member();
    m.begin_join();
    EXPECT_EQ(m.on_heartbeat(broker_errc::unknown_member_id, as_before),
              (verdict{next_step::lose}));
    EXPECT_EQ(m.who(), nobody);
}

TEST(membership, whoever_left_is_nobody_but_keeps_its_instance_id) {
    membership m("static-1");
    m.on_join(joined("m", 5, "m"));
    m.left();
    EXPECT_EQ(m.who(), (identity{"", "static-1", -1}));
    EXPECT_FALSE(m.is_leader());
}

TEST(membership, a_session_that_ran_out_keeps_the_id) { // G2
    membership m = stable_member();
    m.session_expired();
    EXPECT_EQ(m.who(), without_generation);
}

} // namespace
} // namespace kcpp::consuming
