#include "table_fixture.hpp"
#include "take.hpp"

namespace kcpp::consuming::test {
namespace {

using namespace std::chrono_literals;

class partition_table_test : public table_fixture {};

TEST_F(partition_table_test, an_assignment_replaces_the_one_before) {
    table.assign({a0, a1}, start::by_policy);
    table.assign({a1, b0}, start::by_policy);
    EXPECT_EQ(table.assignment(), (std::vector{a1, b0}));
}

TEST_F(partition_table_test, what_stays_assigned_stays_where_it_is) {
    table.assign({a0}, start::by_policy);
    place_all(7);
    table.assign({a0, a1}, start::by_policy);
    EXPECT_EQ(table.next(a0)->offset, 7);
    EXPECT_FALSE(table.next(a1));
}

TEST_F(partition_table_test,
       a_tenure_ends_with_the_stay_and_does_not_come_back_with_the_partition) {
    table.assign({a0, a1}, start::by_policy);
    const tenures first = table.held();
    table.assign({a1}, start::by_policy);
    EXPECT_FALSE(table.holds(first));
    EXPECT_TRUE(table.holds({first[1]})) << "what stays assigned stays what it is";
    table.assign({a0, a1}, start::by_policy);
    EXPECT_FALSE(table.holds(first));
    EXPECT_TRUE(table.holds(table.held()));
}

TEST_F(partition_table_test, what_the_group_gives_comes_beside_what_is_there) {
    const tenures first = table.take_in({a0});
    EXPECT_EQ(partitions_of(table.take_in({a0, b0})), (std::vector{b0}));
    EXPECT_EQ(partitions_of(table.held()), (std::vector{a0, b0}));
    EXPECT_TRUE(table.holds(first));
}

TEST_F(partition_table_test, what_the_application_was_not_told_of_is_not_assigned) {
    const tenures given = table.take_in({a0, b0});
    EXPECT_EQ(table.assignment(), std::vector<topic_partition>());
    EXPECT_EQ(table.tenure_of(a0), nullptr);
    table.announce({given[1]});
    EXPECT_EQ(table.assignment(), (std::vector{b0}));
    EXPECT_EQ(table.tenure_of(b0), given[1]);
}

TEST_F(partition_table_test, starts_at_the_committed_offset) {
    table.assign({a0}, start::at_committed);
    auto retry = runtime::never;
    const auto asked = table.take_awaiting_committed(now, retry);
    ASSERT_EQ(asked.size(), 1u);
    EXPECT_TRUE(table.take_awaiting_committed(now, retry).empty()) << "asked twice";
    table.found_committed(asked[0], committed_offset(42, 3));
    EXPECT_EQ(*table.next(a0), (position{42, 3}));
    EXPECT_EQ(planned(), (strings{"a-0@42"}));
}

TEST_F(partition_table_test, without_a_committed_offset_it_goes_by_the_policy) {
    table.assign({a0}, start::at_committed);
    auto retry = runtime::never;
    table.found_committed(table.take_awaiting_committed(now, retry)[0], std::nullopt);
    const auto asked = unplaced();
    ASSERT_EQ(asked.size(), 1u);
    EXPECT_EQ(asked[0].timestamp, earliest_timestamp);
    EXPECT_FALSE(table.next(a0));
}

class without_policy : public table_fixture {
protected:
    without_policy() : table_fixture(std::nullopt) {}
};

TEST_F(without_policy, no_offset_is_an_error_that_is_told_once_and_stands) {
    table.assign({a0}, start::by_policy);
    EXPECT_TRUE(unplaced().empty());
    const auto told = table.take_trouble();
    ASSERT_TRUE(told);
    EXPECT_EQ(*told, client_errc::no_offset);
    EXPECT_EQ(told->topic(), "a");
    EXPECT_FALSE(table.take_trouble());
    EXPECT_TRUE(table.standing_trouble());
    ASSERT_TRUE(table.seek(a0, {3, -1}));
    EXPECT_FALSE(table.standing_trouble());
    EXPECT_EQ(planned(), (strings{"a-0@3"}));
}

TEST_F(without_policy, an_offset_out_of_range_is_an_error) { // F8
    table.assign({a0}, start::by_policy);
    ASSERT_TRUE(table.seek(a0, {3, -1}));
    table.take_trouble();
    EXPECT_TRUE(table.out_of_range(plan().targets[0]));
    EXPECT_EQ(*table.take_trouble(), client_errc::no_offset);
    EXPECT_TRUE(planned().empty());
}

TEST_F(partition_table_test, an_offset_out_of_range_is_looked_up_anew_once_nothing_waits) { // F8
    table.assign({a0}, start::by_policy);
    place_all(0);
    fetch({"x"});
    const auto next = plan().targets[0];
    EXPECT_FALSE(table.out_of_range(next));
    EXPECT_EQ(hand_out(), (strings{"a-0: x"}));
    EXPECT_FALSE(table.out_of_range(next)); // F9: only the epoch may be unknown
    EXPECT_TRUE(table.out_of_range(next));
    EXPECT_EQ(unplaced().size(), 1u);
}

TEST_F(partition_table_test, what_could_not_be_looked_up_is_asked_again_later) {
    table.assign({a0}, start::by_policy);
    table.ask_again(unplaced()[0], now + 1s);
    auto retry = runtime::never;
    EXPECT_TRUE(table.take_awaiting_offset(now, retry).empty());
    EXPECT_EQ(retry, now + 1s);
    EXPECT_EQ(table.take_awaiting_offset(now + 1s, retry).size(), 1u);
}

TEST_F(partition_table_test, an_answer_that_comes_after_a_seek_is_void) {
    table.assign({a0}, start::by_policy);
    const auto asked = unplaced()[0];
    ASSERT_TRUE(table.seek(a0, {9, -1}));
    table.found(asked, {0, -1});
    table.ask_again(asked, now + 1h);
    EXPECT_EQ(table.next(a0)->offset, 9);
    EXPECT_EQ(planned(), (strings{"a-0@9"}));
}

TEST_F(partition_table_test, a_fetch_goes_on_behind_the_last_one) {
    table.assign({a0}, start::by_policy);
    place_all(10);
    fetch({"x", "y"});
    EXPECT_EQ(planned(), (strings{"a-0@12"}));
    EXPECT_EQ(table.next(a0)->offset, 10);
    EXPECT_EQ(hand_out(), (strings{"a-0: x y"}));
    EXPECT_EQ(table.next(a0)->offset, 12);
}

TEST_F(partition_table_test, what_comes_twice_is_taken_once) { // F4
    table.assign({a0}, start::by_policy);
    place_all(0);
    const auto target = plan().targets[0];
    EXPECT_TRUE(arrive(target, {"x"}));
    EXPECT_FALSE(arrive(target, {"x"}));
    EXPECT_EQ(hand_out(), (strings{"a-0: x"}));
}

TEST_F(partition_table_test, who_brought_something_goes_to_the_end) { // F2
    table.assign({a0, a1, b0}, start::by_policy);
    place_all(0);
    const auto chosen = plan();
    ASSERT_EQ(planned(), (strings{"a-0@0", "a-1@0", "b-0@0"}));
    arrive(chosen.targets[0], {"x"});
    EXPECT_EQ(planned(), (strings{"a-1@0", "b-0@0", "a-0@1"}));
}

TEST_F(partition_table_test, enough_of_a_partition_waits_and_it_is_left_out) {
    table.assign({a0, a1}, start::by_policy);
    place_all(0);
    arrive(plan().targets[0], {std::string(1000, 'x')});
    const auto chosen = plan();
    ASSERT_EQ(chosen.targets.size(), 1u);
    EXPECT_EQ(*chosen.targets[0].place, a1);
    EXPECT_TRUE(chosen.left_out);
    hand_out();
    EXPECT_FALSE(plan().left_out);
}

TEST_F(partition_table_test, only_the_leader_is_asked) {
    table.assign({a0}, start::by_policy);
    place_all(0);
    EXPECT_TRUE(plan(2).targets.empty());
    EXPECT_EQ(table.where_to_read(now).nodes, (std::set<std::int32_t>{1}));
    EXPECT_TRUE(table.reads_from(1, now));
    EXPECT_FALSE(table.reads_from(2, now));
}

TEST_F(partition_table_test, a_nearer_replica_is_read_from_for_a_while) { // F7, KIP-392
    known.brokers[2];
    table.assign({a0, a1}, start::by_policy);
    place_all(0);
    EXPECT_TRUE(table.read_from_replica(plan().targets[0], 2, now + 5min));
    EXPECT_EQ(planned(), (strings{"a-1@0"}));
    ASSERT_EQ(plan(2).targets.size(), 1u);
    EXPECT_TRUE(plan(2).targets[0].off_leader);
    EXPECT_EQ(table.where_to_read(now).nodes, (std::set<std::int32_t>{1, 2}));
    now += 5min;
    EXPECT_FALSE(table.reads_from(2, now));
    EXPECT_EQ(planned(), (strings{"a-0@0", "a-1@0"}));
}

TEST_F(partition_table_test, a_replica_that_nobody_knows_is_not_read_from) { // F7
    table.assign({a0}, start::by_policy);
    place_all(0);
    EXPECT_FALSE(table.read_from_replica(plan().targets[0], 2, now + 5min));
    EXPECT_EQ(planned(), (strings{"a-0@0"}));
}

TEST_F(partition_table_test, what_failed_at_a_replica_is_left_to_the_leader_alone) { // F7
    known.brokers[2];
    table.assign({a0}, start::by_policy);
    place_all(0);
    EXPECT_FALSE(plan().from_leader_only);
    table.read_from_replica(plan().targets[0], 2, now + 5min);
    table.leave_replica(plan(2).targets[0], now + 10s);
    EXPECT_EQ(planned(), (strings{"a-0@0"}));
    EXPECT_TRUE(plan().from_leader_only);
    now += 10s;
    EXPECT_FALSE(plan().from_leader_only);
}

TEST_F(partition_table_test, a_new_leader_or_the_end_of_the_replica_ends_its_turn) { // F7
    for (const bool leader_moves : {true, false}) {
        know({{"a", 2}});
        known.brokers[2], known.brokers[3];
        table.clear();
        table.assign({a0}, start::by_policy);
        place_all(0);
        table.read_from_replica(plan().targets[0], 2, now + 5min);
        ASSERT_EQ(plan(2).targets.size(), 1u);
        auto changed = *known.find("a");
        if (leader_moves)
            changed.partitions[0].leader = 3, changed.partitions[0].leader_epoch = 5;
        else
            known.brokers.erase(2);
        known.topics["a"] = std::make_shared<const cluster::topic>(changed);
        EXPECT_EQ(plan(leader_moves ? 3 : 1).targets.size(), 1u);
        EXPECT_EQ(plan(2).targets.size(), 0u);
    }
}

TEST_F(partition_table_test, a_fetch_says_the_epoch_of_what_was_fetched_before) { // F9, KIP-320
    table.assign({a0}, start::by_policy);
    place_all(0);
    EXPECT_EQ(plan().targets[0].from, (position{0, -1}));
    fetch({"x"});
    EXPECT_EQ(plan().targets[0].from, (position{1, epoch_of_data}));
}

TEST_F(partition_table_test, a_log_that_was_cut_off_is_read_from_there_once_nothing_waits) { // F9
    table.assign({a0}, start::by_policy);
    place_all(0);
    fetch({"x", "y", "z"});
    const auto target = plan().targets[0];
    EXPECT_FALSE(table.cut_off(target, {1, 2}));
    EXPECT_EQ(hand_out(), (strings{"a-0: x y z"}));
    EXPECT_TRUE(table.cut_off(target, {1, 2}));
    EXPECT_EQ(plan().targets[0].from, (position{1, 2}));
    EXPECT_EQ(table.next(a0), (position{1, 2}));
}

TEST_F(partition_table_test, a_cut_behind_the_position_moves_nothing) { // F9
    table.assign({a0}, start::by_policy);
    place_all(5);
    EXPECT_TRUE(table.cut_off(plan().targets[0], {9, 2}));
    EXPECT_EQ(planned(), (strings{"a-0@5"}));
}

TEST_F(without_policy, a_log_that_was_cut_off_is_an_error) { // F9
    table.assign({a0}, start::by_policy);
    ASSERT_TRUE(table.seek(a0, {7, -1}));
    EXPECT_TRUE(table.cut_off(plan().targets[0], {4, 2}));
    EXPECT_TRUE(*table.take_trouble() == client_errc::log_truncated);
    EXPECT_TRUE(planned().empty());
    ASSERT_TRUE(table.seek(a0, {4, -1}));
    EXPECT_FALSE(table.standing_trouble());
    EXPECT_EQ(planned(), (strings{"a-0@4"}));
}

TEST_F(partition_table_test, an_offset_out_of_range_may_only_be_an_epoch_not_known) { // F9
    table.assign({a0}, start::by_policy);
    ASSERT_TRUE(table.seek(a0, {7, 99}));
    EXPECT_FALSE(table.out_of_range(plan().targets[0]));
    EXPECT_EQ(plan().targets[0].from, (position{7, -1}));
    EXPECT_TRUE(table.out_of_range(plan().targets[0]));
    EXPECT_EQ(unplaced().size(), 1u);
}

TEST_F(partition_table_test, a_partition_without_a_leader_is_told) {
    table.assign({a0, {"missing", 0}, {"a", 7}}, start::by_policy);
    place_all(0);
    route();
    EXPECT_EQ(table.where_to_read(now).leaderless.size(), 2u);
}

TEST_F(partition_table_test, a_partition_that_failed_is_asked_again_later) {
    table.assign({a0}, start::by_policy);
    place_all(0);
    table.failed(plan().targets[0], now + 1s);
    EXPECT_TRUE(planned().empty());
    EXPECT_EQ(plan().next, now + 1s);
    now += 1s;
    EXPECT_EQ(planned().size(), 1u);
}

TEST_F(partition_table_test, data_for_an_earlier_position_is_discarded) { // F4
    table.assign({a0}, start::by_policy);
    place_all(0);
    const auto old = plan().targets[0];
    ASSERT_TRUE(table.seek(a0, {5, -1}));
    EXPECT_FALSE(arrive(old, {"x"}));
    table.clear();
    EXPECT_FALSE(arrive(old, {"x"}));
    EXPECT_TRUE(hand_out().empty());
}

TEST_F(partition_table_test, a_seek_drops_what_waits) { // F4
    table.assign({a0}, start::by_policy);
    place_all(0);
    fetch({"x", "y"});
    ASSERT_TRUE(table.seek(a0, {1, -1}));
    EXPECT_TRUE(hand_out().empty());
    EXPECT_FALSE(table.holds_data());
    EXPECT_EQ(planned(), (strings{"a-0@1"}));
}

TEST_F(partition_table_test, paused_partitions_are_neither_fetched_nor_handed_out_but_kept) {
    table.assign({a0, a1}, start::by_policy);
    place_all(0);
    fetch({"x"});
    ASSERT_TRUE(table.pause(a0));
    EXPECT_EQ(planned(), (strings{"a-1@1"}));
    EXPECT_EQ(hand_out(), (strings{"a-1: x"}));
    ASSERT_TRUE(table.resume(a0));
    EXPECT_EQ(hand_out(), (strings{"a-0: x"}));
}

TEST_F(partition_table_test, what_waits_of_paused_partitions_can_be_dropped_and_comes_again) {
    table.assign({a0}, start::by_policy);
    place_all(0);
    fetch({"x", "y"});
    ASSERT_TRUE(table.pause(a0));
    table.drop_paused();
    EXPECT_FALSE(table.holds_data());
    ASSERT_TRUE(table.resume(a0));
    EXPECT_EQ(planned(), (strings{"a-0@0"}));
}

TEST_F(partition_table_test, what_waits_behind_what_is_in_hand_is_not_dropped) {
    // How far the application is within what it has in hand is known when it comes back, not
    // before.
    table.assign({a0}, start::by_policy);
    place_all(0);
    fetch({"x", "y"});
    fetch({"z"});
    auto in_hand = table.take();
    ASSERT_EQ(in_hand->next(), fetched::step::record);
    in_hand->complete();
    ASSERT_TRUE(table.pause(a0));
    table.drop_paused();
    EXPECT_TRUE(table.is_current(*in_hand));
    table.advance(*in_hand);
    table.put_back(std::move(in_hand));
    EXPECT_TRUE(table.holds_data());
    table.drop_paused();
    EXPECT_FALSE(table.holds_data());
    ASSERT_TRUE(table.resume(a0));
    EXPECT_EQ(planned(), (strings{"a-0@1"}));
}

TEST_F(partition_table_test, giving_up_leaves_what_was_assigned_since) {
    const tenures old = table.take_in({a0, a1});
    table.clear();
    table.take_in({a0});
    table.give_up(old);
    EXPECT_EQ(partitions_of(table.held()), (std::vector{a0}));
}

TEST_F(partition_table_test, what_the_group_gives_is_fetched_and_handed_out_once_released) {
    const tenures before = table.take_in({a0});
    table.clear();
    const tenures given = table.take_in({a0});
    for (const auto& asked : uncommitted())
        table.found_committed(asked, committed_offset(0));
    fetch({"x"});
    table.announce(given);
    EXPECT_TRUE(hand_out().empty());
    table.release(before);
    EXPECT_TRUE(hand_out().empty());
    table.release(given);
    EXPECT_EQ(hand_out(), (strings{"a-0: x"}));
}

TEST_F(partition_table_test, what_is_done_in_an_earlier_tenure_does_not_count) {
    const tenures old = table.take_in({a0});
    table.clear();
    const tenures given = table.take_in({a0});
    table.done(old[0], {7, -1});
    EXPECT_TRUE(table.uncommitted_done().next.empty());
    table.done(given[0], {8, -1});
    const progress made = table.uncommitted_done();
    EXPECT_EQ(made.next, (offsets{{a0, {8}}}));
    EXPECT_EQ(made.during, given);
    table.committed({made.next, old});
    EXPECT_EQ(table.uncommitted_done().next, made.next);
    table.committed(made);
    EXPECT_TRUE(table.uncommitted_done().next.empty());
}

TEST_F(partition_table_test, what_is_put_back_comes_first) {
    table.assign({a0, a1}, start::by_policy);
    place_all(0);
    fetch({"x", "y"});
    auto in_hand = table.take();
    ASSERT_EQ(in_hand->next(), fetched::step::record);
    in_hand->complete();
    table.advance(*in_hand);
    table.put_back(std::move(in_hand));
    EXPECT_EQ(hand_out(), (strings{"a-0: y", "a-1: x y"}));
}

TEST_F(partition_table_test, what_cannot_be_read_is_fetched_again_from_the_position) {
    table.assign({a0}, start::by_policy);
    place_all(0);
    fetch({"x", "y"});
    auto in_hand = table.take();
    ASSERT_EQ(in_hand->next(), fetched::step::record);
    in_hand->complete();
    table.advance(*in_hand);
    table.refetch(std::move(in_hand), now + 1s);
    EXPECT_TRUE(planned().empty());
    now += 1s;
    EXPECT_EQ(planned(), (strings{"a-0@1"}));
}

TEST_F(partition_table_test, what_is_in_hand_is_void_after_a_seek_and_after_a_loss) {
    table.assign({a0}, start::by_policy);
    place_all(0);
    fetch({"x"});
    auto in_hand = table.take();
    EXPECT_TRUE(table.is_current(*in_hand));
    ASSERT_TRUE(table.seek(a0, {0, -1}));
    EXPECT_FALSE(table.is_current(*in_hand));
    in_hand->next();
    in_hand->complete();
    table.advance(*in_hand);
    EXPECT_EQ(table.next(a0)->offset, 0);
}

TEST_F(partition_table_test, lag_counts_to_the_end_known_from_the_last_fetch) { // F12
    table.assign({a0}, start::by_policy);
    place_all(10);
    EXPECT_FALSE(table.lag(a0, isolation_level::read_uncommitted));
    table.caught_up(plan().targets[0], {25, 20});
    EXPECT_EQ(table.lag(a0, isolation_level::read_uncommitted), 15);
    EXPECT_EQ(table.lag(a0, isolation_level::read_committed), 10);
}

TEST_F(partition_table_test, trouble_is_over_when_data_comes) {
    table.assign({a0}, start::by_policy);
    place_all(0);
    const auto target = plan().targets[0];
    table.trouble(a0, target.version, error(broker_errc::topic_authorization_failed, "no"));
    EXPECT_TRUE(table.take_trouble());
    table.trouble(a0, target.version, error(broker_errc::topic_authorization_failed, "still no"));
    EXPECT_FALSE(table.take_trouble()) << "the same again is no news";
    arrive(target, {"x"});
    EXPECT_FALSE(table.standing_trouble());
}

TEST_F(partition_table_test, what_is_done_is_open_until_it_is_committed) {
    table.assign({a0, a1}, start::by_policy);
    place_all(0);
    const auto read = plan().targets[0].place;
    table.done(read, {5, 2});
    table.done(std::make_shared<const topic_partition>(a1), {5, 2}); // of an earlier stay
    EXPECT_EQ(table.uncommitted_done().next, (offsets{{a0, {5, 2}}}));
    table.committed({{{a0, {5, 2}}}, {}});
    EXPECT_TRUE(table.uncommitted_done().next.empty());
    table.assign({a0}, start::by_policy);
    table.done(read, {6, 2});
    EXPECT_EQ(table.uncommitted_done().next, (offsets{{a0, {6, 2}}})) << "it has stayed";
}

TEST_F(partition_table_test, only_what_was_handed_out_or_sought_has_a_position_to_commit) {
    table.assign({a0, a1, b0}, start::by_policy);
    place_all(3);
    EXPECT_TRUE(table.handed_out_positions().next.empty());
    fetch({"x"});
    auto in_hand = table.take();
    take(*in_hand, 1);
    table.advance(*in_hand);
    ASSERT_TRUE(table.seek(b0, {8, -1}));
    EXPECT_EQ(table.handed_out_positions().next, (offsets{{a0, {4, 3}}, {b0, {8, -1}}}));
    table.committed({{{a0, {4, 3}}}, {}});
    EXPECT_EQ(table.uncommitted(), (offsets{{b0, {8, -1}}}));
}

TEST_F(partition_table_test, what_is_not_assigned_is_an_error) {
    EXPECT_EQ(table.seek(a0, {0, -1}).error(), client_errc::wrong_state);
    EXPECT_EQ(table.seek_to(a0, latest_timestamp).error(), client_errc::wrong_state);
    EXPECT_EQ(table.pause(a0).error(), client_errc::wrong_state);
    EXPECT_EQ(table.resume(a0).error(), client_errc::wrong_state);
    EXPECT_FALSE(table.next(a0));
}

TEST_F(partition_table_test, a_plan_holds_until_it_would_be_another) {
    table.assign({a0, a1, b0}, start::by_policy);
    place_all(7);
    auto made = plan();
    const fetch_target target = made.targets.at(0);
    const auto expect_new_plan_after = [&](const char* what, const auto& happens) {
        SCOPED_TRACE(what);
        made = table.plan(1, now);
        EXPECT_TRUE(table.still_holds(made, now));
        happens();
        EXPECT_FALSE(table.still_holds(made, now));
    };
    EXPECT_FALSE(table.still_holds(fetch_plan(), now));
    expect_new_plan_after("data", [&] { arrive(target, {"x"}); });
    expect_new_plan_after("taken", [&] { hand_out(); });
    expect_new_plan_after("seek", [&] { table.seek(a0, {3, -1}).value(); });
    expect_new_plan_after("seek to a time", [&] { table.seek_to(a1, 5).value(); });
    expect_new_plan_after("found", [&] { place_all(9); });
    expect_new_plan_after("paused", [&] { table.pause(b0).value(); });
    expect_new_plan_after("resumed", [&] { table.resume(b0).value(); });
    expect_new_plan_after("nearer", [&] {
        EXPECT_TRUE(table.read_from_replica(made.targets.at(0), 1, runtime::never));
    });
    expect_new_plan_after("not nearer", [&] { table.leave_replica(made.targets.at(0), now); });
    expect_new_plan_after("failed", [&] { table.failed(made.targets.at(0), runtime::never); });
    expect_new_plan_after("leaders", [&] { route(); });
    expect_new_plan_after("less", [&] { table.assign({a0, b0}, start::by_policy); });
    expect_new_plan_after("more", [&] { table.take_in({a1}); });
    expect_new_plan_after("given up", [&] { table.give_up(table.held()); });
}

TEST_F(partition_table_test, a_plan_holds_until_a_pause_is_over) {
    table.assign({a0, a1}, start::by_policy);
    place_all(7);
    table.failed(plan().targets.at(0), now + 5s);
    const auto made = table.plan(1, now);
    EXPECT_EQ(made.targets.size(), 1u);
    EXPECT_TRUE(table.still_holds(made, now + 4s));
    EXPECT_FALSE(table.still_holds(made, now + 5s));
}

} // namespace
} // namespace kcpp::consuming::test
