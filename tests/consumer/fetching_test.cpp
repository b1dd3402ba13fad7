// How a consumer asks brokers for records: sessions, nearer replicas, logs that were cut off.

#include "consumer_world.hpp"

namespace kcpp::consuming::test {
namespace {

class fetching : public consumer_world {
protected:
    explicit fetching(testing::cluster_settings settings = {}, client_options options = {})
        : consumer_world(settings, std::move(options)) {
        world.brokers->on_answer = [this](std::int32_t broker, api of, std::size_t request,
                                          std::size_t response) {
            if (of == api::fetch) fetches.push_back({broker, request, response});
        };
    }
    ~fetching() override { world.brokers->on_answer = nullptr; }

    struct exchange {
        std::int32_t broker;
        std::size_t request;
        std::size_t response;
    };
    /// How many fetches this broker has answered.
    std::ptrdiff_t fetches_at(std::int32_t broker) const {
        return std::ranges::count(fetches, broker, &exchange::broker);
    }
    consumer on(std::vector<topic_partition> partitions,
                consumer_options options = from_the_beginning()) {
        consumer c(shared, std::move(options));
        c.assign(std::move(partitions));
        return c;
    }

    std::vector<exchange> fetches;
};

TEST_F(fetching, a_thousand_idle_partitions_cost_200_bytes_each_way) { // F1, KIP-227
    world.create_topic("wide", 1000, {}, 1);
    std::vector<topic_partition> all;
    for (partition_id i = 0; i < 1000; ++i)
        all.push_back({"wide", i});
    consumer c = on(all);
    read(c, 1, 2s);
    fetches.clear();
    read(c, 1, 5s);
    ASSERT_GE(fetches.size(), 20u);
    for (const exchange& one : fetches) {
        EXPECT_LE(one.request, 200u);
        EXPECT_LE(one.response, 200u);
    }
}

TEST_F(fetching, the_first_records_do_not_wait_for_many) {
    const std::string large(30'000, 'x');
    for (int i = 0; i < 30; ++i)
        produce({large});
    consumer c = on({{"t", 0}});
    EXPECT_EQ(read(c, 30).size(), 30u);
    ASSERT_GE(fetches.size(), 2u);
    EXPECT_LT(fetches[0].response, 100'000u);
    EXPECT_GT(fetches[1].response, 800'000u);
    // Nor do the later ones where each fetch begins anew, because brokers keep no session.
    const std::int16_t before_sessions = 6;
    world.brokers->faults.limit_versions(api::fetch, 4, before_sessions);
    fetches.clear();
    client old = world.make_client();
    consumer without(old, from_the_beginning());
    without.assign({{"t", 0}});
    EXPECT_EQ(read(without, 30).size(), 30u);
    ASSERT_GE(fetches.size(), 2u);
    EXPECT_LT(fetches[0].response, 100'000u);
    EXPECT_GT(fetches[1].response, 800'000u);
}

TEST_F(fetching, the_next_record_after_a_leader_moved_comes_within_50_ms) { // KIP-951
    produce({"0"});
    consumer c = on({{"t", 0}});
    EXPECT_EQ(read(c, 1), strings{"0"});
    for (int n = 1; n <= 6; ++n) {
        world.rt->run_for(700ms + n * 77ms); // a fetch waits at the leader, or is on its way
        auto& p = world.partition("t", 0);
        ASSERT_TRUE(world.brokers->move_leader(p, p.leader() % 3 + 1));
        store(batch{.base_offset = n, .values = {std::to_string(n)}}.bytes());
        const auto moved = world.rt->now();
        EXPECT_EQ(read(c, 1), strings{std::to_string(n)});
        EXPECT_LE(world.rt->now() - moved, 50ms) << n;
    }
}

TEST_F(fetching, records_for_one_of_many_name_that_one_only) { // F1
    world.create_topic("wide", 300, {}, 1);
    std::vector<topic_partition> all;
    for (partition_id i = 0; i < 300; ++i)
        all.push_back({"wide", i});
    consumer c = on(all);
    read(c, 1, 2s);
    fetches.clear();
    for (int round = 0; round < 5; ++round) {
        produce({"x"}, 7, "wide");
        ASSERT_EQ(read(c, 1), (strings{"x"}));
    }
    for (const exchange& one : fetches) {
        EXPECT_LE(one.request, 200u);
        EXPECT_LE(one.response, 300u);
    }
}

TEST_F(fetching, reading_goes_on_at_once_at_brokers_that_forgot_the_session) { // F1
    consumer c = on({{"t", 0}, {"t", 1}, {"t", 2}});
    for (int round = 0; round < 3; ++round) {
        produce_numbered(1, 3, "t", round);
        const auto before = world.rt->now();
        ASSERT_EQ(sorted(read(c, 3)), numbered(1, 3, round));
        EXPECT_LT(world.rt->now() - before, 20ms);
        // Who waits at the broker now is answered, and the next request finds nothing.
        produce_numbered(1, 3, "t", 100 + round);
        ASSERT_EQ(sorted(read(c, 3)), numbered(1, 3, 100 + round));
        for (std::int32_t broker = 1; broker <= 3; ++broker)
            world.brokers->sessions_at(broker) =
                testing::fetch_session_cache([this] { return world.rt->random(); });
    }
}

TEST_F(fetching, brokers_of_any_age_are_read_from) { // F1, L9
    std::size_t stored = 0;
    for (const std::int16_t newest : {4, 6, 8, 10, 11, 12, 15}) {
        SCOPED_TRACE(newest);
        world.brokers->faults.limit_versions(api::fetch, 4, newest);
        produce({"x"});
        consumer c = on({{"t", 0}, {"t", 1}});
        EXPECT_EQ(read(c, ++stored).size(), stored);
        produce({"y"});
        ++stored;
        EXPECT_EQ(read(c, 1), (strings{"y"}));
    }
}

/// Brokers 1, 2 and 3 in racks a, b and c, and leaders that send consumers to their own.
class nearest : public fetching {
protected:
    explicit nearest(client_options options = {.rack = "b"})
        : fetching({.racks = {"a", "b", "c"}, .rack_aware_reads = true}, std::move(options)) {
        world.create_topic("r", 1, {}, 3);
        auto& r = world.partition("r");
        EXPECT_TRUE(r.leader() == 1 || world.brokers->move_leader(r, 1));
    }
};

TEST_F(nearest, a_replica_in_the_clients_rack_is_read_from) { // F7, KIP-392
    produce({"x", "y"}, 0, "r");
    consumer c = on({{"r", 0}});
    EXPECT_EQ(read(c, 2), (strings{"x", "y"}));
    const auto at_leader = fetches_at(1);
    read(c, 1, 10s);
    produce({"z"}, 0, "r");
    EXPECT_EQ(read(c, 1), (strings{"z"}));
    EXPECT_EQ(fetches_at(1), at_leader);
    EXPECT_GE(fetches_at(2), 20);
    EXPECT_EQ(fetches_at(3), 0);
}

class nearest_for_a_second : public nearest {
protected:
    nearest_for_a_second() : nearest({.rack = "b", .metadata_max_age = 1s}) {}
};

TEST_F(nearest_for_a_second, the_leader_is_asked_again_after_a_while) { // F7: the lease
    consumer c = on({{"r", 0}});
    read(c, 1, 10s);
    EXPECT_GE(fetches_at(1), 8);
    EXPECT_LE(fetches_at(1), 12);
}

TEST_F(nearest, the_leader_is_read_from_once_the_replica_is_gone) { // F7
    produce({"x"}, 0, "r");
    consumer c = on({{"r", 0}});
    ASSERT_EQ(read(c, 1), (strings{"x"}));
    world.brokers->stop_broker(2);
    produce({"y"}, 0, "r");
    const auto before = world.rt->now();
    EXPECT_EQ(read(c, 1), (strings{"y"}));
    EXPECT_LT(world.rt->now() - before, 1s);
}

TEST_F(nearest, what_the_replica_does_not_have_is_read_from_the_leader) { // F7: no reset
    produce({"x"}, 0, "r");
    consumer c = on({{"r", 0}}, {.offset_reset = offset_reset::none});
    ASSERT_TRUE(c.seek({"r", 0}, 0));
    ASSERT_EQ(read(c, 1), (strings{"x"}));
    world.fail_next(api::fetch, broker_errc::offset_out_of_range, 10, {.broker = 2, .topic = "r"});
    produce({"y"}, 0, "r");
    EXPECT_EQ(read(c, 1), (strings{"y"}));
    EXPECT_EQ(c.position({"r", 0}), 2);
}

TEST_F(nearest, a_new_leader_is_asked_which_replica_is_near) { // F7
    produce({"x"}, 0, "r");
    consumer c = on({{"r", 0}});
    ASSERT_EQ(read(c, 1), (strings{"x"}));
    ASSERT_TRUE(world.brokers->move_leader(world.partition("r"), 3));
    produce({"y"}, 0, "r");
    EXPECT_EQ(read(c, 1), (strings{"y"}));
    read(c, 1, 5s);
    EXPECT_GE(fetches_at(3), 1);
    EXPECT_LE(fetches_at(3), 2);
}

class truncated : public fetching {
protected:
    /// Reads 0 to 9, of which the log then keeps 0 to 5, and gets 6' to 9' from a new leader.
    void cut_off(consumer& c) {
        for (int i = 0; i < 10; ++i)
            produce({std::to_string(i)});
        ASSERT_EQ(read(c, 10).size(), 10u);
        world.partition("t").truncate(6);
        world.brokers->log_news.notify();
        for (int i = 6; i < 12; ++i)
            store(batch{.values = {"new " + std::to_string(i)}}.bytes());
    }
};

TEST_F(truncated, reading_goes_on_where_the_log_was_cut_off) { // F9, KIP-320
    consumer c = on({{"t", 0}});
    cut_off(c);
    EXPECT_EQ(read(c, 6), (strings{"new 6", "new 7", "new 8", "new 9", "new 10", "new 11"}));
    EXPECT_EQ(c.position({"t", 0}), 12);
}

TEST_F(truncated, without_a_policy_it_is_an_error_that_says_where) { // F9, KIP-320
    consumer c(shared, {.offset_reset = offset_reset::none});
    c.assign({{"t", 0}});
    ASSERT_TRUE(c.seek({"t", 0}, 0));
    cut_off(c);
    const auto said = c.poll(10s);
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().code(), client_errc::log_truncated);
    EXPECT_EQ(said.error().message(),
              "the log of t-0 was cut off at offset 6, and this consumer had read up to 10; what "
              "stood there is lost, and offset_reset is none: seek to 6 or wherever reading shall "
              "go on");
    ASSERT_TRUE(c.seek({"t", 0}, 6));
    EXPECT_EQ(read(c, 1).front(), "new 6");
}

TEST_F(truncated, an_epoch_that_the_broker_does_not_know_is_no_loss) { // F9
    produce_numbered(3, 1);
    // As after a topic was deleted and made again: the committed epoch is from another log.
    consumer committing(shared, in_group());
    const offsets elsewhere{{{"t", 0}, {1, 77}}, {{"t", 1}, 0}, {{"t", 2}, 0}};
    ASSERT_TRUE(committing.commit(elsewhere).result());
    ASSERT_TRUE(committing.close());
    auto options = in_group();
    options.offset_reset = offset_reset::none;
    consumer c(shared, options);
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 2), (strings{"0:1", "0:2"}));
}

TEST_F(fetching, only_committed_records_are_read_and_markers_passed_over) { // F11, F12
    store(batch{.values = {"a"}, .transaction_of = 7}.bytes());
    store(batch{.values = {"b"}, .transaction_of = 8}.bytes());
    store(marker(0, 7, false));
    store(batch{.values = {"c"}}.bytes());
    auto options = from_the_beginning();
    options.isolation_level = isolation_level::read_committed;
    consumer c = on({{"t", 0}}, options);
    // 8 is still open: nothing behind its first record is stable.
    EXPECT_EQ(read(c, 1, 1s), strings());
    EXPECT_EQ(c.lag({"t", 0}), 0);
    EXPECT_EQ(c.end_offsets({{"t", 0}}).get().at({"t", 0}).offset, 1);
    store(marker(0, 8, true));
    EXPECT_EQ(read(c, 2, 5s), (strings{"b", "c"}));
    EXPECT_EQ(c.position({"t", 0}), 5);
}

} // namespace
} // namespace kcpp::consuming::test
