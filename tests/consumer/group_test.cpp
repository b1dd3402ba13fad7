// Members of a group: who reads what, where they go on, and what they survive.

#include "consumer_world.hpp"

#include <memory>

namespace kcpp::consuming::test {
namespace {

class group : public consumer_world {
protected:
    bool is_stable(std::size_t members, const std::string& name = "g") {
        const auto* g = world.brokers->state.find_group(name);
        return g != nullptr && g->members.state() == testing::group_state::stable &&
               g->members.members().size() == members;
    }
    std::size_t members(const std::string& name = "g") {
        const auto* g = world.brokers->state.find_group(name);
        return g == nullptr ? 0 : g->members.members().size();
    }
    static std::size_t owned(const std::vector<consumer*>& all) {
        std::size_t sum = 0;
        for (const consumer* c : all)
            sum += c->assignment().size();
        return sum;
    }
    /// The coordinator, which is not frozen in truth, has given all members up by the end.
    void freeze_for_longer_than_the_session() {
        world.rt->stand_still(60s);
        const auto members = world.brokers->state.find_group("g")->members.members();
        for (const auto& [id, member] : members)
            world.brokers->expire_member("g", id);
    }
    /// Everybody is in, and every partition has an owner.
    void settle(const std::vector<consumer*>& all, std::size_t partitions = 3) {
        poll_until(all, [&] { return is_stable(all.size()) && owned(all) == partitions; });
    }
};

TEST_F(group, a_single_member_reads_everything) {
    produce_numbered(10);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    EXPECT_EQ(sorted(read(c, 30)), numbered(10));
    EXPECT_EQ(c.assignment().size(), 3u);
}

TEST_F(group, two_members_share_the_partitions) {
    consumer a(shared, in_group()), b(shared, in_group());
    a.subscribe({"t"});
    b.subscribe({"t"});
    settle({&a, &b});
    EXPECT_GE(a.assignment().size(), 1u);
    EXPECT_GE(b.assignment().size(), 1u);
    produce_numbered(10);
    std::size_t total = 0;
    strings all;
    auto seen = poll_until({&a, &b}, [&] {
        return (total = a.position({"t", 0}).value_or(0) + a.position({"t", 1}).value_or(0) +
                        a.position({"t", 2}).value_or(0) + b.position({"t", 0}).value_or(0) +
                        b.position({"t", 1}).value_or(0) + b.position({"t", 2}).value_or(0)) == 30;
    });
    for (auto& list : seen)
        all.insert(all.end(), list.begin(), list.end());
    EXPECT_EQ(sorted(all), numbered(10));
}

TEST_F(group, a_newcomer_takes_over_where_the_others_have_committed) {
    produce_numbered(10);
    auto options = in_group();
    options.auto_commit = false;
    consumer a(shared, options);
    int assignments = 0, revocations = 0;
    a.subscribe({"t"}, {.assigned = [&](rebalance_scope&) { ++assignments; },
                        .revoked =
                            [&](rebalance_scope& scope) {
                                ++revocations;
                                scope.commit().value();
                            }});
    auto all = read(a, 30);
    consumer b(shared, options);
    b.subscribe({"t"}, {.revoked = [](rebalance_scope& scope) { scope.commit().value(); }});
    settle({&a, &b});
    EXPECT_EQ(assignments, 2);
    EXPECT_EQ(revocations, 1);
    produce_numbered(10, 3, "t", 10);
    const auto end = [&](consumer& c) {
        return std::ranges::all_of(c.assignment(),
                                   [&](const auto& p) { return c.position(p) == 20; });
    };
    for (auto& list : poll_until({&a, &b}, [&] { return end(a) && end(b); }))
        all.insert(all.end(), list.begin(), list.end());
    EXPECT_EQ(sorted(all), numbered(20)) << "none skipped, none twice";
}

TEST_F(group, when_a_member_leaves_the_others_take_over_at_once) { // reliability G
    consumer a(shared, in_group());
    auto b = std::make_unique<consumer>(shared, in_group());
    a.subscribe({"t"});
    b->subscribe({"t"});
    settle({&a, b.get()});
    b->close().value();
    const auto before = world.rt->now();
    settle({&a});
    EXPECT_LE(world.rt->now() - before, 4s) << "at the latest with the next heartbeat";
    EXPECT_EQ(a.assignment().size(), 3u);
}

TEST_F(group, under_sticky_a_newcomer_takes_no_more_than_its_share) {
    world.create_topic("six", 6);
    auto options = in_group();
    options.assignment_strategies = {assignment_strategy::sticky};
    std::vector<std::unique_ptr<consumer>> all;
    std::vector<consumer*> members;
    const auto join = [&] {
        members.push_back(all.emplace_back(std::make_unique<consumer>(shared, options)).get());
        members.back()->subscribe({"six"});
        settle(members, 6);
    };
    join();
    join();
    for (int joined = 2; joined < 6; ++joined) {
        std::map<topic_partition, consumer*> before;
        for (consumer* const c : members)
            for (const auto& p : c->assignment())
                before[p] = c;
        join();
        std::size_t moved = 0;
        for (consumer* const c : members)
            for (const auto& p : c->assignment())
                if (before.at(p) != c) ++moved;
        EXPECT_EQ(moved, members.back()->assignment().size());
    }
}

TEST_F(group, more_members_than_partitions_wait_idle) {
    std::vector<std::unique_ptr<consumer>> owners;
    std::vector<consumer*> all;
    for (int i = 0; i < 5; ++i) {
        owners.push_back(std::make_unique<consumer>(shared, in_group()));
        owners.back()->subscribe({"t"});
        all.push_back(owners.back().get());
    }
    settle(all);
    EXPECT_EQ(std::ranges::count_if(all, [](const consumer* c) { return c->assignment().empty(); }),
              2);
}

TEST_F(group, two_groups_read_independently) {
    produce_numbered(5);
    consumer a(shared, in_group("one")), b(shared, in_group("two"));
    a.subscribe({"t"});
    b.subscribe({"t"});
    EXPECT_EQ(sorted(read(a, 15)), numbered(5));
    EXPECT_EQ(sorted(read(b, 15)), numbered(5));
}

TEST_F(group, resumes_where_it_has_committed) {
    produce_numbered(10, 1);
    auto options = in_group();
    options.auto_commit = false;
    options.max_poll_records = 4;
    {
        consumer c(shared, options);
        c.subscribe({"t"});
        consumer_batch batch;
        while (batch.empty())
            batch = c.poll(100ms).value();
        c.commit(batch).get();
        while (c.poll(100ms).value().empty()) {
        }
        c.close().value();
    }
    EXPECT_EQ(committed().at({"t", 0}).offset, 4);
    consumer c(shared, options);
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 6), (strings{"0:4", "0:5", "0:6", "0:7", "0:8", "0:9"}));
}

TEST_F(group, a_topic_that_appears_later_is_read) {
    consumer c(shared, in_group());
    c.subscribe({"later", "t"});
    settle({&c});
    world.create_topic("later", 2);
    produce_numbered(3, 2, "later");
    EXPECT_EQ(sorted(read(c, 6, 60s)), numbered(3, 2));
}

TEST_F(group, partitions_that_are_added_are_read) {
    produce_numbered(1);
    auto options = in_group();
    consumer c(shared, options);
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 3).size(), 3u);
    auto* t = world.brokers->state.find_topic("t");
    std::vector<std::vector<std::int32_t>> replicas;
    ASSERT_TRUE(world.brokers->state.plan_partitions(*t, 5, replicas).good());
    world.brokers->state.add_partitions(*t, replicas);
    produce({"x"}, 4);
    EXPECT_EQ(read(c, 1, 10min), (strings{"x"}));
}

TEST_F(group, a_new_subscription_replaces_the_old_one) {
    world.create_topic("other", 2);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    settle({&c});
    c.subscribe({"other"});
    poll_until({&c}, [&] {
        return c.assignment() == std::vector<topic_partition>{{"other", 0}, {"other", 1}};
    });
}

TEST_F(group, unsubscribe_leaves_and_one_may_subscribe_again) {
    produce_numbered(2);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 6).size(), 6u);
    c.unsubscribe().value();
    EXPECT_EQ(members(), 0u);
    EXPECT_TRUE(c.assignment().empty());
    EXPECT_EQ(c.poll(0ms).error(), client_errc::wrong_state);
    c.subscribe({"t"});
    produce_numbered(2, 3, "t", 2);
    EXPECT_EQ(sorted(read(c, 6)), numbered(2, 3, 2)) << "auto_commit committed what was done";
}

TEST_F(group, heartbeats_do_not_depend_on_the_application) { // G6
    consumer c(shared, in_group());
    c.subscribe({"t"});
    settle({&c});
    const auto generation = world.brokers->state.find_group("g")->members.generation();
    world.rt->run_for(4min);
    EXPECT_TRUE(is_stable(1));
    EXPECT_EQ(world.brokers->state.find_group("g")->members.generation(), generation);
}

// A coordinator that answers JoinGroup and SyncGroup of a generation that goes on already leaves
// the member's session as it was, and may end it right after. Found by simulation.
TEST_F(group, nothing_is_handed_out_before_a_heartbeat_was_answered) { // G6
    produce_numbered(2);
    world.fail_next(api::heartbeat, broker_errc::coordinator_load_in_progress, 1'000'000);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    const auto before = poll_until({&c}, [&] { return owned({&c}) == 3; });
    EXPECT_EQ(before[0], strings());
    EXPECT_EQ(read(c, 6, 5s), strings());
    world.brokers->faults.clear();
    EXPECT_EQ(sorted(read(c, 6)), numbered(2));
}

// While a process is frozen its session ends, and others own what it has in hand.
TEST_F(group,
       a_member_that_was_frozen_polls_nothing_that_others_may_own_by_now) { // G6, librdkafka 5541
    produce_numbered(4, 1);
    auto options = in_group();
    options.max_poll_records = 1;
    consumer c(shared, options);
    int lost = 0;
    c.subscribe({"t"}, {.lost = [&](rebalance_scope&) { ++lost; }});
    EXPECT_EQ(read(c, 1), strings{"0:0"});
    freeze_for_longer_than_the_session(); // three more lie ready
    EXPECT_EQ(c.poll(0ms).value().size(), 0u);
    EXPECT_EQ(read(c, 4), (strings{"0:0", "0:1", "0:2", "0:3"})) << "nothing was committed";
    EXPECT_EQ(lost, 1);
}

TEST_F(group, a_loop_that_was_frozen_gives_nothing_that_others_may_own_by_now) { // G6
    produce_numbered(4, 1);
    consumer c(shared, in_group());
    int lost = 0;
    c.subscribe({"t"}, {.lost = [&](rebalance_scope&) { ++lost; }});
    std::vector<std::pair<std::string, int>> seen; // with how often something was lost before
    for (const consumer_record& r : c.records()) {
        seen.emplace_back(r.value().to_string(), lost);
        if (seen.size() == 2) freeze_for_longer_than_the_session();
        if (r.offset() == 3) break;
    }
    // What was not committed comes again.
    const std::vector<std::pair<std::string, int>> expected{{"0:0", 0}, {"0:1", 0}, {"0:0", 1},
                                                            {"0:1", 1}, {"0:2", 1}, {"0:3", 1}};
    EXPECT_EQ(seen, expected);
}

TEST_F(group, a_loop_that_begins_anew_gives_nothing_of_a_stay_that_is_over) { // librdkafka 5541
    produce_numbered(3, 1);
    auto options = in_group();
    options.auto_commit = false;
    for (const std::string how : {"wake", "stop", "exception"}) {
        SCOPED_TRACE(how);
        options.group_id = how;
        consumer c(shared, options);
        int lost = 0;
        c.subscribe({"t"}, {.lost = [&](rebalance_scope&) {
                        ++lost;
                        if (how == "exception") throw std::runtime_error("from a handler");
                    }});
        std::vector<std::pair<std::string, int>> seen; // with how often something was lost before
        std::stop_source stop;
        try {
            for (const consumer_record& r : c.records(stop.get_token())) {
                seen.emplace_back(r.value().to_string(), lost);
                world.fail_next(api::heartbeat, broker_errc::unknown_member_id);
                world.rt->run_for(2min); // it gets in again
                if (how == "wake") c.wake();
                if (how == "stop") stop.request_stop();
            }
        } catch (const std::runtime_error& e) {
            EXPECT_EQ(e.what(), std::string("from a handler"));
        }
        for (const consumer_record& r : c.records()) {
            seen.emplace_back(r.value().to_string(), lost);
            if (r.offset() == 2) break;
        }
        const std::vector<std::pair<std::string, int>> expected{
            {"0:0", 0}, {"0:0", 1}, {"0:1", 1}, {"0:2", 1}};
        EXPECT_EQ(seen, expected);
    }
}

TEST_F(group, an_application_that_stays_away_loses_its_partitions_and_is_taken_back) { // G6, KIP-62
    produce_numbered(2);
    consumer c(shared, in_group());
    std::vector<std::string> events;
    c.subscribe({"t"}, {.assigned = [&](rebalance_scope&) { events.push_back("assigned"); },
                        .revoked = [&](rebalance_scope&) { events.push_back("revoked"); },
                        .lost =
                            [&](rebalance_scope& scope) {
                                events.push_back("lost");
                                EXPECT_EQ(scope.partitions().size(), 3u);
                                EXPECT_TRUE(scope.commit().error().is(condition::fenced));
                            }});
    EXPECT_EQ(read(c, 6).size(), 6u);
    world.rt->run_for(6min);
    EXPECT_EQ(members(), 0u);
    produce_numbered(2, 3, "t", 2);
    poll_until({&c}, [&] { return is_stable(1) && c.assignment().size() == 3; });
    EXPECT_EQ(events, (std::vector<std::string>{"assigned", "lost", "assigned"}));
}

TEST_F(group, a_long_wait_in_poll_is_no_absence) { // G6
    auto options = in_group();
    options.max_poll_interval = 10s;
    consumer c(shared, options);
    c.subscribe({"t"});
    settle({&c});
    EXPECT_TRUE(c.poll(2min).value().empty());
    EXPECT_TRUE(is_stable(1));
}

TEST_F(group, an_unknown_member_loses_its_partitions_and_joins_anew) { // G2
    for (const auto what : {broker_errc::unknown_member_id, broker_errc::illegal_generation}) {
        consumer c(shared, in_group("g" + std::to_string(static_cast<int>(what))));
        int lost = 0;
        c.subscribe({"t"}, {.lost = [&](rebalance_scope&) { ++lost; }});
        poll_until({&c}, [&] { return c.assignment().size() == 3; });
        world.fail_next(api::heartbeat, what);
        poll_until({&c}, [&] { return lost == 1 && c.assignment().size() == 3; });
    }
}

TEST_F(group, a_fenced_instance_is_told_so_and_stays_out) { // G2
    auto options = in_group();
    options.group_instance_id = "one";
    consumer c(shared, options);
    c.subscribe({"t"});
    settle({&c});
    world.fail_next(api::heartbeat, broker_errc::fenced_instance_id);
    result<consumer_batch> outcome = consumer_batch();
    for (int i = 0; i < 100 && outcome; ++i)
        outcome = c.poll(100ms);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), broker_errc::fenced_instance_id);
    EXPECT_TRUE(outcome.error().fatal());
    EXPECT_EQ(c.poll(1s).error(), broker_errc::fenced_instance_id);
    EXPECT_TRUE(c.assignment().empty());
}

TEST_F(group, a_refused_member_is_told_why) {
    world.fail_next(api::join_group, broker_errc::group_authorization_failed);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), broker_errc::group_authorization_failed);
    EXPECT_NE(outcome.error().message().find("JoinGroup for group g"), std::string::npos)
        << outcome.error().message();
    c.unsubscribe().value();
    c.subscribe({"t"});
    settle({&c});
}

TEST_F(group, a_refusal_is_over_when_it_was_unsubscribed_unheard) {
    world.fail_next(api::join_group, broker_errc::group_authorization_failed);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    world.rt->run_for(5s);
    c.unsubscribe().value();
    c.subscribe({"t"});
    EXPECT_TRUE(c.poll(10s));
}

class passing_join_error : public group, public ::testing::WithParamInterface<broker_errc> {};

TEST_P(passing_join_error, does_not_keep_a_member_out) { // G1
    for (const auto of : {api::find_coordinator, api::join_group, api::sync_group})
        world.fail_next(of, GetParam(), 2);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    settle({&c});
}

INSTANTIATE_TEST_SUITE_P(G1, passing_join_error,
                         ::testing::Values(broker_errc::coordinator_load_in_progress,
                                           broker_errc::coordinator_not_available,
                                           broker_errc::not_coordinator,
                                           broker_errc::request_timed_out),
                         [](const auto& p) { return std::string(name_of(p.param)); });

TEST_F(group, a_heartbeat_that_finds_no_coordinator_looks_for_it_again) { // C16
    consumer c(shared, in_group());
    c.subscribe({"t"});
    settle({&c});
    const auto generation = world.brokers->state.find_group("g")->members.generation();
    world.fail_next(api::heartbeat, broker_errc::not_coordinator, 2);
    const auto looked = world.requests(api::find_coordinator);
    read(c, 1, 30s);
    EXPECT_EQ(world.requests(api::find_coordinator) - looked, 2);
    EXPECT_EQ(world.brokers->state.find_group("g")->members.generation(), generation)
        << "no rebalance came of it";
}

TEST_F(group, connections_lost_on_the_way_change_nothing) {
    produce_numbered(5);
    for (const auto of : {api::find_coordinator, api::join_group, api::sync_group, api::heartbeat,
                          api::offset_fetch, api::offset_commit}) {
        world.add(of, testing::drop::before_effect);
        world.add(of, testing::drop::after_effect);
    }
    consumer c(shared, in_group());
    c.subscribe({"t"});
    EXPECT_EQ(sorted(read(c, 15, 10min)), numbered(5));
}

TEST_F(group, a_member_whose_coordinator_is_gone_for_a_whole_session_gives_its_partitions_up) {
    consumer c(shared, in_group());
    int lost = 0;
    c.subscribe({"t"}, {.lost = [&](rebalance_scope&) { ++lost; }});
    settle({&c});
    for (const auto of : {api::heartbeat, api::join_group})
        world.add(of, testing::drop::before_effect, 10'000);
    world.rt->run_for(44s);
    EXPECT_EQ(c.assignment().size(), 3u);
    world.rt->run_for(5s);
    EXPECT_TRUE(c.assignment().empty());
    world.brokers->faults.clear();
    poll_until({&c}, [&] { return lost == 1 && c.assignment().size() == 3; });
}

TEST_F(group, a_failing_look_up_of_committed_offsets_never_sets_the_reset_policy_going) { // F, G12
    produce_numbered(10, 1);
    {
        consumer c(shared, in_group());
        c.assign({{"t", 0}});
        c.commit(offsets{{{"t", 0}, {7}}}).get();
    }
    for (const auto what :
         {broker_errc::coordinator_load_in_progress, broker_errc::not_coordinator,
          broker_errc::unstable_offset_commit, broker_errc::coordinator_not_available}) {
        world.fail_next(api::offset_fetch, what, 3);
        auto options = in_group();
        options.auto_commit = false;
        consumer c(shared, options);
        c.subscribe({"t"});
        EXPECT_EQ(read(c, 3, 60s), (strings{"0:7", "0:8", "0:9"})) << name_of(what);
    }
}

TEST_F(group, every_version_of_every_call_works) {
    struct {
        api of;
        std::int16_t oldest, newest;
    } const calls[] = {
        {api::join_group, 0, 9},       {api::sync_group, 0, 5},   {api::heartbeat, 0, 4},
        {api::leave_group, 0, 5},      {api::offset_fetch, 1, 9}, {api::offset_commit, 2, 9},
        {api::find_coordinator, 0, 4}, {api::fetch, 4, 17},       {api::list_offsets, 1, 10}};
    std::vector<client> clients; // the first that ends stops the runtime they all share
    for (const auto& call : calls)
        for (std::int16_t version = call.oldest; version <= call.newest; ++version) {
            const std::string topic = "v" + std::to_string(clients.size());
            world.create_topic(topic);
            produce_numbered(2, 1, topic);
            world.brokers->faults.limit_versions(call.of, call.oldest, version);
            client& limited = clients.emplace_back(world.make_client());
            {
                consumer c(limited, in_group(topic));
                c.subscribe({topic});
                EXPECT_EQ(read(c, 2), numbered(2, 1))
                    << static_cast<int>(call.of) << " version " << version;
                world.rt->run_for(4s);
                c.commit().get();
                EXPECT_EQ(c.committed({{topic, 0}}).get().at({topic, 0}).offset, 2);
                c.close().value();
            }
            EXPECT_EQ(members(topic), 0u) << static_cast<int>(call.of) << " version " << version;
            world.brokers->faults.clear();
        }
}

class static_members : public group {
protected:
    static consumer_options named(const std::string& name) {
        auto options = in_group();
        options.group_instance_id = name;
        return options;
    }
};

TEST_F(static_members, keep_their_partitions_over_a_restart) { // G5, KIP-345
    auto a = std::make_unique<consumer>(shared, named("a"));
    consumer b(shared, named("b"));
    a->subscribe({"t"});
    b.subscribe({"t"});
    settle({a.get(), &b});
    const auto had = a->assignment();
    const auto generation = world.brokers->state.find_group("g")->members.generation();
    a->close().value();
    EXPECT_EQ(members(), 2u) << "a static member does not leave";
    a = std::make_unique<consumer>(shared, named("a"));
    a->subscribe({"t"});
    settle({a.get(), &b});
    EXPECT_EQ(a->assignment(), had);
    EXPECT_EQ(world.brokers->state.find_group("g")->members.generation(), generation);
}

} // namespace
} // namespace kcpp::consuming::test
