// What poll hands out, and what it costs.

#include "consumer_world.hpp"

namespace kcpp::consuming::test {
namespace {

class reading : public consumer_world {
protected:
    consumer on(std::vector<topic_partition> partitions,
                consumer_options options = from_the_beginning()) {
        consumer c(shared, std::move(options));
        c.assign(std::move(partitions));
        return c;
    }
};

TEST_F(reading, everything_from_the_beginning_in_order) {
    produce_numbered(10);
    consumer c = on({{"t", 0}, {"t", 1}, {"t", 2}});
    const auto seen = read(c, 30);
    EXPECT_EQ(sorted(seen), numbered(10));
    for (const char* partition : {"0:", "1:", "2:"}) {
        int next = 0;
        for (const auto& value : seen)
            if (value.starts_with(partition)) {
                EXPECT_EQ(value, partition + std::to_string(next++));
            }
    }
}

TEST_F(reading, with_policy_latest_only_what_comes_after) {
    produce({"before"});
    consumer c = on({{"t", 0}}, {.offset_reset = offset_reset::latest});
    EXPECT_TRUE(read(c, 1, 2s).empty());
    produce({"after"});
    EXPECT_EQ(read(c, 1), (strings{"after"}));
}

TEST_F(reading, keys_headers_nulls_and_times_are_what_was_sent) {
    {
        producer p(shared);
        const headers given{{"trace", "1"}, {"none", nullptr}, {"trace", "2"}};
        p.send({.topic = "t",
                .key = "k",
                .value = nullptr,
                .headers = given,
                .partition = 0,
                .timestamp = timestamp(1234567ms)})
            .get();
        p.send({.topic = "t", .key = "", .value = "", .partition = 0}).get();
    }
    consumer c = on({{"t", 0}});
    const auto batch = c.poll(10s).value();
    std::vector<owned_record> kept;
    for (const consumer_record& r : batch) {
        kept.push_back(r.to_owned());
        EXPECT_EQ(r.topic(), "t");
        if (r.offset() != 0) continue;
        EXPECT_EQ(r.headers().size(), 3u);
        EXPECT_EQ(r.headers().find("trace")->text(), "2");
        EXPECT_TRUE(r.headers().find("none")->is_null());
        EXPECT_FALSE(r.headers().find("absent"));
        EXPECT_EQ(r.timestamp(), timestamp(1234567ms));
    }
    if (kept.size() == 1)
        for (const auto more = c.poll(10s).value(); const consumer_record& r : more)
            kept.push_back(r.to_owned());
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_EQ(kept[0].key, "k");
    EXPECT_EQ(kept[0].value, std::nullopt) << "a tombstone";
    EXPECT_EQ(kept[1].key, "");
    EXPECT_EQ(kept[1].value, "");
}

TEST_F(reading, poll_gives_at_most_max_poll_records_and_the_rest_next_time) {
    produce_numbered(10, 1);
    auto options = from_the_beginning();
    options.max_poll_records = 4;
    consumer c = on({{"t", 0}}, options);
    std::vector<std::size_t> sizes;
    strings seen;
    while (seen.size() < 10) {
        const auto batch = c.poll(1s).value();
        sizes.push_back(batch.size());
        for (const auto& r : batch)
            seen.push_back(r.value().to_string());
    }
    EXPECT_LE(*std::ranges::max_element(sizes), 4u);
    EXPECT_EQ(seen, numbered(10, 1));
}

TEST_F(reading, a_batch_stays_valid_while_others_are_polled) {
    produce_numbered(3, 1);
    auto options = from_the_beginning();
    options.max_poll_records = 1;
    consumer c = on({{"t", 0}}, options);
    std::vector<consumer_batch> kept;
    while (kept.size() < 3) {
        auto batch = c.poll(1s).value();
        if (!batch.empty()) kept.push_back(std::move(batch));
    }
    c.close().value();
    strings seen;
    for (const auto& batch : kept)
        for (const auto& r : batch)
            seen.push_back(r.value().to_string());
    EXPECT_EQ(seen, numbered(3, 1));
}

TEST_F(reading, poll_waits_as_long_as_it_is_told_to) {
    consumer c = on({{"t", 0}});
    read(c, 1, 1s);
    const auto before = world.rt->now();
    EXPECT_TRUE(c.poll(1234ms).value().empty());
    EXPECT_EQ(world.rt->now() - before, 1234ms);
    EXPECT_TRUE(c.poll(0ms).value().empty());
    EXPECT_EQ(world.rt->now() - before, 1234ms);
}

TEST_F(reading, poll_waits_for_ever_if_told_to) {
    consumer c = on({{"t", 0}});
    read(c, 1, 1s);
    const auto before = world.rt->now();
    const auto later = world.rt->make_timer();
    later->start_wait(before + 1h, [&](auto) { c.wake(); });
    EXPECT_TRUE(c.poll(std::chrono::milliseconds::max()).value().empty());
    EXPECT_EQ(world.rt->now() - before, 1h);
    EXPECT_TRUE(c.poll(std::chrono::milliseconds::min()).value().empty());
    EXPECT_TRUE(c.close(std::chrono::milliseconds::max()));
}

TEST_F(reading, new_records_end_the_wait_at_once) {
    consumer c = on({{"t", 0}});
    read(c, 1, 1s);
    producer p(shared);
    p.send({.topic = "t", .value = "new", .partition = 0}, {});
    const auto before = world.rt->now();
    EXPECT_EQ(c.poll(10s).value().size(), 1u);
    EXPECT_LT(world.rt->now() - before, 100ms);
}

TEST_F(reading, wake_ends_the_next_wait_once) {
    consumer c = on({{"t", 0}});
    read(c, 1, 1s);
    c.wake();
    const auto before = world.rt->now();
    EXPECT_TRUE(c.poll(10s).value().empty());
    EXPECT_EQ(world.rt->now(), before);
    EXPECT_TRUE(c.poll(1s).value().empty());
    EXPECT_EQ(world.rt->now() - before, 1s);
}

TEST_F(reading, seeking_goes_anywhere) {
    produce_numbered(10, 1);
    consumer c = on({{"t", 0}});
    EXPECT_EQ(read(c, 10).size(), 10u);
    ASSERT_TRUE(c.seek({"t", 0}, 7));
    EXPECT_EQ(c.position({"t", 0}), 7);
    EXPECT_EQ(read(c, 3), (strings{"0:7", "0:8", "0:9"}));
    ASSERT_TRUE(c.seek_to_beginning({{"t", 0}}));
    EXPECT_EQ(read(c, 10).size(), 10u);
    ASSERT_TRUE(c.seek({"t", 0}, 0));
    ASSERT_TRUE(c.seek_to_end({{"t", 0}}));
    EXPECT_TRUE(read(c, 1, 2s).empty());
    EXPECT_EQ(c.position({"t", 0}), 10);
    EXPECT_EQ(c.seek({"t", 0}, -1).error(), client_errc::invalid_argument);
    EXPECT_EQ(c.seek({"t", 2}, 1).error(), client_errc::wrong_state);
}

/// Records that bear the time so long before now, as their values say.
class reading_by_time : public reading {
protected:
    reading_by_time() {
        producer p(shared);
        for (const auto back : {50h, 30h, 20h, 1h})
            p.send({.topic = "t",
                    .value = std::to_string(back.count()),
                    .partition = 0,
                    .timestamp = world.rt->wall_now() - back})
                .get();
    }
    static consumer_options reset_to(std::chrono::hours back) {
        return {.offset_reset = offset_reset::by_duration(back)};
    }
};

TEST_F(reading_by_time, the_policy_goes_back_so_far) { // F8, KIP-1106
    consumer a_day = on({{"t", 0}}, reset_to(24h)), longer = on({{"t", 0}}, reset_to(1000h));
    EXPECT_EQ(read(a_day, 5, 2s), (strings{"20", "1"}));
    EXPECT_EQ(read(longer, 5, 2s), (strings{"50", "30", "20", "1"}));
}

TEST_F(reading_by_time, the_policy_counts_from_when_it_is_needed) { // F8, KIP-1106
    consumer c = on({{"t", 0}}, reset_to(24h));
    EXPECT_EQ(read(c, 2), (strings{"20", "1"}));
    world.rt->run_for(10h);
    ASSERT_TRUE(c.seek({"t", 0}, 1000));
    EXPECT_EQ(read(c, 5, 2s), strings{"1"});
}

TEST_F(reading_by_time, the_policy_starts_at_the_end_if_nothing_is_that_young) { // KIP-1106
    consumer c = on({{"t", 0}}, reset_to(0h));
    EXPECT_TRUE(read(c, 1, 2s).empty());
    EXPECT_EQ(c.position({"t", 0}), 4);
    produce({"new"});
    EXPECT_EQ(read(c, 1), strings{"new"});
}

TEST_F(reading_by_time, seeking_to_a_time) {
    consumer c = on({{"t", 0}});
    const auto now = world.rt->wall_now();
    ASSERT_TRUE(c.seek_to_time({{"t", 0}}, now - 31h));
    EXPECT_EQ(read(c, 5, 2s), (strings{"30", "20", "1"}));
    ASSERT_TRUE(c.seek_to_time({{"t", 0}}, now - 29h));
    EXPECT_EQ(read(c, 5, 2s), (strings{"20", "1"}));
    ASSERT_TRUE(c.seek_to_time({{"t", 0}}, now + 1h));
    EXPECT_TRUE(read(c, 1, 2s).empty());
    EXPECT_EQ(c.position({"t", 0}), 4);
    ASSERT_TRUE(c.seek_to_time({{"t", 0}}, timestamp(-1ms)));
    EXPECT_EQ(read(c, 5, 2s).size(), 4u);
    EXPECT_EQ(c.seek_to_time({{"t", 2}}, now).error(), client_errc::wrong_state);
}

TEST_F(reading, position_and_lag_follow_what_was_handed_out) {
    produce_numbered(10, 1);
    auto options = from_the_beginning();
    options.max_poll_records = 4;
    consumer c = on({{"t", 0}}, options);
    EXPECT_FALSE(c.position({"t", 0}));
    read(c, 4);
    EXPECT_EQ(c.position({"t", 0}), 4);
    EXPECT_EQ(c.lag({"t", 0}), 6);
    EXPECT_FALSE(c.position({"t", 1})) << "not assigned";
}

TEST_F(reading, paused_partitions_wait_and_go_on_where_they_were) {
    produce_numbered(10, 2);
    auto options = from_the_beginning();
    options.max_poll_records = 1;
    consumer c = on({{"t", 0}, {"t", 1}}, options);
    strings seen = read(c, 2);
    ASSERT_TRUE(c.pause({{"t", 0}}));
    const auto meanwhile = read(c, 20, 3s);
    for (const auto& value : meanwhile)
        EXPECT_EQ(value[0], '1');
    seen.insert(seen.end(), meanwhile.begin(), meanwhile.end());
    ASSERT_TRUE(c.resume({{"t", 0}}));
    const auto after = read(c, 20 - seen.size());
    seen.insert(seen.end(), after.begin(), after.end());
    EXPECT_EQ(sorted(seen), numbered(10, 2));
}

TEST_F(reading, an_idle_consumer_does_not_hold_up_another_one_on_the_same_client) {
    auto patient = from_the_beginning();
    patient.fetch_max_wait = 20s;
    consumer idle = on({{"t", 0}, {"t", 1}, {"t", 2}}, patient);
    read(idle, 1, 1s);
    produce({"x"}, 1, "t");
    EXPECT_EQ(read(idle, 1), (strings{"x"}));
    read(idle, 1, 100ms); // its fetches wait at all three brokers now
    consumer other = on({{"t", 1}});
    const auto before = world.rt->now();
    EXPECT_EQ(read(other, 1), (strings{"x"}));
    EXPECT_LT(world.rt->now() - before, 1s);
}

TEST_F(reading, a_moved_leader_is_followed_without_gap_or_repeat) {
    produce_numbered(5);
    consumer c = on({{"t", 0}, {"t", 1}, {"t", 2}});
    strings seen = read(c, 15);
    for (int round = 1; round < 4; ++round) {
        for (partition_id i = 0; i < 3; ++i) {
            auto& p = world.partition("t", i);
            ASSERT_TRUE(world.brokers->move_leader(p, p.leader() % 3 + 1));
        }
        produce_numbered(5, 3, "t", 5 * round);
        const auto more = read(c, 15);
        seen.insert(seen.end(), more.begin(), more.end());
    }
    EXPECT_EQ(sorted(seen), numbered(20));
}

TEST_F(reading, the_end_of_a_broker_is_survived) {
    produce_numbered(5);
    consumer c = on({{"t", 0}, {"t", 1}, {"t", 2}});
    strings seen = read(c, 15);
    world.brokers->stop_broker(2);
    produce_numbered(5, 3, "t", 5);
    const auto more = read(c, 15, 60s);
    seen.insert(seen.end(), more.begin(), more.end());
    EXPECT_EQ(sorted(seen), numbered(10));
}

class passing_fetch_error : public reading, public ::testing::WithParamInterface<broker_errc> {};

TEST_P(passing_fetch_error, keeps_the_position_and_never_surfaces) { // F10
    produce_numbered(5, 1);
    consumer c = on({{"t", 0}});
    EXPECT_EQ(read(c, 5).size(), 5u);
    world.fail_next(api::fetch, GetParam(), 3, {.topic = "t"});
    produce_numbered(5, 1, "t", 5);
    EXPECT_EQ(read(c, 5), (strings{"0:5", "0:6", "0:7", "0:8", "0:9"}));
}

INSTANTIATE_TEST_SUITE_P(
    F10, passing_fetch_error,
    ::testing::Values(broker_errc::not_leader_or_follower, broker_errc::fenced_leader_epoch,
                      broker_errc::unknown_leader_epoch, broker_errc::replica_not_available,
                      broker_errc::kafka_storage_error, broker_errc::offset_not_available,
                      broker_errc::unknown_topic_or_partition, broker_errc::unknown_topic_id,
                      broker_errc::inconsistent_topic_id),
    [](const auto& p) { return std::string(name_of(p.param)); });

class passing_lookup_error : public reading, public ::testing::WithParamInterface<broker_errc> {};

TEST_P(passing_lookup_error, only_delays_the_start) { // F: librdkafka 4294
    produce_numbered(5, 1);
    world.fail_next(api::list_offsets, GetParam(), 3, {.topic = "t"});
    consumer c = on({{"t", 0}});
    EXPECT_EQ(read(c, 5), numbered(5, 1));
}

INSTANTIATE_TEST_SUITE_P(
    F10, passing_lookup_error,
    ::testing::Values(broker_errc::not_leader_or_follower, broker_errc::unknown_topic_or_partition,
                      broker_errc::leader_not_available, broker_errc::offset_not_available,
                      broker_errc::fenced_leader_epoch, broker_errc::unknown_leader_epoch),
    [](const auto& p) { return std::string(name_of(p.param)); });

TEST_F(reading, connections_lost_on_the_way_change_nothing) {
    produce_numbered(5);
    for (const auto of : {api::fetch, api::list_offsets, api::metadata}) {
        world.add(of, testing::drop::before_effect, 2);
        world.add(of, testing::drop::after_effect, 2);
    }
    consumer c = on({{"t", 0}, {"t", 1}, {"t", 2}});
    EXPECT_EQ(sorted(read(c, 15, 60s)), numbered(5));
}

TEST_F(reading, an_offset_out_of_range_goes_by_the_policy) { // F8
    produce_numbered(5, 1);
    consumer earliest = on({{"t", 0}});
    ASSERT_TRUE(earliest.seek({"t", 0}, 1000));
    EXPECT_EQ(read(earliest, 5), numbered(5, 1));

    consumer none = on({{"t", 0}}, {.offset_reset = offset_reset::none});
    ASSERT_TRUE(none.seek({"t", 0}, 1000));
    const auto told = none.poll(10s).error();
    EXPECT_EQ(told, client_errc::no_offset);
    EXPECT_NE(told.message().find("1000"), std::string::npos) << told.message();
    EXPECT_EQ(none.poll(1s).error(), client_errc::no_offset) << "it stands until it is mended";
    ASSERT_TRUE(none.seek({"t", 0}, 3));
    EXPECT_EQ(read(none, 2), (strings{"0:3", "0:4"}));
}

TEST_F(reading, what_was_deleted_in_the_meantime_is_passed_over) { // F8
    produce_numbered(5, 1);
    auto options = from_the_beginning();
    options.max_poll_records = 2;
    consumer c = on({{"t", 0}}, options);
    ASSERT_TRUE(c.seek({"t", 0}, 1));
    world.partition("t", 0).delete_before(3);
    EXPECT_EQ(read(c, 2), (strings{"0:3", "0:4"}));
}

TEST_F(reading, without_a_policy_the_lack_of_an_offset_is_an_error) {
    consumer c = on({{"t", 0}}, {.offset_reset = offset_reset::none});
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), client_errc::no_offset);
    EXPECT_NE(outcome.error().message().find("t-0"), std::string::npos);
}

TEST_F(reading, a_topic_that_does_not_exist_is_told_and_read_once_it_does) {
    consumer c = on({{"later", 0}});
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), broker_errc::unknown_topic_or_partition);
    EXPECT_EQ(outcome.error().topic(), "later");
    world.create_topic("later");
    produce({"x"}, 0, "later");
    strings seen;
    for (int i = 0; i < 100 && seen.empty(); ++i)
        if (const auto batch = c.poll(100ms))
            for (const auto& r : *batch)
                seen.push_back(r.value().to_string());
    EXPECT_EQ(seen, (strings{"x"}));
}

TEST_F(reading, a_partition_that_does_not_exist_is_told) {
    consumer c = on({{"t", 17}});
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), broker_errc::unknown_topic_or_partition);
    EXPECT_NE(outcome.error().message().find("no partition 17"), std::string::npos)
        << outcome.error().message();
}

TEST_F(reading, a_refusal_is_told_once_and_stands_until_it_is_over) {
    produce_numbered(2, 1);
    consumer c = on({{"t", 0}});
    EXPECT_EQ(read(c, 2).size(), 2u);
    world.fail_next(api::fetch, broker_errc::topic_authorization_failed, 1000, {.topic = "t"});
    produce_numbered(1, 1, "t", 2);
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), broker_errc::topic_authorization_failed);
    EXPECT_EQ(outcome.error().partition(), 0);
    const auto before = world.rt->now();
    EXPECT_EQ(c.poll(1s).error(), broker_errc::topic_authorization_failed);
    EXPECT_EQ(world.rt->now() - before, 1s);
    world.brokers->faults.clear();
    EXPECT_EQ(read(c, 1), (strings{"0:2"}));
}

TEST_F(reading, brokers_that_cannot_be_read_from_are_told) {
    produce_numbered(2, 1);
    world.brokers->faults.limit_versions(api::fetch, 0, 1);
    client limited = world.make_client();
    consumer c(limited, from_the_beginning());
    c.assign({{"t", 0}});
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), client_errc::unsupported_version);
    EXPECT_NE(outcome.error().message().find("Fetch"), std::string::npos)
        << outcome.error().message();
}

TEST_F(reading, a_damaged_batch_is_an_error_and_can_be_passed_over) { // F13
    produce({"good"});
    auto bytes = batch{.values = {"bad"}}.bytes();
    bytes.back() ^= std::byte{1};
    store(bytes);
    produce({"after"});
    consumer c = on({{"t", 0}});
    EXPECT_EQ(read(c, 1), (strings{"good"}));
    const auto outcome = c.poll(10s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), client_errc::corrupt_batch);
    EXPECT_EQ(outcome.error().topic(), "t");
    EXPECT_EQ(outcome.error().partition(), 0);
    EXPECT_NE(outcome.error().message().find("offset 1 "), std::string::npos)
        << outcome.error().message();
    EXPECT_EQ(c.position({"t", 0}), 1);
    EXPECT_EQ(c.poll(10s).error(), client_errc::corrupt_batch)
        << "it is fetched again, and is still damaged";
    ASSERT_TRUE(c.seek({"t", 0}, 2));
    EXPECT_EQ(read(c, 1), (strings{"after"}));
}

TEST_F(reading, a_stalled_application_does_not_make_memory_grow) {
    const std::string large(100'000, 'x');
    for (int i = 0; i < 60; ++i)
        produce({large}, i % 3);
    auto options = from_the_beginning();
    options.buffer_bytes = 1'000'000;
    options.partition_fetch_bytes = 200'000;
    options.fetch_max_bytes = 400'000;
    options.max_poll_records = 1;
    consumer c = on({{"t", 0}, {"t", 1}, {"t", 2}}, options);
    EXPECT_EQ(read(c, 1).size(), 1u);
    world.rt->run_for(10s);
    const auto fetches = world.requests(api::fetch);
    world.rt->run_for(60s);
    EXPECT_LE(world.requests(api::fetch) - fetches, 3) << "fetches though nothing was taken";
    EXPECT_EQ(read(c, 59, 60s).size(), 59u);
}

TEST_F(reading, batches_that_are_kept_do_not_keep_others_away) {
    const std::string large(30'000, 'x');
    for (int i = 0; i < 60; ++i)
        produce({large});
    auto options = from_the_beginning();
    options.buffer_bytes = options.partition_fetch_bytes = 400'000;
    options.max_poll_records = 8;
    consumer c = on({{"t", 0}}, options);
    std::vector<consumer_batch> kept;
    std::size_t records = 0;
    const auto until = world.rt->now() + 60s;
    while (records < 60 && world.rt->now() < until) {
        kept.push_back(c.poll(1s).value());
        records += kept.back().size();
        world.rt->run_for(1s);
    }
    EXPECT_EQ(records, 60u);
}

TEST_F(reading, fetching_goes_on_once_a_batch_was_released) {
    const std::string large(100'000, 'x');
    for (int i = 0; i < 60; ++i)
        produce({large}, i % 3);
    auto options = from_the_beginning();
    options.buffer_bytes = 1'000'000;
    options.partition_fetch_bytes = 400'000;
    options.max_poll_records = 4; // all of one response, and some of the next
    consumer c = on({{"t", 0}, {"t", 1}, {"t", 2}}, options);
    world.rt->run_for(10s);
    std::optional<consumer_batch> batch = c.poll(0ms).value();
    EXPECT_EQ(batch->size(), 4u);
    world.rt->run_for(10s);
    const auto fetches = world.requests(api::fetch);
    world.rt->run_for(10s);
    EXPECT_EQ(world.requests(api::fetch), fetches) << "memory is full";
    batch.reset();
    world.rt->run_for(1s);
    EXPECT_GT(world.requests(api::fetch), fetches);
}

TEST_F(reading, partitions_without_news_are_read_while_others_have_much_waiting) {
    const std::string large(100'000, 'x');
    for (int i = 0; i < 20; ++i)
        produce({large}, 0);
    world.create_topic("quiet", 3, {}, 3);
    auto options = from_the_beginning();
    options.partition_fetch_bytes = 200'000;
    options.max_poll_records = 1;
    consumer c = on({{"t", 0}, {"quiet", 0}, {"quiet", 1}, {"quiet", 2}}, options);
    EXPECT_EQ(read(c, 1).size(), 1u);
    world.rt->run_for(10s);
    for (partition_id i = 0; i < 3; ++i)
        produce({"news"}, i, "quiet");
    world.rt->run_for(2s);
    const auto seen = read(c, 22, 5s);
    EXPECT_EQ(std::ranges::count(seen, "news"), 3);
    EXPECT_EQ(seen.size(), 22u);
}

TEST_F(reading, offsets_are_found_by_end_and_by_time) {
    {
        producer p(shared);
        for (int i = 0; i < 5; ++i)
            p.send({.topic = "t",
                    .value = "x",
                    .partition = 1,
                    .timestamp = timestamp(std::chrono::milliseconds(1000 * (i + 1)))})
                .get();
    }
    consumer c(shared);
    const auto ends = c.end_offsets({{"t", 0}, {"t", 1}}).get();
    EXPECT_EQ(ends.at({"t", 0}).offset, 0);
    EXPECT_EQ(ends.at({"t", 1}).offset, 5);
    EXPECT_EQ(c.beginning_offsets({{"t", 1}}).get().at({"t", 1}).offset, 0);
    const auto found =
        c.offsets_for_times({{{"t", 1}, timestamp(2500ms)}, {{"t", 0}, timestamp(1ms)}}).get();
    ASSERT_EQ(found.size(), 1u) << "a partition without such a record is left out";
    EXPECT_EQ(found.begin()->second.offset, 2);
    // Not what -1 and -2 mean to ListOffsets: the end and the beginning.
    for (const auto before_1970 : {-1ms, -2ms, -1'000'000ms})
        EXPECT_EQ(
            c.offsets_for_times({{{"t", 1}, timestamp(before_1970)}}).get().at({"t", 1}).offset, 0)
            << before_1970.count();
    EXPECT_EQ(c.end_offsets({{"t", 9}}).result().error(), broker_errc::unknown_topic_or_partition);
    EXPECT_EQ(c.end_offsets({{"nowhere", 0}}).result().error(),
              broker_errc::unknown_topic_or_partition);
}

} // namespace
} // namespace kcpp::consuming::test
