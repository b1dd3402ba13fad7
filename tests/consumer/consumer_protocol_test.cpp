// Members under the consumer protocol: the coordinator shares out, each member follows at its own
// pace. (G8 to G14, KIP-848)

#include "consumer_world.hpp"

#include <memory>

namespace kcpp::consuming::test {
namespace {

class consumer_protocol : public consumer_world {
protected:
    static consumer_options next(std::string instance = {}) {
        auto options = in_group("g", group_protocol::consumer);
        options.group_instance_id = std::move(instance);
        return options;
    }
    const testing::consumer_group& group() {
        return world.brokers->state.make_group("g").consumers;
    }
    bool is_stable(std::size_t members) {
        return group().members().size() == members && group().state_name() == std::string("Stable");
    }
    static std::size_t owned(const std::vector<consumer*>& all) {
        std::size_t sum = 0;
        for (const consumer* c : all)
            sum += c->assignment().size();
        return sum;
    }
    void settle(const std::vector<consumer*>& all, std::size_t partitions = 3) {
        poll_until(all, [&] { return is_stable(all.size()) && owned(all) == partitions; });
    }
};

TEST_F(consumer_protocol, a_single_member_reads_everything) {
    produce_numbered(10);
    consumer c(shared, next());
    c.subscribe({"t"});
    EXPECT_EQ(sorted(read(c, 30)), numbered(10));
    EXPECT_EQ(world.requests(api::join_group), 0);
}

TEST_F(consumer_protocol, handlers_are_told_only_of_what_changes) {
    events first, second;
    consumer a(shared, next()), b(shared, next());
    a.subscribe({"t"}, writing(first));
    settle({&a});
    b.subscribe({"t"}, writing(second));
    settle({&a, &b});
    EXPECT_EQ(first, (events{"assigned t-0 t-1 t-2", "revoked t-2", "assigned"}));
    EXPECT_EQ(second, (events{"assigned", "assigned t-2"}));
}

TEST_F(consumer_protocol,
       who_gives_up_too_late_reads_nothing_until_the_group_has_answered) { // librdkafka 5541
    produce_numbered(10);
    auto options = next();
    options.max_poll_interval = 10s;
    options.max_poll_records = 1;
    options.auto_commit = false; // or its commit would give the group time to answer
    int lost = 0;
    consumer a(shared, options), b(shared, options);
    a.subscribe({"t"}, {.lost = [&](rebalance_scope&) { ++lost; }});
    settle({&a});
    EXPECT_EQ(read(a, 1).size(), 1u);
    b.subscribe({"t"});
    world.rt->run_for(8s);     // it hears that it has to give something up
    world.rt->stand_still(9s); // the group does not wait for so long
    EXPECT_EQ(a.poll(0ms).value().size(), 0u);
    settle({&a, &b});
    EXPECT_EQ(lost, 1);
}

TEST_F(consumer_protocol, what_is_given_up_is_said_at_once) { // G10
    consumer a(shared, next()), b(shared, next());
    a.subscribe({"t"});
    settle({&a});
    b.subscribe({"t"});
    poll_until({&a, &b}, [&] { return a.assignment().size() == 2; });
    a.poll(100ms).value();
    for (const auto& [id, member] : group().members())
        EXPECT_EQ(member.to_revoke, testing::partition_set());
}

TEST_F(consumer_protocol, nothing_is_skipped_and_nothing_twice_as_members_come_and_go) {
    come_and_go(next(), [&](const std::vector<consumer*>& all) { settle(all); });
}

TEST_F(consumer_protocol, only_what_has_changed_is_said_again) { // G8
    consumer c(shared, next());
    c.subscribe({"t"});
    settle({&c});
    const auto before = world.requests(api::consumer_group_heartbeat);
    world.rt->run_for(50s);
    EXPECT_EQ(world.requests(api::consumer_group_heartbeat) - before, 10)
        << "as often as the broker wishes";
}

TEST_F(consumer_protocol, whoever_is_fenced_loses_what_it_has_and_joins_anew) { // G11
    for (const auto what : {broker_errc::fenced_member_epoch, broker_errc::unknown_member_id}) {
        events told;
        consumer c(shared, next());
        c.subscribe({"t"}, writing(told));
        settle({&c});
        world.fail_next(api::consumer_group_heartbeat, what);
        poll_until({&c}, [&] { return told.size() == 3; });
        EXPECT_EQ(told,
                  (events{"assigned t-0 t-1 t-2", "lost t-0 t-1 t-2", "assigned t-0 t-1 t-2"}));
    }
}

TEST_F(consumer_protocol, connections_lost_on_the_way_change_nothing) { // G13
    produce_numbered(5);
    for (int i = 0; i < 3; ++i) {
        world.add(api::consumer_group_heartbeat, testing::drop::before_effect);
        world.add(api::consumer_group_heartbeat, testing::drop::after_effect);
    }
    events told;
    consumer c(shared, next());
    c.subscribe({"t"}, writing(told));
    EXPECT_EQ(sorted(read(c, 15, 10min)), numbered(5));
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2"}));
}

TEST_F(consumer_protocol, a_heartbeat_that_finds_no_coordinator_looks_for_it_again) { // G11
    events told;
    consumer c(shared, next());
    c.subscribe({"t"}, writing(told));
    settle({&c});
    const auto looked = world.requests(api::find_coordinator);
    world.fail_next(api::consumer_group_heartbeat, broker_errc::not_coordinator, 2);
    read(c, 1, 30s);
    EXPECT_EQ(world.requests(api::find_coordinator) - looked, 2);
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2"}));
}

TEST_F(consumer_protocol, a_refused_member_is_told_why_and_stays_out) { // G11
    auto options = next();
    options.server_assignor = "alphabetical";
    consumer c(shared, options);
    c.subscribe({"t"});
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), broker_errc::unsupported_assignor);
    EXPECT_NE(outcome.error().message().find("ConsumerGroupHeartbeat for group g"),
              std::string::npos)
        << outcome.error().message();
    EXPECT_EQ(c.poll(1s).error(), broker_errc::unsupported_assignor);
}

TEST_F(consumer_protocol, a_commit_in_an_epoch_that_is_over_is_made_in_the_next_one) { // G12
    produce_numbered(10, 3);
    auto options = next();
    options.auto_commit = false;
    consumer c(shared, options);
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 30).size(), 30U);
    world.fail_next(api::offset_commit, broker_errc::stale_member_epoch, 2);
    c.commit().get();
    EXPECT_EQ(committed().at({"t", 0}).offset, 10);
}

TEST_F(consumer_protocol, a_commit_for_what_was_given_up_meanwhile_is_refused) { // G3
    produce_numbered(10, 3);
    auto options = next();
    options.auto_commit = false;
    consumer a(shared, options), b(shared, options);
    a.subscribe({"t"});
    EXPECT_EQ(read(a, 30).size(), 30U);
    world.fail_next(api::offset_commit, broker_errc::coordinator_load_in_progress, 1'000'000);
    auto committing = a.commit();
    b.subscribe({"t"});
    settle({&a, &b});
    world.brokers->faults.clear();
    const auto outcome = committing.result();
    ASSERT_FALSE(outcome);
    EXPECT_TRUE(outcome.error().is(condition::fenced)) << outcome.error().message();
    EXPECT_EQ(committed(), offsets());
}

TEST_F(consumer_protocol, what_is_done_is_committed_before_it_is_given_up) { // G10, KAFKA-18641
    produce_numbered(10, 3);
    consumer a(shared, next());
    a.subscribe({"t"});
    EXPECT_EQ(read(a, 30).size(), 30U);
    consumer b(shared, next());
    b.subscribe({"t"});
    settle({&a, &b});
    EXPECT_EQ(committed().at({"t", 2}).offset, 10);
    EXPECT_TRUE(b.poll(5s).value().empty()) << "nothing comes twice";
}

TEST_F(consumer_protocol, an_application_that_stays_away_loses_its_partitions_and_is_taken_back) {
    produce_numbered(2); // G6, KIP-62
    events told;
    consumer c(shared, next());
    c.subscribe({"t"}, writing(told));
    EXPECT_EQ(read(c, 6).size(), 6u);
    world.rt->run_for(6min);
    EXPECT_EQ(group().members().size(), 0u);
    poll_until({&c}, [&] { return is_stable(1) && c.assignment().size() == 3; });
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2", "lost t-0 t-1 t-2", "assigned t-0 t-1 t-2"}));
}

TEST_F(consumer_protocol, a_member_that_was_frozen_polls_nothing_that_others_may_own_by_now) { // G6
    produce_numbered(4, 1);
    auto options = next();
    options.max_poll_records = 1;
    consumer c(shared, options);
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 1), strings{"0:0"});
    world.rt->stand_still(60s);
    const auto members = group().members();
    for (const auto& [id, member] : members)
        world.brokers->expire_member("g", id);
    EXPECT_EQ(c.poll(0ms).value().size(), 0u);
    EXPECT_EQ(read(c, 4), (strings{"0:0", "0:1", "0:2", "0:3"})) << "nothing was committed";
}

TEST_F(consumer_protocol, whoever_closes_leaves_at_once) {
    auto a = std::make_unique<consumer>(shared, next());
    a->subscribe({"t"});
    settle({a.get()});
    a->close().value();
    EXPECT_EQ(group().members().size(), 0u);
}

TEST_F(consumer_protocol, a_static_member_keeps_its_partitions_over_a_restart) { // G5, KIP-345
    auto a = std::make_unique<consumer>(shared, next("a"));
    consumer b(shared, next("b"));
    a->subscribe({"t"});
    b.subscribe({"t"});
    settle({a.get(), &b});
    const auto had = a->assignment();
    const auto epoch = group().epoch();
    a->close().value();
    EXPECT_EQ(group().members().size(), 2u);
    a = std::make_unique<consumer>(shared, next("a"));
    a->subscribe({"t"});
    settle({a.get(), &b});
    EXPECT_EQ(a->assignment(), had);
    EXPECT_EQ(group().epoch(), epoch);
}

// Brokers refuse a join under an instance id that is taken, whoever asks.
TEST_F(consumer_protocol, a_static_member_whose_join_was_taken_unheard_gets_in) { // G13
    world.add(api::consumer_group_heartbeat, testing::drop::after_effect);
    consumer c(shared, next("a"));
    c.subscribe({"t"});
    settle({&c});
}

TEST_F(consumer_protocol, a_static_member_that_was_fenced_gets_in_again) { // G11
    events told;
    consumer c(shared, next("a"));
    c.subscribe({"t"}, writing(told));
    settle({&c});
    world.fail_next(api::consumer_group_heartbeat, broker_errc::fenced_member_epoch);
    poll_until({&c}, [&] { return told.size() == 3; });
    EXPECT_EQ(told.back(), "assigned t-0 t-1 t-2");
}

TEST_F(consumer_protocol, a_second_owner_of_an_instance_id_is_refused) { // G11
    consumer a(shared, next("a")), b(shared, next("a"));
    a.subscribe({"t"});
    settle({&a});
    b.subscribe({"t"});
    result<consumer_batch> outcome = consumer_batch();
    for (int i = 0; i < 100 && outcome; ++i)
        outcome = b.poll(100ms);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), broker_errc::unreleased_instance_id);
    EXPECT_TRUE(is_stable(1));
}

TEST_F(consumer_protocol, a_coordinator_that_was_away_for_a_session_gives_everything_back) { // G6
    events told;
    consumer c(shared, next("a"));
    c.subscribe({"t"}, writing(told));
    settle({&c});
    world.add(api::consumer_group_heartbeat, testing::drop::before_effect, 10'000);
    world.rt->run_for(44s);
    // Another broker has read the group from its log: sessions begin anew.
    world.brokers->state.make_group("g").consumers.coordinator_moved(world.rt->now());
    world.rt->run_for(7s);
    world.brokers->faults.clear();
    poll_until({&c}, [&] { return told.size() == 3; });
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2", "lost t-0 t-1 t-2", "assigned t-0 t-1 t-2"}));
    EXPECT_EQ(group().members().begin()->second.epoch, 1) << "nobody missed it";
}

TEST_F(consumer_protocol, whoever_is_refused_when_it_joins_does_not_storm) {
    world.fail_next(api::consumer_group_heartbeat, broker_errc::fenced_member_epoch, 1'000'000);
    consumer c(shared, next());
    c.subscribe({"t"});
    world.rt->run_for(10s);
    EXPECT_LE(world.requests(api::consumer_group_heartbeat), 25);
}

TEST_F(consumer_protocol, a_topic_that_was_deleted_holds_nothing_up) { // KAFKA-16224
    world.create_topic("u", 1);
    produce_numbered(5);
    produce_numbered(5, 1, "u");
    consumer c(shared, next());
    c.subscribe({"t", "u"});
    EXPECT_EQ(read(c, 20).size(), 20U);
    c.poll(0ms).value(); // all are done
    world.brokers->state.delete_topic("u");
    world.brokers->log_news.notify();
    const auto before = world.rt->now();
    poll_until({&c}, [&] { return c.assignment().size() == 3; });
    EXPECT_LE(world.rt->now() - before, 20s);
    EXPECT_EQ(committed().at({"t", 0}).offset, 5);
}

TEST_F(consumer_protocol, the_last_commit_goes_out_in_the_epoch_that_it_has_by_then) { // G12
    produce_numbered(5);
    auto a = std::make_unique<consumer>(shared, next());
    consumer b(shared, next());
    bool gave_up = false;
    a->subscribe({"t"}, {.revoked = [&](rebalance_scope&) { gave_up = true; }});
    EXPECT_EQ(read(*a, 15).size(), 15U);
    b.subscribe({"t"});
    poll_until({a.get(), &b}, [&] { return gave_up; });
    const auto before = world.rt->now();
    a->close().value(); // while it says that it has given up
    EXPECT_LE(world.rt->now() - before, 1s);
    EXPECT_EQ(committed().at({"t", 0}).offset, 5);
}

TEST_F(consumer_protocol, a_new_subscription_replaces_the_old_one) {
    world.create_topic("other", 2);
    events told;
    consumer c(shared, next());
    c.subscribe({"t"}, writing(told));
    settle({&c});
    c.subscribe({"other"}, writing(told));
    settle({&c}, 2);
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2", "revoked t-0 t-1 t-2", "assigned",
                            "assigned other-0 other-1"}));
}

TEST_F(consumer_protocol, a_topic_that_appears_later_is_read) { // G14
    consumer c(shared, next());
    c.subscribe({"later", "t"});
    settle({&c});
    world.create_topic("later", 2);
    produce_numbered(3, 2, "later");
    EXPECT_EQ(sorted(read(c, 6, 60s)), numbered(3, 2));
}

TEST_F(consumer_protocol, unsubscribe_leaves_and_one_may_subscribe_again) {
    produce_numbered(2);
    consumer c(shared, next());
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 6).size(), 6u);
    c.unsubscribe().value();
    EXPECT_EQ(group().members().size(), 0u);
    c.subscribe({"t"});
    produce_numbered(2, 3, "t", 2);
    EXPECT_EQ(sorted(read(c, 6)), numbered(2, 3, 2)) << "auto_commit committed what was done";
}

class automatic_protocol : public consumer_protocol {
protected:
    std::vector<client> older; // the first that ends stops the runtime they all share

    static consumer_options automatic() { return in_group("g", group_protocol::automatic); }
    bool is_classic() { return world.brokers->state.make_group("g").members.members().size() != 0; }
};

TEST_F(automatic_protocol, is_the_consumer_protocol_where_brokers_have_it) {
    consumer a(shared, automatic()), b(shared, automatic());
    a.subscribe({"t"});
    settle({&a});
    b.subscribe({"t"});
    settle({&a, &b});
}

TEST_F(automatic_protocol, is_the_classic_one_where_brokers_lack_something) {
    struct {
        api of;
        std::int16_t oldest, newest;
    } const lacking[] = {{api::consumer_group_heartbeat, 0, 0},
                         {api::offset_commit, 2, 9},
                         {api::metadata, 0, 9}}; // topics have no ids
    for (const auto& each : lacking) {
        world.brokers->faults.limit_versions(each.of, each.oldest, each.newest);
        older.push_back(world.make_client());
        consumer c(older.back(), automatic());
        c.subscribe({"t"});
        poll_until({&c}, [&] { return c.assignment().size() == 3; });
        EXPECT_TRUE(is_classic()) << static_cast<int>(each.of);
        c.close().value();
        world.brokers->faults.clear();
    }
}

TEST_F(automatic_protocol, is_the_classic_one_where_a_strategy_is_asked_for) {
    auto options = automatic();
    options.assignment_strategies = {assignment_strategy::sticky};
    consumer c(shared, options);
    c.subscribe({"t"});
    poll_until({&c}, [&] { return c.assignment().size() == 3; });
    EXPECT_TRUE(is_classic());
}

TEST_F(automatic_protocol, follows_the_members_that_are_there) {
    consumer a(shared, in_group());
    a.subscribe({"t"});
    poll_until({&a}, [&] { return a.assignment().size() == 3; });
    consumer b(shared, automatic());
    b.subscribe({"t"});
    poll_until({&a, &b}, [&] { return b.assignment().size() == 1; });
    EXPECT_TRUE(is_classic());
}

TEST_F(automatic_protocol, is_the_classic_one_where_brokers_offer_more_than_they_are_let_do) {
    for (const auto said : {broker_errc::unsupported_version, broker_errc::group_id_not_found}) {
        world.fail_next(api::consumer_group_heartbeat, said);
        consumer c(shared, automatic());
        c.subscribe({"t"});
        poll_until({&c}, [&] { return c.assignment().size() == 3; });
        EXPECT_TRUE(is_classic());
        c.close().value();
    }
}

TEST_F(automatic_protocol, is_looked_for_until_the_coordinator_answers) {
    world.fail_next(api::find_coordinator, broker_errc::coordinator_not_available, 3);
    world.fail_next(api::describe_groups, broker_errc::not_coordinator);
    consumer c(shared, automatic());
    c.subscribe({"t"});
    settle({&c});
}

TEST_F(automatic_protocol, whoever_unsubscribes_before_it_is_chosen_does_not_join) {
    world.add(api::describe_groups, testing::faults::delay{2s});
    consumer c(shared, automatic());
    c.subscribe({"t"});
    c.unsubscribe().value();
    world.rt->run_for(10s);
    EXPECT_TRUE(group().empty());
    EXPECT_FALSE(is_classic());
}

} // namespace
} // namespace kcpp::consuming::test
