// Groups that share out by "cooperative-sticky": what stays is read on, what goes is given up, and
// nothing is read twice. (G4, KIP-429)

#include "consumer_world.hpp"

#include <memory>

namespace kcpp::consuming::test {
namespace {

class cooperative : public consumer_world {
protected:
    static consumer_options together(std::string instance = {}) {
        auto options = in_group();
        options.assignment_strategies = {assignment_strategy::cooperative_sticky};
        options.group_instance_id = std::move(instance);
        return options;
    }
    const testing::classic_group& members() { return world.brokers->state.make_group("g").members; }
    bool is_stable(std::size_t count) {
        return members().state() == testing::group_state::stable &&
               members().members().size() == count;
    }
    /// Everybody is in, and every partition has an owner, by fair shares.
    void settle(const std::vector<consumer*>& all, std::size_t partitions = 3) {
        poll_until(all, [&] {
            std::size_t sum = 0, least = SIZE_MAX, most = 0;
            for (const consumer* c : all) {
                const std::size_t has = c->assignment().size();
                sum += has;
                least = std::min(least, has);
                most = std::max(most, has);
            }
            return is_stable(all.size()) && sum == partitions && most - least <= 1;
        });
    }
};

TEST_F(cooperative, handlers_are_told_only_of_what_changes) {
    events first, second;
    consumer a(shared, together()), b(shared, together());
    a.subscribe({"t"}, writing(first));
    settle({&a});
    b.subscribe({"t"}, writing(second));
    settle({&a, &b});
    EXPECT_EQ(first, (events{"assigned t-0 t-1 t-2", "revoked t-2", "assigned"}));
    EXPECT_EQ(second, (events{"assigned", "assigned t-2"}));
}

TEST_F(cooperative, what_stays_is_read_on_while_the_group_shares_out) {
    produce_numbered(1000, 1);
    auto options = together();
    options.max_poll_records = 1;
    consumer a(shared, options), b(shared, options);
    a.subscribe({"t"});
    EXPECT_EQ(read(a, 1), strings{"0:0"});
    world.add(api::sync_group, testing::faults::delay{20s}); // a rebalance that takes long
    b.subscribe({"t"});
    const auto sharing_out = [&] {
        return members().state() == testing::group_state::completing_rebalance;
    };
    while (!sharing_out())
        b.poll(10ms).value();
    EXPECT_EQ(read(a, 20, 5s).size(), 20U);
    EXPECT_TRUE(sharing_out());
    settle({&a, &b});
}

TEST_F(cooperative, nothing_is_skipped_and_nothing_twice_as_members_come_and_go) {
    come_and_go(together(), [&](const std::vector<consumer*>& all) { settle(all); });
}

TEST_F(cooperative, a_commit_that_meets_a_rebalance_is_made_in_the_next_generation) {
    produce_numbered(10, 3);
    auto options = together();
    options.auto_commit = false;
    consumer a(shared, options), b(shared, options);
    a.subscribe({"t"});
    EXPECT_EQ(read(a, 30).size(), 30U);
    b.subscribe({"t"});
    world.add(api::sync_group, testing::faults::delay{2s});
    poll_until({&a, &b},
               [&] { return members().state() == testing::group_state::completing_rebalance; });
    const auto generation = members().generation();
    a.commit(offsets{{{"t", 0}, {10}}}).get();
    EXPECT_EQ(committed().at({"t", 0}).offset, 10);
    EXPECT_GE(members().generation(), generation);
}

TEST_F(cooperative, a_commit_for_what_was_given_up_meanwhile_is_refused) {
    produce_numbered(10, 3);
    auto options = together();
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

TEST_F(cooperative, who_is_put_out_while_it_joins_loses_what_it_has) {
    events told;
    consumer a(shared, together());
    a.subscribe({"t"}, writing(told));
    settle({&a});
    world.fail_next(api::heartbeat, broker_errc::rebalance_in_progress);
    world.fail_next(api::join_group, broker_errc::unknown_member_id);
    poll_until({&a}, [&] { return told.size() == 3; });
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2", "lost t-0 t-1 t-2", "assigned t-0 t-1 t-2"}));
}

TEST_F(cooperative, a_coordinator_that_falls_silent_while_it_joins_ends_the_session) {
    events told;
    consumer a(shared, together());
    a.subscribe({"t"}, writing(told));
    settle({&a});
    world.fail_next(api::heartbeat, broker_errc::rebalance_in_progress);
    world.add(api::join_group, testing::faults::delay{4min});
    world.rt->run_for(4s); // it waits for the answer to its JoinGroup
    world.add(api::heartbeat, testing::drop::before_effect, 10'000);
    world.rt->run_for(44s);
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2"}));
    poll_until({&a}, [&] { return told.size() > 1; }, 5s);
    EXPECT_EQ(told[1], "lost t-0 t-1 t-2");
}

TEST_F(cooperative, topics_that_are_not_wanted_any_more_are_given_up_and_the_others_stay) {
    world.create_topic("u", 2);
    events told;
    consumer a(shared, together());
    a.subscribe({"t", "u"}, writing(told));
    settle({&a}, 5);
    a.subscribe({"u"}, writing(told));
    settle({&a}, 2);
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2 u-0 u-1", "revoked t-0 t-1 t-2", "assigned"}));
}

TEST_F(cooperative, a_static_member_that_closes_before_others_have_what_it_gave_up_leaves) {
    // franz-go 1483
    auto a = std::make_unique<consumer>(shared, together("a"));
    consumer b(shared, together("b"));
    bool gave_up = false;
    a->subscribe({"t"}, {.revoked = [&](rebalance_scope&) { gave_up = true; }});
    settle({a.get()});
    b.subscribe({"t"});
    poll_until({a.get(), &b}, [&] { return gave_up; });
    a->close().value();
    const auto before = world.rt->now();
    settle({&b});
    EXPECT_LE(world.rt->now() - before, 10s) << "not only when its session is over";
}

TEST_F(cooperative, beside_an_eager_strategy_everything_is_given_up_as_ever) {
    auto options = together();
    options.assignment_strategies = {assignment_strategy::cooperative_sticky,
                                     assignment_strategy::range};
    events told;
    consumer a(shared, options), b(shared, options);
    a.subscribe({"t"}, writing(told));
    settle({&a});
    b.subscribe({"t"});
    settle({&a, &b});
    EXPECT_EQ(told[1], "revoked t-0 t-1 t-2");
}

} // namespace
} // namespace kcpp::consuming::test
