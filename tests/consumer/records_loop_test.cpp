// records(): what a loop sees, and where the position is when it ends.

#include "consumer_world.hpp"

#include <stdexcept>
#include <stop_token>

namespace kcpp::consuming::test {
namespace {

class records_loop : public consumer_world {
protected:
    consumer on_t0(consumer_options options = from_the_beginning()) {
        consumer c(shared, std::move(options));
        c.assign({{"t", 0}});
        return c;
    }
    const topic_partition place{"t", 0};
};

TEST_F(records_loop, sees_every_record_in_order_until_it_is_stopped) {
    produce_numbered(10, 1);
    consumer c = on_t0();
    std::stop_source stop;
    strings seen;
    for (const consumer_record& r : c.records(stop.get_token())) {
        seen.push_back(r.value().to_string());
        if (seen.size() == 10) stop.request_stop();
    }
    EXPECT_EQ(seen, numbered(10, 1));
    EXPECT_EQ(c.position(place), 10) << "the last loop body was completed";
}

TEST_F(records_loop, wake_ends_it) {
    produce_numbered(3, 1);
    consumer c = on_t0();
    int n = 0;
    for (const consumer_record& r : c.records())
        if (r.offset() == 2 && ++n == 1) c.wake();
    EXPECT_EQ(n, 1);
    EXPECT_EQ(c.position(place), 3);
}

TEST_F(records_loop, a_token_that_was_triggered_before_ends_it_at_once) {
    produce_numbered(3, 1);
    consumer c = on_t0();
    std::stop_source stop;
    stop.request_stop();
    for (const consumer_record& r : c.records(stop.get_token()))
        FAIL() << r.offset();
}

TEST_F(records_loop, a_stop_request_ends_the_wait_at_once) {
    consumer c = on_t0();
    std::stop_source stop;
    const auto later = world.rt->make_timer();
    const auto before = world.rt->now();
    later->start_wait(before + 1250ms, [&](auto) { stop.request_stop(); });
    for (const consumer_record& r : c.records(stop.get_token()))
        FAIL() << r.offset();
    EXPECT_EQ(world.rt->now() - before, 1250ms);
}

TEST_F(records_loop, a_stop_request_is_not_lost_in_a_poll) {
    produce_numbered(3, 1);
    auto options = from_the_beginning();
    options.max_poll_records = 1;
    consumer c = on_t0(options);
    EXPECT_EQ(read(c, 1).size(), 1u);
    std::stop_source stop;
    auto loop = c.records(stop.get_token());
    stop.request_stop();
    EXPECT_EQ(read(c, 1).size(), 1u);
    for (const consumer_record& r : loop)
        FAIL() << r.offset();
}

TEST_F(records_loop, waits_as_long_as_it_takes_without_looking_up) {
    consumer c = on_t0();
    const auto later = world.rt->make_timer();
    later->start_wait(world.rt->now() + 10min, [&](auto) { c.wake(); });
    c.pause({place}).value();
    for (const consumer_record& r : c.records())
        FAIL() << r.offset();
}

TEST_F(records_loop, gives_nothing_more_after_unsubscribe_or_close_in_the_body) {
    produce_numbered(3, 1);
    for (const bool close : {true, false}) {
        consumer c = on_t0();
        int seen = 0;
        const auto loop = [&] {
            for (const consumer_record& r : c.records()) {
                EXPECT_EQ(r.value().text(), "0:0") << "the record is valid until the next step";
                ++seen;
                EXPECT_TRUE(close ? c.close() : c.unsubscribe());
                EXPECT_EQ(r.value().text(), "0:0");
            }
        };
        EXPECT_THROW(loop(), kafka_error);
        EXPECT_EQ(seen, 1);
    }
}

TEST_F(records_loop, what_is_in_hand_is_not_lost_or_repeated_when_memory_gets_short) {
    const std::string large(30'000, 'x');
    for (int i = 0; i < 80; ++i)
        produce({large}, i % 2);
    auto options = from_the_beginning();
    options.buffer_bytes = 400'000;
    options.partition_fetch_bytes = 200'000;
    consumer c(shared, options);
    c.assign({{"t", 0}, {"t", 1}});
    std::map<partition_id, offset_t> next;
    int seen = 0;
    for (const consumer_record& r : c.records()) {
        EXPECT_EQ(r.offset(), next[r.partition()]++);
        if (++seen == 80) c.wake();
        if (seen % 4 != 0) continue;
        c.resume(c.assignment()).value();
        c.pause({{"t", r.partition()}}).value();
        world.rt->run_for(1s); // the other one needs the room that this one takes
        if (seen > 70) c.resume(c.assignment()).value();
    }
    EXPECT_EQ(seen, 80);
}

TEST_F(records_loop, no_more_is_fetched_than_fits_while_something_is_in_hand) {
    const std::string large(30'000, 'x');
    for (int i = 0; i < 60; ++i)
        produce({large});
    auto options = from_the_beginning();
    options.buffer_bytes = options.partition_fetch_bytes = 400'000;
    consumer c = on_t0(options);
    int seen = 0;
    for (const consumer_record& r : c.records()) {
        if (r.offset() == 0) {
            world.rt->run_for(10s);
            EXPECT_EQ(world.requests(api::fetch), 2)
                << "a little to begin with, and what fills the memory";
        }
        if (++seen == 60) break;
    }
    EXPECT_EQ(seen, 60);
}

TEST_F(records_loop, pausing_what_fills_the_memory_lets_others_be_read) {
    world.create_topic("s", 4, {}, 3);
    const topic_partition full{"s", 0}, other{"s", 3};
    ASSERT_EQ(world.partition("s", 0).leader(), world.partition("s", 3).leader());
    const std::string large(30'000, 'x');
    for (int i = 0; i < 30; ++i)
        produce({large}, 0, "s");
    auto options = from_the_beginning();
    options.buffer_bytes = options.partition_fetch_bytes = 400'000;
    consumer c(shared, options);
    c.assign({full, other});
    auto paused_at = world.rt->now();
    for (const consumer_record& r : c.records()) {
        if (r.partition() == other.partition) break;
        if (r.offset() < 2) continue;
        ASSERT_EQ(r.offset(), 2);
        produce({"other"}, other.partition, "s");
        world.rt->run_for(5s);
        c.pause({full}).value();
        paused_at = world.rt->now();
    }
    EXPECT_LT(world.rt->now() - paused_at, 1s);
    c.resume({full}).value();
    EXPECT_EQ(read(c, 28).size(), 28u) << "the rest, and the one whose body was left";
}

TEST_F(records_loop, after_break_the_record_of_that_body_comes_again) {
    produce_numbered(5, 1);
    consumer c = on_t0();
    for (const consumer_record& r : c.records())
        if (r.offset() == 2) break;
    EXPECT_EQ(c.position(place), 2);
    EXPECT_EQ(read(c, 3), (strings{"0:2", "0:3", "0:4"}));
}

TEST_F(records_loop, after_an_exception_the_record_of_that_body_comes_again) {
    produce_numbered(5, 1);
    consumer c = on_t0();
    strings seen;
    const auto body = [&](const consumer_record& r) {
        if (r.offset() == 2 && seen.size() == 2) throw std::runtime_error("no luck");
        seen.push_back(r.value().to_string());
    };
    EXPECT_THROW(for (const consumer_record& r : c.records()) body(r), std::runtime_error);
    EXPECT_EQ(c.position(place), 2);
    for (const consumer_record& r : c.records()) {
        seen.push_back(r.value().to_string());
        if (r.offset() == 4) c.wake();
    }
    EXPECT_EQ(seen, numbered(5, 1)) << "none skipped, none twice";
}

TEST_F(records_loop, poll_and_loop_alternate) {
    produce_numbered(6, 1);
    auto options = from_the_beginning();
    options.max_poll_records = 2;
    consumer c = on_t0(options);
    strings seen = read(c, 2);
    int n = 0;
    for (const consumer_record& r : c.records()) {
        if (++n == 3) break;
        seen.push_back(r.value().to_string());
    }
    const auto rest = read(c, 2);
    seen.insert(seen.end(), rest.begin(), rest.end());
    EXPECT_EQ(seen, numbered(6, 1));
}

TEST_F(records_loop, inside_the_body_the_position_is_before_the_record) {
    produce_numbered(3, 1);
    consumer c = on_t0();
    for (const consumer_record& r : c.records()) {
        EXPECT_EQ(c.position(place), r.offset());
        if (r.offset() == 2) c.wake();
    }
    EXPECT_EQ(c.position(place), 3);
}

TEST_F(records_loop, a_seek_in_the_body_takes_effect_with_the_next_step) {
    produce_numbered(5, 1);
    consumer c = on_t0();
    strings seen;
    for (const consumer_record& r : c.records()) {
        if (seen.empty()) {
            ASSERT_TRUE(c.seek(place, 3));
        }
        seen.push_back(r.value().to_string());
        if (r.offset() == 4) c.wake();
    }
    EXPECT_EQ(seen, (strings{"0:0", "0:3", "0:4"}));
}

TEST_F(records_loop, a_pause_in_the_body_takes_effect_with_the_next_step) {
    produce_numbered(5, 1);
    consumer c = on_t0();
    strings seen;
    std::stop_source stop;
    for (const consumer_record& r : c.records(stop.get_token())) {
        seen.push_back(r.value().to_string());
        ASSERT_TRUE(c.pause({place}));
        // Nothing comes any more; something else has to end the loop.
        world.rt->execute([&] { stop.request_stop(); });
    }
    EXPECT_EQ(seen, (strings{"0:0"}));
    ASSERT_TRUE(c.resume({place}));
    EXPECT_EQ(read(c, 4), (strings{"0:1", "0:2", "0:3", "0:4"}));
}

TEST_F(records_loop, throws_for_what_needs_the_application_and_can_be_called_again) {
    produce_numbered(2, 1);
    consumer c = on_t0({.offset_reset = offset_reset::none});
    const auto loop = [&] {
        for (const consumer_record& r : c.records())
            FAIL() << r.offset();
    };
    EXPECT_THROW(loop(), kafka_error);
    EXPECT_THROW(loop(), kafka_error) << "it is still the matter";
    ASSERT_TRUE(c.seek(place, 1));
    for (const consumer_record& r : c.records()) {
        EXPECT_EQ(r.offset(), 1);
        c.wake();
    }
}

TEST_F(records_loop, records_of_a_batch_share_no_state_with_the_next_consumer) {
    produce_numbered(3, 1);
    consumer first = on_t0();
    consumer second = on_t0();
    auto loop = first.records();
    auto it = loop.begin();
    EXPECT_EQ(it->offset(), 0);
    EXPECT_EQ(read(second, 3), numbered(3, 1));
    ++it;
    EXPECT_EQ(it->offset(), 1);
}

} // namespace
} // namespace kcpp::consuming::test
