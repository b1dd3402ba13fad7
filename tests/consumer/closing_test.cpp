// A consumer ends in the time it was given, whatever the brokers do.

#include "consumer_world.hpp"

namespace kcpp::consuming::test {
namespace {

class closing : public consumer_world {
protected:
    std::size_t members() {
        const auto* g = world.brokers->state.find_group("g");
        return g == nullptr ? 0 : g->members.members().size();
    }
    void stop_all() {
        for (std::int32_t id = 1; id <= 3; ++id) world.brokers->stop_broker(id);
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
        c.subscribe({"t"});
        EXPECT_EQ(read(c, 6).size(), 6u);
        (void)c.poll(0ms).value();
        for (const auto of : {api::offset_commit, api::leave_group}) world.add(of, testing::faults::delay{10min}, 100);
        before = world.rt->now();
    }
    EXPECT_LE(world.rt->now() - before, 4s);
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
    client nowhere = world.make_client({.bootstrap_servers = "127.0.0.1:1", .request_timeout = 5s, .api_timeout = 10s});
    consumer c(nowhere, from_the_beginning());
    c.assign({{"t", 0}});
    const auto outcome = c.poll(60s);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), client_errc::connect_failed);
    EXPECT_NE(outcome.error().message().find("127.0.0.1:1"), std::string::npos) << outcome.error().message();
}

TEST_F(closing, a_moved_consumer_closes_the_one_it_replaces) {
    consumer a(shared, in_group());
    a.subscribe({"t"});
    poll_until({&a}, [&] { return a.assignment().size() == 3; });
    a = consumer(shared, in_group("other"));
    EXPECT_EQ(members(), 0u);
}

TEST_F(closing, lets_go_of_its_connections) {
    consumer other(shared, from_the_beginning());
    other.assign({{"t", 0}});
    read(other, 1, 1s);
    world.rt->run_for(1s);
    const auto before = world.rt->streams();
    {
        consumer c(shared, in_group());
        c.subscribe({"t"});
        poll_until({&c}, [&] { return c.assignment().size() == 3; });
        (void)c.poll(1s).value();
        c.close().value();
    }
    world.rt->run_for(1s);
    // What it opened for everybody stays: at most one to the coordinator, and the general ones.
    EXPECT_LE(world.rt->streams(), before + 2 * 2);
}

} // namespace
} // namespace kcpp::consuming::test
