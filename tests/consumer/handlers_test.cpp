// The contract of rebalance handlers: where they run, what they may do, and what becomes of their
// exceptions.

#include "consumer_world.hpp"

#include <set>
#include <stdexcept>

namespace kcpp::consuming::test {
namespace {

class handlers : public consumer_world {
protected:
    consumer_options by_hand() {
        auto options = in_group();
        options.auto_commit = false;
        return options;
    }
    std::size_t members() { return world.brokers->state.find_group("g")->members.members().size(); }
    /// Lets the group rebalance as far as it can without the consumer under test.
    std::unique_ptr<consumer> newcomer() {
        auto c = std::make_unique<consumer>(shared, by_hand());
        c->subscribe({"t"});
        world.rt->run_for(5s);
        return c;
    }
};

TEST_F(handlers, run_only_inside_poll) {
    consumer c(shared, by_hand());
    bool polling = false;
    int calls = 0;
    const auto check = [&](rebalance_scope&) {
        EXPECT_TRUE(polling);
        ++calls;
    };
    c.subscribe({"t"}, {.assigned = check, .revoked = check});
    world.rt->run_for(1min);
    EXPECT_EQ(calls, 0);
    polling = true;
    (void)c.poll(0ms).value();
    EXPECT_EQ(calls, 1);
    polling = false;
    const auto other = newcomer();
    EXPECT_EQ(calls, 1);
    polling = true;
    (void)c.poll(0ms).value();
    EXPECT_EQ(calls, 2);
}

TEST_F(handlers, nothing_is_handed_out_before_assigned_has_run) {
    produce_numbered(5);
    consumer c(shared, by_hand());
    c.subscribe({"t"}, {.assigned = [&](rebalance_scope& scope) {
                    for (const auto& p : scope.partitions())
                        ASSERT_TRUE(scope.seek(p, 3));
                }});
    world.rt->run_for(1min); // fetched long before
    EXPECT_EQ(sorted(read(c, 6)), numbered(2, 3, 3));
}

TEST_F(handlers, assigned_may_pause) {
    produce_numbered(2);
    consumer c(shared, by_hand());
    c.subscribe({"t"}, {.assigned = [&](rebalance_scope& scope) {
                    const topic_partition paused[] = {{"t", 1}};
                    ASSERT_TRUE(scope.pause(paused));
                }});
    const auto seen = read(c, 6, 3s);
    EXPECT_EQ(seen.size(), 4u);
    for (const auto& value : seen)
        EXPECT_NE(value[0], '1');
}

TEST_F(handlers, revoked_commits_what_was_handed_out_and_the_next_owner_goes_on_there) {
    produce_numbered(4);
    consumer a(shared, by_hand());
    a.subscribe({"t"}, {.revoked = [](rebalance_scope& scope) { scope.commit().value(); }});
    EXPECT_EQ(read(a, 12).size(), 12u);
    a.close().value();
    for (partition_id i = 0; i < 3; ++i)
        EXPECT_EQ(committed().at({"t", i}).offset, 4);
}

TEST_F(handlers, records_polled_after_revoked_are_not_of_revoked_partitions) { // librdkafka 3340
    produce_numbered(200);
    auto options = by_hand();
    options.max_poll_records = 5;
    consumer a(shared, options);
    std::set<partition_id> owned;
    int revocations = 0;
    a.subscribe({"t"}, {.assigned =
                            [&](rebalance_scope& scope) {
                                for (const auto& p : scope.partitions())
                                    owned.insert(p.partition);
                            },
                        .revoked =
                            [&](rebalance_scope&) {
                                ++revocations;
                                owned.clear();
                            }});
    EXPECT_EQ(read(a, 10).size(), 10u);
    const auto other = newcomer();
    std::size_t after = 0;
    for (int i = 0; i < 50; ++i) {
        const auto batch = a.poll(100ms).value();
        for (const consumer_record& r : batch) {
            EXPECT_TRUE(owned.contains(r.partition())) << r.partition();
            after += revocations;
        }
        (void)other->poll(0ms).value();
    }
    EXPECT_EQ(revocations, 1);
    EXPECT_LT(owned.size(), 3u);
    EXPECT_GT(after, 0u);
}

TEST_F(handlers, an_exception_is_kept_until_the_rebalance_is_complete) {
    consumer a(shared, by_hand());
    int assigned = 0;
    a.subscribe(
        {"t"}, {.assigned = [&](rebalance_scope&) { ++assigned; },
                .revoked = [](rebalance_scope&) { throw std::runtime_error("from the handler"); }});
    poll_until({&a}, [&] { return assigned == 1; });
    const auto other = newcomer();
    EXPECT_THROW((void)a.poll(10s), std::runtime_error);
    EXPECT_EQ(assigned, 2) << "the library went on with the assignment";
    EXPECT_EQ(members(), 2u);
    (void)a.poll(0ms).value();
}

TEST_F(handlers, an_exception_is_rethrown_at_the_end_of_the_call_at_the_latest) {
    consumer a(shared, by_hand());
    a.subscribe(
        {"t"}, {.revoked = [](rebalance_scope&) { throw std::runtime_error("from the handler"); }});
    poll_until({&a}, [&] { return a.assignment().size() == 3; });
    const auto other = newcomer();
    EXPECT_THROW((void)a.poll(0ms), std::runtime_error);
    poll_until({&a, other.get()},
               [&] { return a.assignment().size() + other->assignment().size() == 3; });
}

TEST_F(handlers, an_exception_from_assigned_does_not_keep_records_back) {
    produce_numbered(1);
    consumer a(shared, by_hand());
    bool first = true;
    a.subscribe({"t"}, {.assigned = [&](rebalance_scope&) {
                    if (std::exchange(first, false)) throw std::runtime_error("from the handler");
                }});
    EXPECT_THROW((void)a.poll(10s), std::runtime_error);
    EXPECT_EQ(sorted(read(a, 3)), numbered(1));
}

TEST_F(handlers, close_and_unsubscribe_run_revoked_and_rethrow_when_all_is_over) {
    for (const bool close : {true, false}) {
        consumer c(shared, by_hand());
        int revoked = 0;
        c.subscribe({"t"}, {.revoked = [&](rebalance_scope&) {
                        ++revoked;
                        throw std::runtime_error("from the handler");
                    }});
        poll_until({&c}, [&] { return c.assignment().size() == 3; });
        EXPECT_THROW((void)(close ? c.close() : c.unsubscribe()), std::runtime_error);
        EXPECT_EQ(revoked, 1);
        EXPECT_EQ(members(), 0u) << "it has left all the same";
    }
}

TEST_F(handlers, a_destructor_runs_none_but_leaves) {
    int calls = 0;
    {
        consumer c(shared, by_hand());
        c.subscribe({"t"}, {.revoked = [&](rebalance_scope&) { ++calls; },
                            .lost = [&](rebalance_scope&) { ++calls; }});
        poll_until({&c}, [&] { return c.assignment().size() == 3; });
    }
    EXPECT_EQ(calls, 0);
    EXPECT_EQ(members(), 0u);
}

TEST_F(handlers, what_was_never_told_is_never_revoked) {
    consumer a(shared, by_hand());
    std::vector<std::string> events;
    a.subscribe({"t"}, {.assigned = [&](rebalance_scope&) { events.push_back("assigned"); },
                        .revoked = [&](rebalance_scope&) { events.push_back("revoked"); }});
    world.rt->run_for(5s);
    EXPECT_TRUE(a.assignment().empty()) << "partitions come inside poll";
    const auto other = newcomer(); // a's first assignment is over before it ever polled
    poll_until({&a, other.get()}, [&] {
        return members() == 2 && a.assignment().size() + other->assignment().size() == 3;
    });
    EXPECT_EQ(events, (std::vector<std::string>{"assigned"}));
}

TEST_F(handlers, a_slow_revoked_does_not_take_away_what_was_assigned_since) {
    produce_numbered(2);
    consumer c(shared, by_hand());
    int assigned = 0, revoked = 0;
    c.subscribe({"t"},
                {.assigned = [&](rebalance_scope&) { ++assigned; },
                 .revoked =
                     [&](rebalance_scope&) {
                         ++revoked;
                         world.fail_next(api::heartbeat, broker_errc::unknown_member_id);
                         runtime::runtime& rt = *world.rt;
                         detail::event never_set;
                         rt.block(never_set,
                                  2min); // meanwhile the group goes on without, and takes it back
                     }});
    EXPECT_EQ(read(c, 6).size(), 6u);
    world.fail_next(api::heartbeat, broker_errc::rebalance_in_progress);
    const auto again = poll_until({&c}, [&] {
        return assigned == 2 && c.position({"t", 0}) == 2 && c.position({"t", 1}) == 2 &&
               c.position({"t", 2}) == 2;
    });
    EXPECT_EQ(revoked, 1);
    EXPECT_EQ(c.assignment().size(), 3u);
    EXPECT_EQ(sorted(again[0]), numbered(2)) << "nothing was committed";
}

TEST_F(handlers, a_commit_in_revoked_ends_before_the_group_goes_on_without_it) {
    produce_numbered(2);
    auto options = by_hand();
    options.max_poll_interval = 10s;
    consumer a(shared, options);
    auto rebalance_began = world.rt->now();
    int revoked = 0;
    const auto commit = [&](rebalance_scope& scope) {
        ++revoked;
        EXPECT_FALSE(scope.commit());
        EXPECT_LE(world.rt->now() - rebalance_began, 10s);
    };
    a.subscribe({"t"}, {.revoked = commit});
    EXPECT_EQ(read(a, 6).size(), 6u);
    world.add(api::offset_commit, testing::faults::delay{10min}, 100);
    rebalance_began = world.rt->now();
    consumer b(shared, options);
    b.subscribe({"t"});
    poll_until({&a, &b}, [&] {
        return !b.assignment().empty() && a.assignment().size() + b.assignment().size() == 3;
    });
    EXPECT_EQ(revoked, 1);
}

TEST_F(handlers, a_commit_in_revoked_waits_no_longer_than_close_allows) {
    produce_numbered(2);
    consumer c(shared, by_hand());
    c.subscribe({"t"}, {.revoked = [](rebalance_scope& scope) { EXPECT_FALSE(scope.commit()); }});
    EXPECT_EQ(read(c, 6).size(), 6u);
    world.add(api::offset_commit, testing::faults::delay{10min}, 100);
    const auto before = world.rt->now();
    (void)c.close(3s);
    EXPECT_LE(world.rt->now() - before, 6s);
}

TEST_F(handlers, a_rebalance_in_the_middle_of_a_loop_waits_for_the_body) {
    produce_numbered(50);
    auto options = by_hand();
    consumer a(shared, options);
    int in_body = 0, revoked = 0;
    a.subscribe({"t"}, {.revoked = [&](rebalance_scope& scope) {
                    EXPECT_EQ(in_body, 0);
                    ++revoked;
                    scope.commit().value();
                }});
    std::unique_ptr<consumer> other;
    strings seen;
    for (const consumer_record& r : a.records()) {
        ++in_body;
        seen.push_back(r.value().to_string());
        if (seen.size() == 20) other = newcomer();
        if (other && other->poll(0ms).value().size() > 0) a.wake();
        --in_body;
        if (revoked > 0 && seen.size() > 21) a.wake();
        if (seen.size() > 120) break;
    }
    EXPECT_EQ(revoked, 1);
    std::map<partition_id, offset_t> counted;
    for (std::size_t i = 0; i < 20; ++i)
        ++counted[seen[i][0] - '0'];
    for (const auto& [partition, count] : counted)
        EXPECT_GE(committed().at({"t", partition}).offset, count);
}

} // namespace
} // namespace kcpp::consuming::test
