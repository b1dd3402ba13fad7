#include "protocol/codec.hpp"
#include "protocol/consumer_protocol.hpp"
#include "testing/model/classic_group.hpp"

#include <gtest/gtest.h>

using namespace kcpp::testing;
using namespace std::chrono_literals;
using kcpp::broker_errc;

namespace {

using join_slot = answer_slot<join_answer>;
using sync_slot = answer_slot<sync_answer>;

group_bytes text(std::string_view s) {
    group_bytes b;
    for (const char c : s)
        b.push_back(static_cast<std::byte>(c));
    return b;
}

/// A group and a clock that stands still unless moved.
struct classic : ::testing::Test {
    classic_group group{
        {.min_session_timeout = 1s, .max_session_timeout = 60s, .initial_rebalance_delay = 0ms}};
    time_point now{};

    static join_call call(std::string id, std::string metadata = "m") {
        join_call c;
        c.fresh_member_id = "fresh-" + id;
        c.member_id = std::move(id);
        c.session_timeout = 10s;
        c.rebalance_timeout = 30s;
        c.protocol_type = "consumer";
        c.protocols = {{"range", text(metadata)}, {"roundrobin", text(metadata)}};
        return c;
    }
    join_slot join(const join_call& c) {
        auto slot = std::make_shared<std::optional<join_answer>>();
        group.join(c, slot, now);
        return slot;
    }
    /// Enters the group under the id that it makes for `name`.
    join_slot enter(const std::string& name) {
        join_call c = call("");
        c.fresh_member_id = name;
        return join(c);
    }
    sync_slot sync(std::string id, std::map<std::string, group_bytes> assignments = {}) {
        auto slot = std::make_shared<std::optional<sync_answer>>();
        sync_call c;
        c.who = {std::move(id), {}, group.generation()};
        c.assignments = std::move(assignments);
        group.sync(c, slot, now);
        return slot;
    }
    broker_errc beat(std::string id) {
        return group.heartbeat({std::move(id), {}, group.generation()}, now);
    }
    void pass(std::chrono::milliseconds time) { group.advance(now += time); }

    /// A stable group of "a", which leads, and "b".
    void make_stable_pair() {
        enter("a");
        const auto b = enter("b");
        join(call("a"));
        ASSERT_TRUE(*b);
        sync("b");
        sync("a", {{"a", text("A")}, {"b", text("B")}});
        ASSERT_EQ(group.state(), group_state::stable);
    }
};

} // namespace

TEST_F(classic, a_member_must_come_back_with_the_id_it_is_given) { // KIP-394, G1
    join_call c = call("");
    c.known_id_required = true;
    const auto first = join(c);
    ASSERT_TRUE(*first);
    EXPECT_EQ((*first)->error, broker_errc::member_id_required);
    EXPECT_TRUE(group.members().empty());
    const auto second = join(call((*first)->member_id));
    ASSERT_TRUE(*second);
    EXPECT_EQ((*second)->error, broker_errc::none);
    EXPECT_EQ((*second)->generation, 1);
}

TEST_F(classic, an_id_that_nobody_gave_out_is_unknown) {
    EXPECT_EQ((*join(call("x")))->error, broker_errc::unknown_member_id);
}

TEST_F(classic, the_leader_alone_sees_the_members) {
    const auto a1 = enter("a");
    ASSERT_TRUE(*a1);
    EXPECT_EQ((*a1)->leader, "a");
    const auto b = enter("b");
    EXPECT_FALSE(*b);
    EXPECT_EQ(beat("a"), broker_errc::rebalance_in_progress);
    const auto a2 = join(call("a"));
    ASSERT_TRUE(*a2 && *b);
    EXPECT_EQ((*a2)->generation, 2);
    EXPECT_EQ((*b)->generation, 2);
    EXPECT_EQ((*a2)->members.size(), 2u);
    EXPECT_TRUE((*b)->members.empty());
    EXPECT_EQ((*b)->leader, "a");
}

TEST_F(classic, assignments_come_when_the_leader_hands_them_out) {
    enter("a");
    const auto b = enter("b");
    join(call("a"));
    const auto early = sync("b");
    EXPECT_FALSE(*early);
    const auto own = sync("a", {{"a", text("A")}, {"b", text("B")}});
    ASSERT_TRUE(*early && *own);
    EXPECT_EQ((*early)->assignment, text("B"));
    EXPECT_EQ((*own)->assignment, text("A"));
    EXPECT_EQ(*(*own)->protocol, "range");
    EXPECT_EQ((*sync("b"))->assignment, text("B")); // asked again, because the answer got lost
}

TEST_F(classic, a_silent_member_is_out_when_its_session_ends) {
    make_stable_pair();
    pass(9s);
    EXPECT_EQ(beat("a"), broker_errc::none);
    pass(1s);
    EXPECT_EQ(group.members().size(), 1u);
    EXPECT_EQ(beat("a"), broker_errc::rebalance_in_progress);
    EXPECT_EQ(beat("b"), broker_errc::unknown_member_id);
    const auto a = join(call("a"));
    ASSERT_TRUE(*a);
    EXPECT_EQ((*a)->generation, 3);
}

TEST_F(classic, a_rebalance_goes_on_without_those_who_are_late) {
    make_stable_pair();
    const auto c = enter("c");
    for (int i = 0; i < 5; ++i) {
        pass(5s);
        EXPECT_EQ(beat("a"), broker_errc::rebalance_in_progress); // alive, but it doesn't join
        EXPECT_EQ(beat("b"), broker_errc::rebalance_in_progress);
        EXPECT_FALSE(*c);
    }
    pass(5s);
    ASSERT_TRUE(*c);
    EXPECT_EQ((*c)->leader, "c");
    EXPECT_EQ(group.members().size(), 1u);
}

TEST_F(classic, who_waits_for_an_answer_is_alive) {
    make_stable_pair();
    const auto b = join(call("b", "changed"));
    for (int i = 0; i < 2; ++i) {
        pass(9s);
        EXPECT_EQ(beat("a"), broker_errc::rebalance_in_progress);
    }
    join(call("a"));
    ASSERT_TRUE(*b);
    EXPECT_EQ((*b)->error, broker_errc::none);
}

TEST_F(classic, who_never_fetches_its_assignment_is_out) {
    enter("a");
    enter("b");
    join(call("a"));
    sync("a", {});
    for (int i = 0; i < 5; ++i) {
        pass(6s);
        beat("a");
        beat("b");
    }
    EXPECT_EQ(group.members().size(), 1u);
    EXPECT_EQ(group.state(), group_state::preparing_rebalance);
}

TEST_F(classic, joining_again_unchanged_does_not_disturb_but_the_leader_may) {
    make_stable_pair();
    const auto b = join(call("b"));
    ASSERT_TRUE(*b);
    EXPECT_EQ((*b)->generation, group.generation());
    EXPECT_EQ(group.state(), group_state::stable);
    join(call("a"));
    EXPECT_EQ(group.state(), group_state::preparing_rebalance);
}

TEST_F(classic, a_rebalance_sends_those_who_sync_back_to_join) {
    enter("a");
    enter("b");
    join(call("a"));
    const auto b = sync("b");
    enter("c");
    ASSERT_TRUE(*b);
    EXPECT_EQ((*b)->error, broker_errc::rebalance_in_progress);
}

TEST_F(classic, leaving_starts_a_rebalance_and_the_last_one_empties_the_group) {
    make_stable_pair();
    EXPECT_EQ(group.leave({"b", {}, -1}, now), broker_errc::none);
    EXPECT_EQ(group.leave({"b", {}, -1}, now), broker_errc::unknown_member_id);
    EXPECT_EQ(group.state(), group_state::preparing_rebalance);
    EXPECT_EQ(group.leave({"a", {}, -1}, now), broker_errc::none);
    EXPECT_EQ(group.state(), group_state::empty);
    EXPECT_EQ(group.generation(), 3);
}

TEST_F(classic, generations_are_checked) { // G2
    make_stable_pair();
    EXPECT_EQ(group.heartbeat({"a", {}, 1}, now), broker_errc::illegal_generation);
    EXPECT_EQ(group.check_commit({"a", {}, 1}, now), broker_errc::illegal_generation);
    EXPECT_EQ(group.check_commit({"a", {}, 2}, now), broker_errc::none);
    EXPECT_EQ(group.check_commit({"x", {}, 2}, now), broker_errc::unknown_member_id);
    EXPECT_EQ(group.check_commit({"", {}, -1}, now), broker_errc::unknown_member_id); // an outsider
}

TEST_F(classic, outsiders_may_commit_while_the_group_is_empty) {
    EXPECT_EQ(group.check_commit({"", {}, -1}, now), broker_errc::none);
}

TEST_F(classic, no_commit_between_join_and_sync) {
    enter("a");
    EXPECT_EQ(group.check_commit({"a", {}, 1}, now), broker_errc::rebalance_in_progress);
}

TEST_F(classic, protocols_must_have_something_in_common) {
    enter("a");
    join_call other = call("");
    other.protocols = {{"sticky", text("m")}};
    EXPECT_EQ((*join(other))->error, broker_errc::inconsistent_group_protocol);
    join_call connect = call("");
    connect.protocol_type = "connect";
    EXPECT_EQ((*join(connect))->error, broker_errc::inconsistent_group_protocol);
}

TEST_F(classic, members_vote_for_a_protocol_that_all_speak) {
    join_call a = call(""), b = call("");
    a.fresh_member_id = "a";
    a.protocols = {{"sticky", text("m")}, {"range", text("m")}};
    b.fresh_member_id = "b";
    b.protocols = {{"range", text("m")}};
    join(a);
    const auto answer = join(b);
    a.member_id = "a";
    join(a);
    ASSERT_TRUE(*answer);
    EXPECT_EQ(*(*answer)->protocol, "range");
}

TEST_F(classic, session_timeouts_have_bounds) {
    join_call c = call("");
    c.session_timeout = 999ms;
    EXPECT_EQ((*join(c))->error, broker_errc::invalid_session_timeout);
    c.session_timeout = 61s;
    EXPECT_EQ((*join(c))->error, broker_errc::invalid_session_timeout);
}

TEST_F(classic, a_static_member_takes_its_place_again) { // KIP-345
    join_call c = call("");
    c.instance_id = "i";
    c.fresh_member_id = "i-1";
    c.can_skip_assignment = true;
    join(c);
    sync("i-1", {{"i-1", text("A")}});
    c.fresh_member_id = "i-2";
    const auto back = join(c);
    ASSERT_TRUE(*back);
    EXPECT_EQ((*back)->member_id, "i-2");
    EXPECT_EQ((*back)->generation, 1);
    EXPECT_TRUE((*back)->skip_assignment); // KIP-814
    EXPECT_EQ(group.heartbeat({"i-1", "i", 1}, now), broker_errc::fenced_instance_id);
    EXPECT_EQ(group.heartbeat({"i-2", "i", 1}, now), broker_errc::none);
    EXPECT_EQ((*sync("i-2"))->assignment, text("A"));
}

TEST_F(classic, a_leader_that_cannot_be_told_to_skip_is_told_that_another_leads) { // KIP-814
    join_call c = call("");
    c.instance_id = "i";
    c.fresh_member_id = "i-1";
    join(c);
    sync("i-1", {{"i-1", text("A")}});
    c.fresh_member_id = "i-2";
    const auto back = join(c);
    ASSERT_TRUE(*back);
    EXPECT_EQ((*back)->leader, "i-1");
    EXPECT_TRUE((*back)->members.empty());
    EXPECT_FALSE((*back)->skip_assignment);
    EXPECT_EQ(group.state(), group_state::stable);
}

TEST_F(classic, a_static_member_with_another_subscription_waits_for_the_leader_to_look) {
    join_call c = call("");
    c.instance_id = "i";
    c.fresh_member_id = "i-1";
    join(c);
    sync("i-1", {});
    c.fresh_member_id = "i-2";
    c.protocols = {{"range", text("changed")}};
    EXPECT_TRUE(*join(c)); // as long as the chosen protocol stays, Kafka does not rebalance
    c.fresh_member_id = "i-3";
    c.protocols = {{"roundrobin", text("m")}};
    EXPECT_EQ((*join(c))->error, broker_errc::inconsistent_group_protocol);
}

TEST_F(classic, a_static_member_that_comes_back_between_join_and_sync_starts_a_rebalance) {
    join_call c = call("");
    c.instance_id = "i";
    c.fresh_member_id = "i-1";
    join(c);
    c.fresh_member_id = "i-2";
    const auto back = join(c);
    ASSERT_TRUE(*back);
    EXPECT_EQ((*back)->generation, 2);
}

TEST_F(classic, absent_static_members_alone_make_no_generation) {
    join_call c = call("");
    c.instance_id = "i";
    c.fresh_member_id = "i-1";
    c.session_timeout = 50s;
    join(c);
    const auto b = enter("b");
    sync("i-1", {});
    pass(1s);
    EXPECT_EQ(group.leave({"b", {}, -1}, now), broker_errc::none);
    ASSERT_TRUE(*b);
    EXPECT_EQ((*b)->error, broker_errc::unknown_member_id);
    EXPECT_EQ((*b)->member_id, "");
    pass(40s); // more than the rebalance timeout
    EXPECT_EQ(group.state(), group_state::preparing_rebalance);
    EXPECT_EQ(group.generation(), 1);
    pass(10s); // its session is over, too
    EXPECT_EQ(group.state(), group_state::empty);
    EXPECT_EQ(group.generation(), 2);
}

TEST_F(classic, a_static_member_can_be_removed_by_its_name) {
    join_call c = call("");
    c.instance_id = "i";
    c.fresh_member_id = "i-1";
    join(c);
    EXPECT_EQ(group.leave({"", "i", -1}, now), broker_errc::none);
    EXPECT_TRUE(group.members().empty());
}

TEST_F(classic, the_first_rebalance_can_wait_for_more_members) {
    group = classic_group(
        {.min_session_timeout = 1s, .max_session_timeout = 60s, .initial_rebalance_delay = 3s});
    const auto a = enter("a");
    pass(2s);
    const auto b = enter("b");
    pass(2s); // at the end of the delay it began anew, because of b
    EXPECT_FALSE(*a);
    pass(1999ms);
    EXPECT_FALSE(*a);
    pass(1ms);
    ASSERT_TRUE(*a && *b);
    EXPECT_EQ((*a)->generation, 1);
    EXPECT_EQ((*a)->members.size(), 2u);
}

TEST_F(classic, the_first_rebalance_does_not_wait_for_ever) {
    group = classic_group(
        {.min_session_timeout = 1s, .max_session_timeout = 60s, .initial_rebalance_delay = 3s});
    const auto first = enter("m0"); // rebalance timeout: 30 s
    for (int i = 1; i <= 15; ++i) {
        EXPECT_FALSE(*first) << i;
        pass(2s);
        enter(std::string("m").append(std::to_string(i)));
    }
    EXPECT_TRUE(*first);
}

TEST_F(classic, a_rebalance_waits_for_those_who_were_given_an_id) {
    make_stable_pair();
    join_call c = call("");
    c.known_id_required = true;
    join(c);
    enter("d");
    join(call("b"));
    const auto a = join(call("a"));
    EXPECT_FALSE(*a); // all are here but the one that never came back
    pass(10s);
    ASSERT_TRUE(*a);
    EXPECT_EQ((*a)->generation, 3);
}

TEST_F(classic, the_first_rebalance_waits_for_time_only) {
    join_call c = call("");
    c.known_id_required = true;
    join(c);
    const auto a = enter("a");
    ASSERT_TRUE(*a);
    EXPECT_EQ((*a)->generation, 1);
    EXPECT_FALSE(*join(call("fresh-"))); // the next rebalance is for both
    EXPECT_EQ(group.state(), group_state::preparing_rebalance);
}

TEST_F(classic, a_new_member_that_waits_too_long_is_gone) {
    make_stable_pair();
    join_call slow = call("b", "changed");
    slow.rebalance_timeout = 600s;
    join(slow);
    const auto c = enter("c");
    for (int i = 0; i < 60; ++i) {
        EXPECT_FALSE(*c) << i;
        pass(5s);
        EXPECT_EQ(beat("a"), broker_errc::rebalance_in_progress);
    }
    ASSERT_TRUE(*c); // after five minutes
    EXPECT_EQ((*c)->error, broker_errc::unknown_member_id);
}

TEST_F(classic, members_that_wait_for_a_slow_leader_are_alive) {
    enter("a");
    enter("b");
    join(call("a"));
    const auto b = sync("b");
    pass(9s);
    EXPECT_EQ(beat("a"), broker_errc::none);
    pass(9s);
    sync("a", {{"b", text("B")}});
    ASSERT_TRUE(*b);
    EXPECT_EQ((*b)->assignment, text("B"));
    pass(9s);
    EXPECT_EQ(beat("b"), broker_errc::none); // its session began with the answer
}

TEST_F(classic, subscriptions_are_read_from_metadata) {
    kcpp::protocol::consumer_protocol::subscription s;
    s.topics = {"orders"};
    kcpp::wire::writer out;
    out.integer(std::int16_t{1});
    kcpp::protocol::encode(out, s, 1);
    join_call c = call("");
    c.protocols = {{"range", group_bytes(out.bytes().begin(), out.bytes().end())}};
    join(c);
    EXPECT_TRUE(group.subscribes_to("orders"));
    EXPECT_FALSE(group.subscribes_to("payments"));
}
