// Flushing, closing, and failures that nobody looks at.

#include "fake/kept_log.hpp"
#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;
using testing::drop;

class closing_test : public ::testing::Test {
protected:
    virtual_cluster world;
    std::shared_ptr<kept_log> log = std::make_shared<kept_log>();
    client shared = world.make_client({.request_timeout = 2s, .logger = log});
    outcomes told{world};
    const producer_options usual{.linger = 0ms, .delivery_timeout = 10s};

    /// A producer that knows topic "orders".
    producer ready(producer_options options) {
        world.create_topic("orders", 2);
        producer p(shared, std::move(options));
        p.send({.topic = "orders", .value = "first"}).get();
        return p;
    }
    producer_options told_of_failures(std::vector<error>& into) {
        auto options = usual;
        options.on_unobserved_failure = [&](const error& why) {
            EXPECT_TRUE(world.rt->on_io_thread());
            into.push_back(why);
        };
        return options;
    }
    void refuse_everything() {
        world.fail_next(api::produce, broker_errc::topic_authorization_failed, 1'000'000);
    }
};

TEST_F(closing_test, flush_waits_for_records_whose_topic_was_not_known_yet) {
    world.create_topic("orders");
    producer p(shared, {.linger = 5s});
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    const auto before = world.rt->now();
    p.flush().get();
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
    EXPECT_LT(world.rt->now() - before, 1s) << "and does not let them linger";
}

TEST_F(closing_test, flush_waits_for_the_waiting_area_until_it_gives_up) {
    producer p(shared, {.max_block = 4s});
    p.send({.topic = "nowhere", .value = "1"}, told.of(1));
    p.flush().get();
    EXPECT_EQ(told.failed(), std::vector<int>{1});
}

TEST_F(closing_test, flush_of_nothing_is_done_at_once) {
    producer p(shared, usual);
    const auto before = world.rt->now();
    EXPECT_TRUE(p.flush().result());
    EXPECT_EQ(world.rt->now(), before);
}

TEST_F(closing_test, flush_does_not_wait_for_what_others_go_on_sending) {
    producer p = ready(usual);
    int sent = 0, reported = 0;
    std::function<void(result<record_metadata>)> go_on = [&](result<record_metadata>) {
        ++reported;
        if (++sent < 5000) p.send({.topic = "orders", .value = "more"}, std::ref(go_on));
    };
    for (int i = 0; i < 10; ++i)
        p.send({.topic = "orders", .value = "more"}, std::ref(go_on));
    p.flush().get();
    EXPECT_GE(reported, 10);
    EXPECT_LT(reported, 200);
    world.rt->run_until([&] { return sent >= 5000; });
    p.close().get();
}

TEST_F(closing_test, flush_is_bounded_by_the_delivery_timeout) {
    producer p = ready(usual);
    world.brokers->stop_broker(1);
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    const auto before = world.rt->now();
    EXPECT_TRUE(p.flush().result()) << "the callback has been told, so nothing is unobserved";
    EXPECT_EQ(world.rt->now() - before, 10s);
    EXPECT_EQ(told.failed(), std::vector<int>{1});
}

TEST_F(closing_test, reports_come_before_the_flush_that_waited_for_them) {
    producer p = ready(usual);
    bool reported = false;
    p.send({.topic = "orders", .value = "1"}, [&](result<record_metadata>) { reported = true; });
    p.send({.topic = "", .value = "2"}, told.of(2));
    p.flush().then([&](result<void>) {
        EXPECT_TRUE(reported);
        EXPECT_EQ(told.failed(), std::vector<int>{2});
    });
    world.rt->run_for(1s);
    EXPECT_TRUE(reported);
}

// failures that nobody looks at

TEST_F(closing_test, a_dropped_future_that_fails_reaches_the_hook_and_flush) {
    std::vector<error> heard;
    producer p = ready(told_of_failures(heard));
    refuse_everything();
    for (int i = 0; i < 3; ++i)
        (void)p.send({.topic = "orders", .value = "1"});
    const auto flushed = p.flush().result();
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error(), broker_errc::topic_authorization_failed);
    EXPECT_NE(flushed.error().message().find("3 records"), std::string::npos)
        << flushed.error().message();
    EXPECT_EQ(heard.size(), 3u);
    EXPECT_TRUE(log->lines_with("not delivered").empty()) << "the hook has it";
    EXPECT_TRUE(p.flush().result()) << "each is told once";
}

TEST_F(closing_test, a_future_dropped_after_it_failed_is_unobserved_too) {
    std::vector<error> heard;
    producer p = ready(told_of_failures(heard));
    refuse_everything();
    {
        auto kept = p.send({.topic = "orders", .value = "1"});
        world.rt->run_for(1s);
        EXPECT_TRUE(heard.empty());
    }
    EXPECT_FALSE(p.flush().result());
    EXPECT_EQ(heard.size(), 1u);
}

TEST_F(closing_test, a_failure_that_was_looked_at_is_nobodys_business) {
    std::vector<error> heard;
    producer p = ready(told_of_failures(heard));
    refuse_everything();
    EXPECT_FALSE(p.send({.topic = "orders", .value = "1"}).result());
    p.send({.topic = "orders", .value = "2"}).then([](result<record_metadata> r) {
        EXPECT_FALSE(r);
    });
    p.send({.topic = "orders", .value = "3"}, told.of(3));
    EXPECT_TRUE(p.flush().result());
    EXPECT_TRUE(heard.empty());
}

TEST_F(closing_test, records_without_callback_are_heard_of_as_well) {
    std::vector<error> heard;
    producer p = ready(told_of_failures(heard));
    refuse_everything();
    p.send({.topic = "orders", .value = "1"}, {});
    ASSERT_TRUE(p.try_send({.topic = "orders", .value = "2"}));
    p.send({.topic = "orders", .value = "3"}, told.of(3));
    p.send({.topic = "", .value = "4"}, {});
    EXPECT_FALSE(p.try_send({.topic = "", .value = "5"})) << "the answer is the report";
    const auto flushed = p.flush().result();
    ASSERT_FALSE(flushed);
    EXPECT_NE(flushed.error().message().find("3 records"), std::string::npos)
        << flushed.error().message();
    EXPECT_EQ(heard.size(), 3u);
    EXPECT_EQ(told.failed(), std::vector<int>{3});
}

TEST_F(closing_test, records_without_callback_that_expire_in_flight_are_heard_of) {
    std::vector<error> heard;
    producer p = ready(told_of_failures(heard));
    world.add(api::produce, drop::after_effect, 1000);
    p.send({.topic = "orders", .value = "1", .partition = 0}, {});
    p.send({.topic = "orders", .value = "2", .partition = 1}, {});
    EXPECT_FALSE(p.flush().result());
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_TRUE(heard[0].unknown_outcome());
}

TEST_F(closing_test, without_a_hook_the_log_hears_but_is_not_flooded) {
    producer p = ready(usual);
    refuse_everything();
    for (int i = 0; i < 10'000; ++i)
        p.send({.topic = "orders", .value = "1"}, {});
    const auto flushed = p.flush().result();
    ASSERT_FALSE(flushed);
    EXPECT_NE(flushed.error().message().find("10000 records"), std::string::npos);
    const auto lines = log->lines_with("not delivered");
    EXPECT_GE(lines.size(), 1u);
    EXPECT_LE(lines.size(), 3u);
    // Later failures are told again, with how many were passed over.
    world.rt->run_for(1min);
    p.send({.topic = "orders", .value = "1"}, {});
    (void)p.flush().result();
    ASSERT_EQ(log->lines_with("not delivered").size(), lines.size() + 1);
    EXPECT_NE(log->lines_with("not delivered").back().find("9999"), std::string::npos)
        << log->lines_with("not delivered").back();
}

TEST_F(closing_test, a_hook_that_throws_is_caught_and_logged) {
    auto options = usual;
    options.on_unobserved_failure = [](const error&) { throw std::runtime_error("my hook"); };
    producer p = ready(options);
    refuse_everything();
    p.send({.topic = "orders", .value = "1"}, {});
    (void)p.send({.topic = "orders", .value = "2"});
    EXPECT_FALSE(p.flush().result());
    EXPECT_FALSE(log->lines_with("my hook").empty());
}

TEST_F(closing_test, a_callback_that_throws_is_logged) {
    producer p = ready(usual);
    p.send({.topic = "orders", .value = "1"},
           [](result<record_metadata>) { throw std::runtime_error("my callback"); });
    p.flush().get();
    EXPECT_EQ(log->lines_with("my callback").size(), 1u);
}

// close

TEST_F(closing_test, close_delivers_what_is_left) {
    producer p = ready({.linger = 5s});
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    const auto before = world.rt->now();
    EXPECT_TRUE(p.close().result());
    EXPECT_EQ(world.rt->now(), before);
    EXPECT_EQ(told.delivered(), std::vector<int>{1});
}

TEST_F(closing_test, a_closed_producer_takes_no_more) {
    producer p = ready(usual);
    p.close().get();
    EXPECT_EQ(p.send({.topic = "orders", .value = "1"}).result().error(), client_errc::closed);
    EXPECT_EQ(p.send({.topic = "new", .value = "1"}).result().error(), client_errc::closed);
    p.send({.topic = "orders", .value = "2"}, told.of(2));
    world.rt->run_now();
    EXPECT_EQ(told.failure(2), client_errc::closed);
    EXPECT_EQ(p.try_send({.topic = "orders", .value = "3"}).error(), client_errc::closed);
    EXPECT_TRUE(p.close().result());
    EXPECT_TRUE(p.flush().result());
}

/// Ways in which a cluster does not answer.
enum class trouble { all_dead, connects_hang, names_hang, answers_late, nothing_is_read };

class close_in_trouble : public closing_test, public ::testing::WithParamInterface<trouble> {
protected:
    void begin(trouble t) {
        switch (t) {
        case trouble::all_dead: world.brokers->stop_broker(1); break;
        case trouble::connects_hang:
            world.brokers->stop_broker(1);
            world.rt->hang_connects({"127.0.0.1", world.brokers->state.find_broker(1)->port});
            break;
        case trouble::names_hang: break; // see below
        case trouble::answers_late:
            world.add(api::produce, testing::faults::delay{1h}, 1000);
            break;
        case trouble::nothing_is_read: world.rt->wires().stalled = true; break;
        }
    }
};

TEST_P(close_in_trouble, keeps_its_deadline_and_tells_each_record_once) {
    producer p = ready(usual);
    begin(GetParam());
    for (int i = 0; i < 10; ++i) {
        p.send({.topic = "orders", .value = "v", .partition = i % 2}, told.of(i));
        world.rt->run_for(10ms);
    }
    p.send({.topic = "unknown", .value = "v"}, told.of(10));
    const auto before = world.rt->now();
    const auto closed = p.close(3s).result();
    EXPECT_EQ(world.rt->now() - before, 3s);
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error(), client_errc::timed_out);
    EXPECT_EQ(told.list.size(), 11u);
    EXPECT_EQ(told.failed().size(), 11u);
    const bool maybe_written =
        GetParam() == trouble::answers_late || GetParam() == trouble::nothing_is_read;
    EXPECT_EQ(told.failure(0).unknown_outcome(), maybe_written);
    EXPECT_FALSE(told.failure(9).unknown_outcome()) << "it waited behind the first";
    EXPECT_NE(told.failure(9).message().find("orders-1"), std::string::npos)
        << told.failure(9).message();
    EXPECT_EQ(told.failure(9).partition(), 1);
    EXPECT_NE(told.failure(10).message().find("topic unknown"), std::string::npos)
        << told.failure(10).message();
    EXPECT_NE(closed.error().message().find("11 were not delivered"), std::string::npos)
        << closed.error().message();
    world.rt->run_for(30s);
    EXPECT_EQ(told.list.size(), 11u);
    EXPECT_TRUE(p.flush().result());
}

TEST_P(close_in_trouble, with_no_time_at_all_is_done_at_once) {
    producer p = ready(usual);
    begin(GetParam());
    p.send({.topic = "orders", .value = "v"}, told.of(1));
    const auto before = world.rt->now();
    (void)p.close(0ms).result();
    EXPECT_EQ(world.rt->now(), before);
    EXPECT_EQ(told.list.size(), 1u);
}

TEST_P(close_in_trouble, a_destructor_takes_close_timeout) {
    auto options = usual;
    options.close_timeout = 700ms;
    runtime::time_point before;
    {
        producer p = ready(options);
        begin(GetParam());
        p.send({.topic = "orders", .value = "v"}, told.of(1));
        before = world.rt->now();
    }
    EXPECT_EQ(world.rt->now() - before, 700ms);
    EXPECT_EQ(told.failed(), std::vector<int>{1});
    EXPECT_FALSE(log->lines_with("closed with records left").empty())
        << "it says what it abandoned";
}

INSTANTIATE_TEST_SUITE_P(in_each_trouble, close_in_trouble,
                         ::testing::Values(trouble::all_dead, trouble::connects_hang,
                                           trouble::answers_late, trouble::nothing_is_read));

TEST_F(closing_test, a_name_that_is_never_found_delays_no_close) {
    world.rt->hang_lookups("kafka.example");
    client lost = world.make_client({.bootstrap_servers = "kafka.example:9092", .logger = log});
    producer p(lost, {.max_block = 60s});
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    world.rt->run_for(1s);
    const auto before = world.rt->now();
    EXPECT_FALSE(p.close(2s).result());
    EXPECT_EQ(world.rt->now() - before, 2s);
    EXPECT_EQ(told.failure(1), client_errc::closed);
}

TEST_F(closing_test, the_shorter_of_two_closes_wins) {
    producer p = ready(usual);
    world.brokers->stop_broker(1);
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    auto patient = p.close(8s), impatient = p.close(2s);
    const auto before = world.rt->now();
    (void)patient.result();
    EXPECT_EQ(world.rt->now() - before, 2s);
    (void)impatient.result();
    EXPECT_EQ(told.list.size(), 1u);
}

TEST_F(closing_test, nothing_is_delivered_after_it_was_reported_unknown) {
    producer p = ready(usual);
    world.add(api::produce, testing::faults::delay{1500ms});
    p.send({.topic = "orders", .value = "1"}, told.of(1));
    (void)p.close(1s).result();
    ASSERT_EQ(told.list.size(), 1u);
    EXPECT_TRUE(told.failure(1).unknown_outcome());
    EXPECT_EQ(told.failure(1), client_errc::closed);
    world.rt->run_for(10s);
    EXPECT_EQ(told.list.size(), 1u);
}

TEST_F(closing_test, a_producer_may_be_destroyed_inside_a_callback) {
    auto p = std::make_unique<producer>(ready(usual));
    for (int i = 0; i < 5; ++i) {
        p->send({.topic = "orders", .value = "1"}, [&, i](result<record_metadata> r) {
            told.of(i)(std::move(r));
            p.reset();
        });
        world.rt->run_for(0s);
        if (!p) break;
    }
    EXPECT_EQ(p, nullptr);
    world.rt->run_for(10s);
    EXPECT_EQ(told.delivered(), std::vector<int>{0});
}

TEST_F(closing_test, what_is_left_when_a_callback_destroys_the_producer_is_still_reported) {
    auto p = std::make_unique<producer>(ready({.linger = 50ms}));
    for (int i = 0; i < 5; ++i)
        p->send({.topic = "orders", .value = "1", .partition = 0},
                [&, i](result<record_metadata> r) {
                    told.of(i)(std::move(r));
                    p.reset();
                });
    p->send({.topic = "orders", .value = "1", .partition = 1}, told.of(5));
    p->send({.topic = "nowhere", .value = "1"}, told.of(6));
    world.rt->run_for(10s);
    auto delivered = told.delivered();
    std::erase(delivered, 5); // another partition, told before or after
    EXPECT_EQ(told.delivered().size(), 6u);
    EXPECT_EQ(delivered, (std::vector<int>{0, 1, 2, 3, 4}));
    EXPECT_EQ(told.failed(), std::vector<int>{6});
}

TEST_F(closing_test, a_producer_destroyed_inside_a_callback_says_what_it_abandoned) {
    auto options = usual;
    options.close_timeout = 1s;
    auto p = std::make_unique<producer>(ready(options));
    p->send({.topic = "nowhere", .value = "1"}, told.of(1));
    p->send({.topic = "orders", .value = "2"}, [&](result<record_metadata>) { p.reset(); });
    world.rt->run_for(10s);
    EXPECT_EQ(told.failure(1), client_errc::closed);
    EXPECT_EQ(told.failure(1).topic(), "nowhere");
    EXPECT_EQ(log->lines_with("closed with records left").size(), 1u);
}

TEST_F(closing_test, a_failing_callback_may_destroy_the_producer_while_it_is_being_closed) {
    auto p = std::make_unique<producer>(ready(usual));
    world.brokers->stop_broker(1);
    for (int i = 0; i < 5; ++i)
        p->send({.topic = "orders", .value = "1"}, [&, i](result<record_metadata> r) {
            told.of(i)(std::move(r));
            p.reset();
        });
    auto closing = p->close(1s);
    world.rt->run_for(10s);
    EXPECT_TRUE(closing.ready());
    EXPECT_EQ(told.failed().size(), 5u);
}

TEST_F(closing_test, futures_outlive_their_producer) {
    future<record_metadata> ack, lost;
    {
        producer p = ready({.close_timeout = 1s});
        ack = p.send({.topic = "orders", .value = "1"});
        lost = p.send({.topic = "nowhere", .value = "1"});
    }
    EXPECT_EQ(ack.get().offset, 1);
    EXPECT_EQ(lost.result().error(), client_errc::closed);
}

TEST_F(closing_test, the_hook_is_not_called_once_the_producer_is_gone) {
    std::vector<error> heard;
    future<record_metadata> lost;
    {
        producer p = ready(told_of_failures(heard));
        refuse_everything();
        lost = p.send({.topic = "orders", .value = "1"});
    }
    lost = {};
    world.rt->run_now();
    EXPECT_TRUE(heard.empty()) << "what it works on may be gone, too";
    EXPECT_EQ(log->lines_with("nobody looked").size(), 1u);
}

TEST_F(closing_test, flush_is_not_waited_for_on_the_io_thread) {
    producer p = ready(usual);
    std::optional<result<void>> answer;
    world.rt->execute([&] { answer = p.flush().result(); });
    world.rt->run_now();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->error(), client_errc::would_deadlock);
}

TEST_F(closing_test, the_buffer_is_empty_when_all_is_told) {
    producer p = ready(usual);
    EXPECT_TRUE(gives_all_back(p));
    world.fail_next(api::produce, broker_errc::not_leader_or_follower, 3);
    world.add(api::produce, drop::after_effect, 2);
    world.fail_next(api::produce, broker_errc::topic_authorization_failed, 1);
    const std::string value(3000, 'v');
    for (int i = 0; i < 50; ++i)
        p.send({.topic = i % 5 == 0 ? "nowhere" : "orders", .value = value}, told.of(i));
    EXPECT_FALSE(gives_all_back(p));
    world.rt->run_for(2min);
    EXPECT_EQ(told.list.size(), 50u);
    EXPECT_TRUE(gives_all_back(p));
}

} // namespace
} // namespace kcpp::producing
