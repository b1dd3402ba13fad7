// A consumer ends in the time it was given, whatever the brokers do.

#include "consumer_world.hpp"
#include "fake/kept_log.hpp"

namespace kcpp::consuming::test {
namespace {

class closing : public consumer_world {
protected:
    std::size_t members() {
        const auto* g = world.brokers->state.find_group("g");
        return g == nullptr ? 0 : g->members.members().size();
    }
    /// What there is, and comes back for more: it is done with, and to be committed.
    void read_six(consumer& c) {
        c.subscribe({"t"});
        EXPECT_EQ(read(c, 6).size(), 6u);
        EXPECT_TRUE(c.poll(0ms).value().empty());
    }
    void stop_all() {
        for (std::int32_t id = 1; id <= 3; ++id)
            world.brokers->stop_broker(id);
    }
};

TEST_F(closing, leaves_the_group_at_once) {
    consumer c(shared, in_group());
    c.subscribe({"t"});
    poll_until({&c}, [&] { return c.assignment().size() == 3; });
    const auto before = world.rt->now();
    c.close().value();
    EXPECT_LT(world.rt->now() - before, 1s);
    EXPECT_EQ(members(), 0u);
}

TEST_F(closing, in_the_middle_of_a_join_leaves_too) {
    consumer a(shared, in_group()), b(shared, in_group());
    a.subscribe({"t"});
    poll_until({&a}, [&] { return a.assignment().size() == 3; });
    b.subscribe({"t"});
    world.rt->run_for(5s); // b's JoinGroup waits for a, which does not poll
    EXPECT_EQ(members(), 2u);
    const auto before = world.rt->now();
    b.close().value();
    EXPECT_LT(world.rt->now() - before, 1s);
    EXPECT_EQ(members(), 1u);
}

TEST_F(closing, keeps_its_deadline_when_all_brokers_are_gone) {
    produce_numbered(2);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    EXPECT_EQ(read(c, 6).size(), 6u);
    stop_all();
    const auto before = world.rt->now();
    (void)c.close(3s);
    EXPECT_LE(world.rt->now() - before, 6s);
}

TEST_F(closing, a_destructor_keeps_its_deadline_when_brokers_do_not_answer) {
    produce_numbered(2);
    auto before = world.rt->now();
    {
        auto options = in_group();
        options.close_timeout = 2s;
        consumer c(shared, options);
        read_six(c);
        for (const auto of : {api::offset_commit, api::leave_group})
            world.add(of, testing::faults::delay{10min}, 100);
        before = world.rt->now();
    }
    EXPECT_LE(world.rt->now() - before, 4s);
}

TEST_F(closing, a_commit_that_hangs_leaves_time_to_say_goodbye) {
    produce_numbered(2);
    consumer c(shared, in_group());
    read_six(c);
    world.add(api::offset_commit, testing::faults::delay{10min}, 100);
    EXPECT_EQ(c.close(2s).error(), client_errc::timed_out);
    EXPECT_EQ(members(), 0u);
}

TEST_F(closing, a_commit_that_hangs_leaves_a_destructor_time_to_say_goodbye) {
    produce_numbered(2);
    {
        auto options = in_group();
        options.close_timeout = 2s;
        consumer c(shared, options);
        read_six(c);
        world.add(api::offset_commit, testing::faults::delay{10min}, 100);
    }
    EXPECT_EQ(members(), 0u);
}

TEST_F(closing, tells_that_the_last_commit_failed) {
    produce_numbered(2);
    consumer c(shared, in_group());
    read_six(c);
    world.fail_next(api::offset_commit, broker_errc::topic_authorization_failed, 1000,
                    {.topic = "t", .partition = 1});
    EXPECT_EQ(c.close().error(), broker_errc::topic_authorization_failed);
    EXPECT_EQ(members(), 0u);
}

TEST_F(closing, before_anything_was_reached_is_quick) {
    client nowhere = world.make_client({.bootstrap_servers = "127.0.0.1:1"});
    const auto before = world.rt->now();
    {
        consumer c(nowhere, in_group());
        c.subscribe({"t"});
        EXPECT_TRUE(c.poll(1s).value().empty());
        (void)c.close(2s);
    }
    EXPECT_LE(world.rt->now() - before, 5s);
}

TEST_F(closing, that_nobody_can_be_reached_is_told_in_time) {
    client nowhere = world.make_client(
        {.bootstrap_servers = "127.0.0.1:1", .request_timeout = 5s, .api_timeout = 10s});
    consumer c(nowhere, from_the_beginning());
    c.assign({{"t", 0}});
    const auto outcome = c.poll(60s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), client_errc::connect_failed);
    EXPECT_NE(outcome.error().message().find("127.0.0.1:1"), std::string::npos)
        << outcome.error().message();
}

TEST_F(closing, a_destructor_says_in_one_line_what_was_not_committed) {
    produce_numbered(2);
    const auto log = std::make_shared<kept_log>();
    client noted = world.make_client({.logger = log});
    auto options = in_group();
    options.auto_commit = false;
    {
        consumer c(noted, options);
        c.subscribe({"t"});
        EXPECT_EQ(read(c, 6).size(), 6u);
    }
    const auto lines = log->lines_with();
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_NE(lines[0].find("group g: closed without a commit for what was read of t-0 up "
                            "to offset 2, t-1 up to offset 2, t-2 up to offset 2"),
              std::string::npos)
        << lines[0];
}

TEST_F(closing, a_destructor_that_commits_what_is_done_says_nothing) {
    produce_numbered(2);
    const auto log = std::make_shared<kept_log>();
    client noted = world.make_client({.logger = log});
    {
        consumer c(noted, in_group());
        read_six(c);
    }
    EXPECT_EQ(log->lines_with(), strings());
    EXPECT_EQ(committed().at({"t", 2}).offset, 2);
}

TEST_F(closing, a_moved_consumer_closes_the_one_it_replaces) {
    consumer a(shared, in_group());
    a.subscribe({"t"});
    poll_until({&a}, [&] { return a.assignment().size() == 3; });
    a = consumer(shared, in_group("other"));
    EXPECT_EQ(members(), 0u);
}

TEST_F(closing, lets_go_of_its_connections) {
    const auto stay_once = [&] {
        std::size_t while_there = 0;
        {
            consumer c(shared, in_group());
            c.subscribe({"t"});
            poll_until({&c}, [&] { return c.assignment().size() == 3; });
            (void)c.poll(1s).value();
            while_there = world.rt->streams();
            c.close().value();
        }
        world.rt->run_for(1s);
        return while_there;
    };
    stay_once();
    // What is there for everybody on this client stays: to the coordinator, and the general ones.
    const auto for_everybody = world.rt->streams();
    const std::size_t ends = 2, its_own = 3 + 1; // fetches from three leaders, joins
    EXPECT_EQ(stay_once(), for_everybody + ends * its_own);
    EXPECT_EQ(world.rt->streams(), for_everybody);
}

} // namespace
} // namespace kcpp::consuming::test
