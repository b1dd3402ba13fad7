// poll_async: the promises of poll, kept without blocking anybody.

#include "consumer_world.hpp"

#include <deque>
#include <stdexcept>

namespace kcpp::consuming::test {
namespace {

/// Runs what it is given on the I/O thread, where nothing may block, one thing at a time.
class on_io_thread final : public executor {
public:
    explicit on_io_thread(std::shared_ptr<runtime::fake_runtime> rt) : rt_(std::move(rt)) {}
    void execute(unique_function<void()> work) override { rt_->execute(std::move(work)); }

private:
    std::shared_ptr<runtime::fake_runtime> rt_;
};

class dropping final : public executor {
public:
    void execute(unique_function<void()>) override {}
};

class throwing final : public executor {
public:
    void execute(unique_function<void()>) override { throw std::runtime_error("full"); }
};

class polling : public consumer_world {
protected:
    static strings texts(const consumer_batch& batch) {
        strings list;
        for (const consumer_record& r : batch)
            list.push_back(r.value().to_string());
        return list;
    }
    consumer on_t(consumer_options options = from_the_beginning()) {
        consumer c(shared, std::move(options));
        c.assign({{"t", 0}, {"t", 1}, {"t", 2}});
        return c;
    }
    /// As `read`, without blocking.
    strings read_async(consumer& from, std::size_t many) {
        strings seen;
        const auto until = world.rt->now() + 20s;
        while (seen.size() < many && world.rt->now() < until)
            for (auto& text : texts(from.poll_async(100ms).get()))
                seen.push_back(std::move(text));
        return seen;
    }
    std::shared_ptr<executor> io_thread() { return std::make_shared<on_io_thread>(world.rt); }
    static consumer_options by_hand() {
        auto options = in_group();
        options.auto_commit = false;
        return options;
    }
};

TEST_F(polling, gives_what_poll_gives) {
    produce_numbered(20);
    consumer c = on_t();
    EXPECT_EQ(sorted(read_async(c, 60)), numbered(20));
}

TEST_F(polling, unpacks_what_was_compressed) {
    producer p(shared, {.compression = compression::zstd, .linger = 5ms});
    for (int i = 0; i < 100; ++i)
        p.send({.topic = "t", .value = std::string(100, 'x'), .partition = 0}, {});
    p.flush().get();
    consumer c = on_t();
    EXPECT_EQ(read_async(c, 100), strings(100, std::string(100, 'x')));
}

/// Three records of partition 0, which take unpacking.
class polling_packed : public polling {
protected:
    polling_packed() {
        producer p(shared, {.compression = compression::zstd, .linger = 5ms});
        for (int i = 0; i < 3; ++i)
            p.send({.topic = "t", .value = three.front(), .partition = 0}, {});
        p.flush().get();
    }
    ~polling_packed() override { world.rt->on_done_apart = nullptr; }

    /// The next time that something was unpacked, this happens, and takes so long.
    void once_unpacked(std::function<runtime::duration()> happens) {
        unpacked = 0;
        world.rt->on_done_apart = [this, happens = std::move(happens)] {
            return ++unpacked == 1 ? happens() : runtime::duration();
        };
    }
    void give_up_members_of(const std::string& name) {
        const auto give_up = [&](const auto& members) {
            for (const auto& [id, one] : members)
                world.brokers->expire_member(name, id);
        };
        const testing::group group = *world.brokers->state.find_group(name);
        give_up(group.members.members());
        give_up(group.consumers.members());
    }
    /// In the group, and before the three records.
    void settle_before(consumer& c) {
        poll_until({&c}, [&] { return c.assignment().size() == 3; });
        ASSERT_TRUE(c.seek({"t", 0}, 0));
    }

    const strings three = strings(3, std::string(100, 'x'));
    int unpacked = 0;
};

TEST_F(polling_packed, gives_nothing_that_was_unpacked_before_a_freeze) { // G6
    for (const std::string member : {"given up", "kept"}) {
        SCOPED_TRACE(member);
        consumer c(shared, in_group(member));
        c.subscribe({"t"});
        settle_before(c);
        once_unpacked([&] {
            world.rt->stand_still(60s);
            // The coordinator was not frozen.
            if (member == "given up") give_up_members_of(member);
            return 0s;
        });
        EXPECT_EQ(texts(c.poll_async(1s).get()), strings());
        EXPECT_EQ(c.position({"t", 0}), 0);
        EXPECT_EQ(read_async(c, 3), three);
        EXPECT_EQ(c.metrics().total.records, 6u); // those before the seek, and these
        EXPECT_GT(unpacked, 1);
    }
}

TEST_F(polling_packed, gives_nothing_that_was_lost_while_it_was_unpacked) { // G6
    for (const auto protocol : {group_protocol::classic, group_protocol::consumer}) {
        const std::string name = protocol == group_protocol::classic ? "classic" : "consumer";
        SCOPED_TRACE(name);
        consumer c(shared, in_group(name, protocol));
        events told;
        rebalance_handlers handlers = writing(told);
        handlers.executor = io_thread();
        c.subscribe({"t"}, handlers);
        settle_before(c);
        told.clear();
        once_unpacked([&] {
            give_up_members_of(name);
            return 20s; // until then it has learned of it
        });
        const auto before = world.rt->now();
        EXPECT_EQ(texts(c.poll_async(1h).get()), three);
        EXPECT_LT(world.rt->now() - before, 1min);
        EXPECT_EQ(told, (events{"lost t-0 t-1 t-2", "assigned t-0 t-1 t-2"}));
        EXPECT_GT(unpacked, 1);
    }
}

TEST_F(polling, waits_as_long_as_it_is_told_to) {
    consumer c = on_t();
    (void)read_async(c, 0);
    const auto before = world.rt->now();
    EXPECT_TRUE(c.poll_async(700ms).get().empty());
    EXPECT_EQ(world.rt->now() - before, 700ms);
}

TEST_F(polling, new_records_end_the_wait_at_once) {
    consumer c = on_t();
    auto waiting = c.poll_async(1h);
    world.rt->run_for(1s);
    EXPECT_FALSE(waiting.ready());
    produce({"x"});
    const auto before = world.rt->now();
    EXPECT_EQ(texts(waiting.get()), (strings{"x"}));
    EXPECT_LT(world.rt->now() - before, 10ms);
}

TEST_F(polling, wake_ends_the_wait) {
    consumer c = on_t();
    auto waiting = c.poll_async(1h);
    world.rt->run_for(1s);
    c.wake();
    EXPECT_TRUE(waiting.get().empty());
}

TEST_F(polling, the_consumer_is_in_use_until_the_outcome_is_there) {
    consumer c = on_t();
    auto waiting = c.poll_async(1s);
    EXPECT_THROW((void)c.poll_async(1s), std::logic_error);
    EXPECT_THROW((void)c.poll(0ms), std::logic_error);
    (void)waiting.get();
    EXPECT_TRUE(c.poll(0ms));
}

TEST_F(polling, goes_on_from_its_own_continuation) {
    produce({"a", "b", "c"});
    auto options = from_the_beginning();
    options.max_poll_records = 1;
    consumer c = on_t(options);
    strings seen;
    std::function<void()> next = [&] {
        c.poll_async(10s).then([&](result<consumer_batch> batch) {
            for (auto& text : texts(batch.value()))
                seen.push_back(std::move(text));
            if (seen.size() < 3) next();
        });
    };
    next();
    world.rt->run_for(30s);
    EXPECT_EQ(seen, (strings{"a", "b", "c"}));
}

TEST_F(polling, fails_where_poll_would) {
    consumer idle(shared, {});
    EXPECT_TRUE(idle.poll_async(1s).result().error() == client_errc::wrong_state);
    consumer c(shared, {.offset_reset = offset_reset::none});
    c.assign({{"t", 0}});
    EXPECT_TRUE(c.poll_async(10s).result().error() == client_errc::no_offset);
    c.close().value();
    EXPECT_TRUE(c.poll_async(1s).result().error() == client_errc::closed);
}

TEST_F(polling, ends_with_its_consumer) {
    future<consumer_batch> waiting;
    {
        consumer c = on_t();
        waiting = c.poll_async(1h);
        world.rt->run_for(1s);
    }
    EXPECT_TRUE(waiting.result().error() == client_errc::closed);
}

TEST_F(polling, needs_a_place_for_handlers) {
    events told;
    consumer c(shared, by_hand());
    c.subscribe({"t"}, writing(told));
    const auto refused = c.poll_async(1s).result();
    EXPECT_EQ(refused.error().message(),
              "consumer::poll_async: there are rebalance handlers and no place to run them; set "
              "rebalance_handlers::executor, or use poll()");
    EXPECT_TRUE(told.empty());
}

TEST_F(polling, handlers_run_in_their_executor) {
    produce_numbered(5);
    events told;
    auto handlers = writing(told);
    handlers.executor = io_thread();
    consumer c(shared, by_hand());
    c.subscribe({"t"}, handlers);
    EXPECT_EQ(sorted(read_async(c, 15)), numbered(5));
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2"}));
    c.close().value();
    EXPECT_EQ(told, (events{"assigned t-0 t-1 t-2", "revoked t-0 t-1 t-2"}));
}

TEST_F(polling, on_the_io_thread_a_handler_has_its_commit_made_for_it) {
    produce_numbered(4);
    std::optional<error> refused;
    rebalance_handlers handlers;
    handlers.revoked = [&](rebalance_scope& scope) {
        if (auto said = scope.commit(); !said) refused = said.error();
        scope.commit_on_return();
    };
    handlers.executor = io_thread();
    consumer c(shared, by_hand());
    c.subscribe({"t"}, handlers);
    ASSERT_EQ(read_async(c, 12).size(), 12u);
    // Another member comes, so everything is revoked.
    consumer other(shared, by_hand());
    other.subscribe({"t"});
    for (int i = 0; i < 100 && !refused; ++i)
        (void)c.poll_async(100ms).get();
    ASSERT_TRUE(refused);
    EXPECT_TRUE(*refused == client_errc::would_deadlock);
    EXPECT_EQ(committed(), (offsets{{{"t", 0}, 4}, {{"t", 1}, 4}, {{"t", 2}, 4}}));
}

TEST_F(polling, what_is_done_is_committed_before_it_is_given_up) {
    produce_numbered(4);
    consumer c(shared, in_group());
    c.subscribe({"t"});
    ASSERT_EQ(read_async(c, 12).size(), 12u);
    consumer other(shared, in_group());
    other.subscribe({"t"});
    const auto both = [&] { return other.assignment().size() == 1; };
    for (int i = 0; i < 100 && !both(); ++i) {
        (void)c.poll_async(100ms).get();
        (void)other.poll_async(100ms).get();
    }
    ASSERT_TRUE(both());
    EXPECT_EQ(read_async(other, 0), strings());
    EXPECT_EQ(committed(), (offsets{{{"t", 0}, 4}, {{"t", 1}, 4}, {{"t", 2}, 4}}));
}

TEST_F(polling, a_handler_that_throws_fails_the_call_once) {
    produce_numbered(1);
    rebalance_handlers handlers;
    handlers.assigned = [](rebalance_scope&) { throw std::runtime_error("no disk"); };
    handlers.executor = io_thread();
    consumer c(shared, by_hand());
    c.subscribe({"t"}, handlers);
    const auto said = c.poll_async(10s).result();
    ASSERT_FALSE(said);
    EXPECT_TRUE(said.error() == client_errc::handler_failed);
    EXPECT_EQ(said.error().message(), "a rebalance handler threw \"no disk\"");
    EXPECT_EQ(sorted(read_async(c, 3)), numbered(1));
}

TEST_F(polling, an_executor_that_drops_handlers_does_not_hold_it_up) {
    produce_numbered(1);
    for (const std::shared_ptr<executor>& useless :
         {std::shared_ptr<executor>(std::make_shared<dropping>()),
          std::shared_ptr<executor>(std::make_shared<throwing>())}) {
        events told;
        auto handlers = writing(told);
        handlers.executor = useless;
        consumer c(shared, by_hand());
        c.subscribe({"t"}, handlers);
        EXPECT_EQ(sorted(read_async(c, 3)), numbered(1));
        EXPECT_TRUE(told.empty());
    }
}

} // namespace
} // namespace kcpp::consuming::test
