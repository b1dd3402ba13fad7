// What cannot be is refused at once, in words.

#include "consumer/core.hpp"
#include "consumer_world.hpp"

namespace kcpp::consuming::test {
namespace {

class misuse : public consumer_world {
protected:
    template <class Call>
    error thrown(Call call) {
        try {
            call();
        } catch (const kafka_error& e) {
            return e.detail();
        }
        ADD_FAILURE() << "nothing was thrown";
        return error(broker_errc::none, "");
    }
};

TEST_F(misuse, polling_without_a_subscription) {
    consumer c(shared);
    EXPECT_EQ(c.poll(1s).error(), client_errc::wrong_state);
    EXPECT_EQ(thrown([&] {
                  for (const auto& r : c.records())
                      (void)r;
              }),
              client_errc::wrong_state);
}

TEST_F(misuse, committing_without_a_group) {
    consumer c(shared);
    c.assign({{"t", 0}});
    EXPECT_EQ(c.commit().result().error(), client_errc::wrong_state);
    EXPECT_EQ(c.commit(offsets{{{"t", 0}, {1}}}).result().error(), client_errc::wrong_state);
    EXPECT_EQ(c.committed({{"t", 0}}).result().error(), client_errc::wrong_state);
}

TEST_F(misuse, subscribing_without_a_group) {
    consumer c(shared);
    EXPECT_EQ(thrown([&] { c.subscribe({"t"}); }), client_errc::wrong_state);
}

TEST_F(misuse, topic_names_that_cannot_be) {
    consumer c(shared, in_group());
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".."), std::string("with space"),
          std::string("slash/ed"), std::string(250, 'x')}) {
        EXPECT_EQ(thrown([&] { c.subscribe({"t", name}); }), client_errc::invalid_argument) << name;
        EXPECT_EQ(thrown([&] { c.assign({{name, 0}}); }), client_errc::invalid_argument) << name;
    }
    EXPECT_EQ(thrown([&] { c.subscribe({}); }), client_errc::invalid_argument);
    EXPECT_EQ(c.poll(0ms).error(), client_errc::wrong_state) << "nothing of it was done";
}

TEST_F(misuse, patterns_that_cannot_be) {
    consumer c(shared, in_group()), without(shared);
    for (const char* expression : {"", "(", "[a-", R"((a)\1)", "(a{1000}){1000}"})
        EXPECT_EQ(thrown([&] { c.subscribe(topic_pattern(expression)); }),
                  client_errc::invalid_argument)
            << expression;
    EXPECT_EQ(thrown([&] { without.subscribe(topic_pattern("t")); }), client_errc::wrong_state);
    c.assign({{"t", 0}});
    EXPECT_EQ(thrown([&] { c.subscribe(topic_pattern("t")); }), client_errc::wrong_state);
}

TEST_F(misuse, a_negative_partition) {
    consumer c(shared);
    EXPECT_EQ(thrown([&] { c.assign({{"t", -1}}); }), client_errc::invalid_argument);
}

TEST_F(misuse, subscribing_and_assigning_at_once) {
    consumer c(shared, in_group());
    c.assign({{"t", 0}});
    EXPECT_EQ(thrown([&] { c.subscribe({"t"}); }), client_errc::wrong_state);
    c.unsubscribe().value();
    c.subscribe({"t"});
    EXPECT_EQ(thrown([&] { c.assign({{"t", 0}}); }), client_errc::wrong_state);
}

TEST_F(misuse, options_that_cannot_be) {
    EXPECT_EQ(thrown([&] { consumer c(shared, {.max_poll_records = 0}); }),
              client_errc::invalid_option);
    EXPECT_EQ(thrown([&] { consumer c(shared, {.fetch_max_wait = 1h}); }),
              client_errc::invalid_option);
}

TEST_F(misuse, blocking_on_the_io_thread) {
    consumer c(shared, in_group());
    c.assign({{"t", 0}});
    bool checked = false;
    world.rt->execute([&] {
        EXPECT_EQ(c.poll(1s).error(), client_errc::would_deadlock);
        EXPECT_EQ(c.close().error(), client_errc::would_deadlock);
        EXPECT_EQ(c.unsubscribe().error(), client_errc::would_deadlock);
        EXPECT_EQ(c.commit(offsets{{{"t", 0}, {1}}}).result().error(), client_errc::would_deadlock);
        checked = true;
    });
    world.rt->run_now();
    EXPECT_TRUE(checked);
}

TEST_F(misuse, using_a_closed_consumer) {
    consumer c(shared, in_group());
    c.subscribe({"t"});
    c.close().value();
    EXPECT_TRUE(c.close()) << "closing twice is fine";
    EXPECT_EQ(c.poll(1s).error(), client_errc::closed);
    EXPECT_EQ(c.commit().result().error(), client_errc::closed);
    EXPECT_EQ(thrown([&] { c.subscribe({"t"}); }), client_errc::closed);
}

TEST_F(misuse, polling_inside_a_handler) {
    consumer c(shared, in_group());
    bool refused = false;
    c.subscribe({"t"}, {.assigned = [&](rebalance_scope&) {
                    try {
                        (void)c.poll(0ms);
                    } catch (const std::logic_error&) {
                        refused = true;
                    }
                }});
    read(c, 1, 10s);
    EXPECT_TRUE(refused);
}

TEST_F(misuse, committing_what_is_no_offset) {
    consumer c(shared, in_group());
    c.assign({{"t", 0}});
    EXPECT_EQ(c.commit(offsets{{{"t", 0}, {-5}}}).result().error(), client_errc::invalid_argument);
}

} // namespace
} // namespace kcpp::consuming::test
