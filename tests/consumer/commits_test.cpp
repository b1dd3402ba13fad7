// What is committed when, and what never is.

#include "consumer_world.hpp"

namespace kcpp::consuming::test {
namespace {

class commits : public consumer_world {
protected:
    consumer_options by_hand() {
        auto options = in_group();
        options.auto_commit = false;
        return options;
    }
    consumer subscribed(consumer_options options) {
        consumer c(shared, std::move(options));
        c.subscribe({"t"});
        return c;
    }
    std::optional<offset_t> stored(partition_id partition = 0) {
        const auto all = committed();
        const auto found = all.find({"t", partition});
        if (found == all.end()) return std::nullopt;
        return found->second.offset;
    }
    /// The next batch that is not empty.
    consumer_batch next(consumer& c) {
        for (int i = 0; i < 1000; ++i)
            if (auto batch = c.poll(100ms).value(); !batch.empty()) return batch;
        ADD_FAILURE() << "no records came";
        return {};
    }
};

TEST_F(commits, of_everything_handed_out) {
    produce_numbered(3);
    consumer c = subscribed(by_hand());
    EXPECT_EQ(read(c, 9).size(), 9u);
    c.commit().get();
    for (partition_id i = 0; i < 3; ++i)
        EXPECT_EQ(stored(i), 3);
    EXPECT_EQ(c.committed({{"t", 0}, {"t", 2}}).get().size(), 2u);
}

TEST_F(commits, of_a_map_with_metadata) {
    consumer c(shared, by_hand());
    c.assign({{"t", 0}, {"t", 1}});
    c.commit(offsets{{{"t", 0}, {5, -1, "note"}}}).get();
    const auto known = c.committed({{"t", 0}, {"t", 1}}).get();
    ASSERT_EQ(known.size(), 1u);
    EXPECT_EQ(known.at({"t", 0}).offset, 5);
    EXPECT_EQ(known.at({"t", 0}).metadata, "note");
}

TEST_F(commits, of_a_record_is_the_offset_behind_it) {
    produce_numbered(5, 1);
    consumer c = subscribed(by_hand());
    for (const consumer_record& r : c.records()) {
        if (r.offset() != 2) continue;
        c.commit(r).get();
        break;
    }
    EXPECT_EQ(stored(), 3);
}

TEST_F(commits, nothing_handed_out_is_nothing_to_commit) {
    consumer c = subscribed(by_hand());
    poll_until({&c}, [&] { return c.assignment().size() == 3; });
    c.commit().get();
    EXPECT_TRUE(committed().empty());
}

TEST_F(commits, by_itself_only_what_the_application_came_back_for) { // franz-go 57
    produce_numbered(10, 1);
    auto options = in_group();
    options.max_poll_records = 4;
    consumer c = subscribed(options);
    auto first = std::make_optional(next(c));
    EXPECT_EQ(first->size(), 4u);
    world.rt->run_for(1min);
    EXPECT_EQ(stored(), std::nullopt) << "nobody came back";
    auto second = std::make_optional(next(c));
    world.rt->run_for(10s);
    EXPECT_EQ(stored(), std::nullopt) << "it came back, but still holds the batch";
    first.reset();
    world.rt->run_for(10s);
    EXPECT_EQ(stored(), std::nullopt) << "it let go of it, but has not come back";
    auto third = std::make_optional(next(c));
    world.rt->run_for(10s);
    EXPECT_EQ(stored(), 4);
    third.reset();
    (void)c.poll(0ms).value();
    world.rt->run_for(10s);
    EXPECT_EQ(stored(), 4) << "the second is still held";
    second.reset();
    (void)c.poll(0ms).value();
    world.rt->run_for(10s);
    EXPECT_EQ(stored(), 10);
}

TEST_F(commits, by_itself_each_completed_loop_body) {
    produce_numbered(10, 1);
    consumer c = subscribed(in_group());
    for (const consumer_record& r : c.records()) {
        world.rt->run_for(6s); // longer than auto_commit_interval
        if (r.offset() >= 2) {
            EXPECT_GE(stored(), r.offset() - 1);
        }
        EXPECT_LE(stored().value_or(0), r.offset());
        if (r.offset() == 6) break;
    }
    c.close().value();
    EXPECT_EQ(stored(), 6) << "the body of 6 was not completed";
}

TEST_F(commits, by_itself_the_completed_bodies_of_a_loop_that_was_left) {
    produce_numbered(10, 1);
    for (const bool by_closing : {true, false}) {
        auto options = in_group(by_closing ? "closed" : "destroyed");
        {
            consumer c = subscribed(options);
            for (const consumer_record& r : c.records())
                if (r.offset() == 6) break;
            if (by_closing) c.close().value();
        }
        EXPECT_EQ(committed(options.group_id).at({"t", 0}).offset, 6);
    }
}

TEST_F(commits, by_itself_the_completed_bodies_before_unsubscribe_in_one) {
    produce_numbered(10, 1);
    consumer c = subscribed(in_group());
    const auto loop = [&] {
        for (const consumer_record& r : c.records())
            if (r.offset() == 6) c.unsubscribe().value();
    };
    EXPECT_THROW(loop(), kafka_error);
    EXPECT_EQ(stored(), 6);
}

TEST_F(commits, by_itself_what_was_read_before_another_assignment) {
    produce_numbered(4, 2);
    consumer c(shared, in_group());
    c.assign({{"t", 0}});
    auto held = next(c);
    EXPECT_EQ(held.size(), 4u);
    c.assign({{"t", 0}, {"t", 1}});
    held = consumer_batch();
    c.close().value();
    EXPECT_EQ(stored(), 4);
}

TEST_F(commits, closing_waits_for_those_that_were_asked_for) {
    produce_numbered(4, 1);
    for (const bool by_closing : {true, false}) {
        auto options = by_hand();
        options.group_id = by_closing ? "closed" : "destroyed";
        {
            consumer c = subscribed(options);
            const auto batch = next(c);
            world.fail_next(api::offset_commit, broker_errc::coordinator_load_in_progress, 2);
            (void)c.commit(batch);
            if (by_closing) c.close().value();
        }
        EXPECT_EQ(committed(options.group_id).at({"t", 0}).offset, 4);
    }
}

TEST_F(commits, a_lost_answer_is_asked_for_again) { // committing twice is like committing once
    produce_numbered(2, 1);
    consumer c = subscribed(by_hand());
    EXPECT_EQ(read(c, 2).size(), 2u);
    world.add(api::offset_commit, testing::drop::after_effect);
    c.commit().get();
    EXPECT_EQ(stored(), 2);
}

TEST_F(commits, by_itself_behind_what_is_not_the_applications) { // else the lag never ends where
                                                                 // transactions were
    produce_numbered(2, 1);
    store(marker(0, 7, true));
    consumer c = subscribed(in_group());
    EXPECT_EQ(read(c, 2).size(), 2u);
    EXPECT_TRUE(c.poll(10s).value().empty());
    EXPECT_EQ(stored(), 3);
    store(marker(0, 7, true));
    EXPECT_TRUE(c.poll(10s).value().empty());
    EXPECT_EQ(stored(), 4) << "nothing else came";
}

TEST_F(commits, of_a_batch_are_behind_what_is_not_the_applications) {
    produce_numbered(2, 1);
    store(marker(0, 7, true));
    consumer c = subscribed(by_hand());
    const auto batch = next(c);
    ASSERT_EQ(batch.size(), 2u);
    c.commit(batch).get();
    EXPECT_EQ(stored(), 3);
}

TEST_F(commits, closing_commits_what_is_done) {
    produce_numbered(4, 1);
    consumer c = subscribed(in_group());
    EXPECT_EQ(read(c, 4).size(), 4u);
    c.close().value();
    EXPECT_EQ(stored(), 4);
}

TEST_F(commits, a_destructor_commits_only_what_the_application_came_back_for) {
    produce_numbered(8, 1);
    auto options = in_group();
    options.max_poll_records = 4;
    {
        consumer c = subscribed(options);
        (void)next(c);
        (void)next(c); // an exception might end it here, with the second batch not worked on
    }
    EXPECT_EQ(stored(), 4);
}

TEST_F(commits, off_means_off) {
    produce_numbered(4, 1);
    {
        consumer c = subscribed(by_hand());
        EXPECT_EQ(read(c, 4).size(), 4u);
        (void)c.poll(20s).value();
        c.close().value();
    }
    EXPECT_TRUE(committed().empty());
}

class passing_commit_error : public commits, public ::testing::WithParamInterface<broker_errc> {};

TEST_P(passing_commit_error, is_retried) { // G3
    produce_numbered(2, 1);
    consumer c = subscribed(by_hand());
    EXPECT_EQ(read(c, 2).size(), 2u);
    world.fail_next(api::offset_commit, GetParam(), 3);
    c.commit().get();
    EXPECT_EQ(stored(), 2);
}

INSTANTIATE_TEST_SUITE_P(G3, passing_commit_error,
                         ::testing::Values(broker_errc::coordinator_load_in_progress,
                                           broker_errc::unknown_topic_or_partition,
                                           broker_errc::not_coordinator,
                                           broker_errc::coordinator_not_available,
                                           broker_errc::request_timed_out),
                         [](const auto& p) { return std::string(name_of(p.param)); });

class final_commit_error : public commits, public ::testing::WithParamInterface<broker_errc> {};

TEST_P(final_commit_error, is_reported_at_once_and_not_retried) { // G3
    produce_numbered(2, 1);
    consumer c = subscribed(by_hand());
    EXPECT_EQ(read(c, 2).size(), 2u);
    world.fail_next(api::offset_commit, GetParam());
    const auto before = world.requests(api::offset_commit);
    const auto outcome = c.commit().result();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), GetParam());
    EXPECT_EQ(world.requests(api::offset_commit) - before, 1);
}

INSTANTIATE_TEST_SUITE_P(G3, final_commit_error,
                         ::testing::Values(broker_errc::illegal_generation,
                                           broker_errc::unknown_member_id,
                                           broker_errc::rebalance_in_progress,
                                           broker_errc::offset_metadata_too_large,
                                           broker_errc::topic_authorization_failed,
                                           broker_errc::group_authorization_failed),
                         [](const auto& p) { return std::string(name_of(p.param)); });

TEST_F(commits, a_member_that_is_told_it_is_stale_gives_up_and_joins_again) { // G3; franz-go 1.21.3
                                                                              // went on as a zombie
    produce_numbered(2, 1);
    for (const auto what : {broker_errc::unknown_member_id, broker_errc::illegal_generation}) {
        consumer c(shared, by_hand());
        int lost = 0;
        c.subscribe({"t"}, {.lost = [&](rebalance_scope&) { ++lost; }});
        EXPECT_EQ(read(c, 2).size(), 2u);
        world.fail_next(api::offset_commit, what);
        const auto outcome = c.commit().result();
        ASSERT_FALSE(outcome);
        EXPECT_TRUE(outcome.error().is(condition::fenced)) << name_of(what);
        poll_until({&c}, [&] { return lost == 1 && c.assignment().size() == 3; });
        c.close().value();
    }
}

TEST_F(commits,
       what_was_read_before_partitions_were_lost_is_not_committed_after) { // reliability G:
                                                                           // librdkafka PR 5604
    produce_numbered(4, 1);
    auto options = by_hand();
    options.max_poll_records = 2;
    consumer c(shared, options);
    int lost = 0;
    c.subscribe({"t"}, {.lost = [&](rebalance_scope&) { ++lost; }});
    const auto old = next(c);
    world.fail_next(api::heartbeat, broker_errc::unknown_member_id);
    poll_until({&c}, [&] { return lost == 1 && c.assignment().size() == 3; });
    const auto requests = world.requests(api::offset_commit);
    const auto outcome = c.commit(old).result();
    ASSERT_FALSE(outcome);
    EXPECT_TRUE(outcome.error().is(condition::fenced));
    EXPECT_EQ(world.requests(api::offset_commit), requests) << "the coordinator never sees it";
}

// Else it could be sent after the partitions came back, and what it is about be handed out again.
TEST_F(commits, what_waits_for_a_coordinator_is_called_off_when_partitions_are_lost) { // G
    produce_numbered(2, 1);
    consumer c = subscribed(by_hand());
    EXPECT_EQ(read(c, 2).size(), 2u);
    const auto before = world.requests(api::offset_commit);
    world.fail_next(api::offset_commit, broker_errc::not_coordinator);
    world.fail_next(api::find_coordinator, broker_errc::coordinator_not_available, 1000);
    auto pending = c.commit();
    world.rt->run_for(by_hand().session_timeout + 1s);
    world.brokers->faults.clear();
    const auto outcome = pending.result();
    ASSERT_FALSE(outcome);
    EXPECT_TRUE(outcome.error().is(condition::fenced));
    EXPECT_EQ(world.requests(api::offset_commit) - before, 1);
    EXPECT_EQ(stored(), std::nullopt);
}

TEST_F(commits, a_member_commits_only_what_it_was_given) { // reliability G
    consumer c = subscribed(by_hand());
    poll_until({&c}, [&] { return c.assignment().size() == 3; });
    const auto outcome = c.commit(offsets{{{"other", 0}, {1}}}).result();
    ASSERT_FALSE(outcome);
    EXPECT_TRUE(outcome.error().is(condition::fenced));
    EXPECT_EQ(outcome.error().topic(), "other");
}

TEST_F(commits, overlapping_ones_keep_their_order) { // sarama PR 2947
    consumer c(shared, by_hand());
    c.assign({{"t", 0}});
    world.fail_next(api::offset_commit, broker_errc::coordinator_load_in_progress, 2);
    world.add(api::offset_commit, testing::faults::delay{2s}, 1);
    std::vector<future<void>> pending;
    for (offset_t o = 1; o <= 5; ++o)
        pending.push_back(c.commit(offsets{{{"t", 0}, {o}}}));
    for (auto& each : pending)
        each.get();
    EXPECT_EQ(stored(), 5);
}

// Else they wait ever longer where they are asked for faster than a slow coordinator answers, and
// who closes then waits in vain behind all of them.
TEST_F(commits, those_that_wait_go_out_together) {
    produce_numbered(30);
    consumer c = subscribed(by_hand());
    EXPECT_EQ(read(c, 90).size(), 90u);
    world.add(api::offset_commit, testing::faults::delay{1s}, 1000);
    const auto requests = world.requests(api::offset_commit);
    const auto begin = world.rt->now();
    std::vector<future<void>> pending;
    for (offset_t o = 1; o <= 30; ++o)
        for (partition_id i = 0; i < 3; ++i)
            pending.push_back(c.commit(offsets{{{"t", i}, {o}}}));
    for (auto& each : pending)
        each.get();
    EXPECT_EQ(world.requests(api::offset_commit) - requests, 2);
    EXPECT_LE(world.rt->now() - begin, 3s);
    for (partition_id i = 0; i < 3; ++i)
        EXPECT_EQ(stored(i), 30);
}

TEST_F(commits, none_goes_back_when_the_answer_to_several_is_lost) {
    produce_numbered(30, 1);
    consumer c = subscribed(by_hand());
    EXPECT_EQ(read(c, 30).size(), 30u);
    std::vector<offset_t> order;
    world.brokers->on_commit = [&](const std::string&, const topic_partition&,
                                   const testing::group_offset& o) {
        order.push_back(o.offset);
        // The answer to those that waited while the first was under way.
        if (o.offset == 30 && order.size() == 2)
            world.add(api::offset_commit, testing::drop::after_effect);
    };
    std::vector<future<void>> pending;
    for (offset_t o = 1; o <= 30; ++o)
        pending.push_back(c.commit(offsets{{{"t", 0}, {o}}}));
    for (auto& each : pending)
        each.get();
    world.brokers->on_commit = nullptr;
    EXPECT_TRUE(std::ranges::is_sorted(order));
    EXPECT_EQ(stored(), 30);
}

TEST_F(commits, closing_has_time_for_the_last_behind_many) {
    produce_numbered(30, 1);
    consumer c(shared, by_hand());
    result<void> last;
    c.subscribe({"t"}, {.revoked = [&](rebalance_scope& scope) { last = scope.commit(); }});
    EXPECT_EQ(read(c, 30).size(), 30u);
    world.add(api::offset_commit, testing::faults::delay{1s}, 1000);
    for (offset_t o = 1; o <= 30; ++o)
        (void)c.commit(offsets{{{"t", 0}, {o}}});
    c.close().value();
    EXPECT_TRUE(last);
    EXPECT_EQ(stored(), 30);
}

TEST_F(commits, one_that_fails_fails_no_other_that_it_went_out_with) {
    consumer c(shared, by_hand());
    c.assign({{"t", 0}, {"t", 1}, {"t", 2}});
    world.fail_next(api::offset_commit, broker_errc::offset_metadata_too_large, 1000,
                    {.topic = "t", .partition = 1});
    std::vector<future<void>> pending;
    for (offset_t o = 1; o <= 3; ++o)
        for (partition_id i = 0; i < 3; ++i)
            pending.push_back(c.commit(offsets{{{"t", i}, {o}}}));
    for (std::size_t n = 0; n < pending.size(); ++n)
        EXPECT_EQ(pending[n].result().has_value(), n % 3 != 1) << n;
    EXPECT_EQ(stored(0), 3);
    EXPECT_EQ(stored(1), std::nullopt);
    EXPECT_EQ(stored(2), 3);
}

TEST_F(commits, closing_ends_in_time_behind_one_that_hangs) {
    produce_numbered(2, 1);
    consumer c(shared, by_hand());
    result<void> last;
    c.subscribe({"t"}, {.revoked = [&](rebalance_scope& scope) { last = scope.commit(); }});
    EXPECT_EQ(read(c, 2).size(), 2u);
    world.add(api::offset_commit, testing::faults::delay{20s}, 1000);
    auto first = c.commit(offsets{{{"t", 0}, {1}}});
    const auto begin = world.rt->now();
    (void)c.close(3s);
    EXPECT_LE(world.rt->now() - begin, 4s);
    EXPECT_FALSE(last);
    // The group went on without this member, and the commit was not done by then.
    EXPECT_EQ(first.result().error(), broker_errc::unknown_member_id);
    world.rt->run_for(1min);
    EXPECT_EQ(stored(), std::nullopt);
}

TEST_F(commits, end_at_their_deadline) {
    client hasty = world.make_client({.request_timeout = 2s, .api_timeout = 5s});
    consumer c(hasty, by_hand());
    c.assign({{"t", 0}});
    world.fail_next(api::offset_commit, broker_errc::coordinator_load_in_progress, 10'000);
    const auto before = world.rt->now();
    EXPECT_FALSE(c.commit(offsets{{{"t", 0}, {1}}}).result());
    EXPECT_LE(world.rt->now() - before, 6s);
}

} // namespace
} // namespace kcpp::consuming::test
