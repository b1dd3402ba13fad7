// kcpp in programs that use Asio: waiting in its ways, and a client on the program's own context.

#include <kcpp/admin.hpp>
#include <kcpp/asio.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <asio/awaitable.hpp>
#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using asio::use_awaitable;
using names = std::vector<std::string>;

class asio_test : public testing::Test {
protected:
    asio_test() { cluster.create_topic("orders"); }

    kcpp::testing::embedded_cluster cluster;
    const kcpp::client_options here{.bootstrap_servers = cluster.bootstrap_servers()};
    const kcpp::client_options nowhere{.bootstrap_servers = "127.0.0.1:1", .api_timeout = 50ms};
};

asio::awaitable<void> list(kcpp::admin& admin, names& found, std::thread::id& there) {
    found = co_await kcpp::async_wait(admin.list_topics(), use_awaitable);
    there = std::this_thread::get_id();
}

asio::awaitable<void> fail(kcpp::admin& admin, std::string& sentence) {
    try {
        (void)co_await kcpp::async_wait(admin.list_topics(), use_awaitable);
    } catch (const kcpp::kafka_error& e) {
        sentence = e.what();
    }
}

/// Runs each function on a thread of its own, at once, and lets that run before it returns. Its
/// copies can be counted.
struct own_threads {
    std::vector<std::jthread>* threads;
    std::shared_ptr<int> copies = std::make_shared<int>();

    template <class Function>
    void execute(Function&& function) const {
        threads->emplace_back(std::forward<Function>(function));
        for (int i = 0; i < 1000; ++i)
            std::this_thread::yield();
    }
    bool operator==(const own_threads&) const noexcept = default;
};

asio::awaitable<void> ping(kcpp::client& client, bool& done) {
    co_await kcpp::async_wait(client.ping(), use_awaitable);
    done = true;
}

} // namespace

TEST_F(asio_test, a_coroutine_goes_on_in_its_own_executor_which_is_kept_running) {
    kcpp::admin admin(here);
    asio::io_context context;
    names found;
    std::thread::id there;
    asio::co_spawn(context, list(admin, found, there), asio::detached);
    context.run(); // would end at once, were the wait not work
    EXPECT_EQ(found, names{"orders"});
    EXPECT_EQ(there, std::this_thread::get_id());
}

TEST_F(asio_test, a_coroutine_gets_the_failure_with_its_sentence) {
    kcpp::admin admin(nowhere);
    asio::io_context context;
    std::string sentence;
    asio::co_spawn(context, fail(admin, sentence), asio::detached);
    context.run();
    EXPECT_NE(sentence.find("127.0.0.1:1"), std::string::npos) << sentence;
}

TEST_F(asio_test, a_coroutine_waits_for_what_has_no_value) {
    kcpp::client client(here);
    asio::io_context context;
    bool done = false;
    asio::co_spawn(context, ping(client, done), asio::detached);
    context.run();
    EXPECT_TRUE(done);
}

TEST_F(asio_test, a_std_future_gets_the_value_or_the_failure) {
    kcpp::admin admin(here);
    kcpp::client client(here);
    kcpp::admin lost(nowhere);
    EXPECT_EQ(kcpp::async_wait(admin.list_topics(), asio::use_future).get(), names{"orders"});
    kcpp::async_wait(client.ping(), asio::use_future).get();
    EXPECT_THROW((void)kcpp::async_wait(lost.list_topics(), asio::use_future).get(),
                 kcpp::kafka_error);
}

TEST_F(asio_test, a_callback_gets_a_code_and_the_value) {
    kcpp::admin admin(here);
    kcpp::admin lost(nowhere);
    std::latch called(3);
    std::error_code good = make_error_code(std::errc::io_error), bad;
    names found;
    std::thread::id there;
    kcpp::async_wait(admin.list_topics(), [&](std::error_code code, names value) {
        good = code;
        found = std::move(value);
        there = std::this_thread::get_id();
        called.count_down();
    });
    kcpp::async_wait(lost.list_topics(), [&](std::error_code code, const names& value) {
        bad = code;
        EXPECT_TRUE(value.empty());
        called.count_down();
    });
    kcpp::client client(here);
    kcpp::async_wait(client.ping(), [&](std::error_code code) {
        EXPECT_FALSE(code);
        called.count_down();
    });
    called.wait();
    EXPECT_FALSE(good);
    EXPECT_EQ(bad, kcpp::client_errc::connect_failed);
    EXPECT_EQ(found, names{"orders"});
    EXPECT_NE(there, std::this_thread::get_id());
}

TEST_F(asio_test, a_callback_goes_to_the_executor_it_is_bound_to) {
    kcpp::admin admin(here);
    asio::io_context context;
    std::thread::id there;
    kcpp::async_wait(admin.list_topics(), asio::bind_executor(context, [&](std::error_code, names) {
                         there = std::this_thread::get_id();
                     }));
    context.run();
    EXPECT_EQ(there, std::this_thread::get_id());
}

TEST_F(asio_test, a_callback_begins_when_kcpp_has_let_go_of_its_executor) {
    std::vector<std::jthread> threads;
    kcpp::client client(here);
    const own_threads place{&threads};
    std::promise<long> users;
    kcpp::async_wait(client.ping(), asio::bind_executor(place, [&](std::error_code) {
                         users.set_value(place.copies.use_count());
                     }));
    // Ours and the callback's: it may destroy what its executor stands for.
    EXPECT_EQ(users.get_future().get(), 2);
}

TEST_F(asio_test, via_an_asio_executor) {
    kcpp::admin admin(here);
    asio::thread_pool pool(1);
    std::promise<std::thread::id> pool_thread;
    asio::post(pool, [&] { pool_thread.set_value(std::this_thread::get_id()); });
    std::promise<std::thread::id> there;
    admin.list_topics()
        .via(kcpp::executor_for(pool.get_executor()))
        .then([&](kcpp::result<names> r) {
            EXPECT_TRUE(r);
            there.set_value(std::this_thread::get_id());
        });
    EXPECT_EQ(there.get_future().get(), pool_thread.get_future().get());
    pool.join();
}

TEST_F(asio_test, a_client_on_the_programs_own_context) {
    asio::io_context context;
    auto client = kcpp::make_client(context, here);
    kcpp::admin admin(client);
    names found;
    std::thread::id there;
    asio::co_spawn(context, list(admin, found, there), [&](std::exception_ptr failure) {
        EXPECT_FALSE(failure);
        context.stop();
    });
    context.run();
    EXPECT_EQ(found, names{"orders"});
    EXPECT_EQ(there, std::this_thread::get_id());
    // Admin and client go after the context has stopped: their destructors run it once more.
}

TEST_F(asio_test, callbacks_of_a_client_on_a_lent_context_come_in_its_thread_and_may_not_block) {
    asio::io_context context;
    auto client = kcpp::make_client(context, here);
    kcpp::admin admin(client);
    std::optional<kcpp::error> refused;
    std::thread::id there;
    admin.list_topics().then([&](kcpp::result<names> r) {
        EXPECT_TRUE(r);
        there = std::this_thread::get_id();
        refused = admin.describe_cluster().result().error();
        context.stop();
    });
    context.run();
    EXPECT_EQ(there, std::this_thread::get_id());
    ASSERT_TRUE(refused);
    EXPECT_EQ(*refused, kcpp::client_errc::would_deadlock);
}

TEST_F(asio_test, other_threads_use_a_client_on_a_lent_context_while_one_runs_it) {
    asio::io_context context;
    auto guard = asio::make_work_guard(context);
    std::jthread runner([&] { context.run(); });
    {
        auto client = kcpp::make_client(context, here);
        kcpp::admin admin(client);
        std::vector<std::jthread> users;
        for (int i = 0; i < 4; ++i)
            users.emplace_back([&] { EXPECT_EQ(admin.list_topics().get(), names{"orders"}); });
    }
    guard.reset(); // the client has closed: nothing keeps the context running
}

TEST_F(asio_test, the_last_user_may_go_in_the_lent_context) {
    asio::io_context context;
    std::optional<kcpp::client> made(kcpp::make_client(context, here));
    std::optional<kcpp::admin> admin(std::in_place, *made);
    made.reset();
    admin->list_topics().then([&](kcpp::result<names> r) {
        EXPECT_TRUE(r);
        admin.reset();
    });
    context.run(); // ends by itself, once the client has closed
    EXPECT_FALSE(admin);
}

TEST_F(asio_test, a_lent_context_whose_client_is_idle_can_be_lent_to_several) {
    asio::io_context context;
    auto first = kcpp::make_client(context, here);
    auto second = kcpp::make_client(context, here);
    int answers = 0;
    for (kcpp::client* client : {&first, &second})
        client->ping().then([&](kcpp::result<void> r) {
            EXPECT_TRUE(r);
            if (++answers == 2) context.stop();
        });
    context.run();
    EXPECT_EQ(answers, 2);
}

TEST_F(asio_test, options_that_cannot_be_are_refused_at_once) {
    asio::io_context context;
    EXPECT_THROW(kcpp::make_client(context, {.bootstrap_servers = ""}), kcpp::kafka_error);
}

TEST_F(asio_test, another_version_of_asio_is_refused) {
    asio::io_context context;
    EXPECT_THROW(kcpp::detail::make_client(context, here, ASIO_VERSION + 1), std::logic_error);
}
