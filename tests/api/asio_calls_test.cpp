// The producer's and the consumer's operations in asio::awaitable, as programs write them. Run
// under the address sanitizer.

#include <kcpp/asio.hpp>
#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace {

using asio::use_awaitable;

const kcpp::topic_partition first{"orders", 0};
/// Too long for a string to hold it inside.
const std::string long_text(200, 'x');

class asio_calls : public testing::Test {
protected:
    asio_calls() { cluster.create_topic("orders"); }

    /// Runs a coroutine to its end on this thread; throws what it threw.
    void run(asio::awaitable<void> work) {
        asio::io_context io(1);
        asio::co_spawn(io, std::move(work), [](std::exception_ptr thrown) {
            if (thrown) std::rethrow_exception(thrown);
        });
        io.run();
    }

    kcpp::testing::embedded_cluster cluster;
    const kcpp::client_options here{.bootstrap_servers = cluster.bootstrap_servers()};
};

asio::awaitable<void> send_all(kcpp::producer& producer, std::string id) {
    const auto thread = std::this_thread::get_id();
    const std::vector<kcpp::header> headers{{"trace", long_text}};
    co_await kcpp::async_wait(producer.send({.topic = "orders", .value = "literal"}),
                              use_awaitable);
    co_await kcpp::async_wait(
        producer.send({.topic = "orders", .key = id + long_text, .value = long_text + id}),
        use_awaitable);
    co_await kcpp::async_wait(
        producer.send({.topic = "orders", .value = nullptr, .headers = headers}), use_awaitable);
    auto begun = producer.send({.topic = "orders", .headers = {{"trace", id}}});
    const auto stored = co_await kcpp::async_wait(std::move(begun), use_awaitable);
    EXPECT_EQ(stored.offset, 3);
    co_await kcpp::async_wait(producer.space_for(long_text.size()), use_awaitable);
    co_await kcpp::async_wait(producer.flush(), use_awaitable);
    co_await kcpp::async_wait(producer.close(), use_awaitable);
    EXPECT_EQ(std::this_thread::get_id(), thread);
}

asio::awaitable<void> send_nothing(kcpp::producer& producer) {
    co_await kcpp::async_wait(producer.send({.topic = ""}), use_awaitable);
}

asio::awaitable<void> commit_and_look(kcpp::consumer& consumer) {
    const std::vector<kcpp::topic_partition> places{first};
    kcpp::offsets next;
    next[first] = {3, -1, long_text};
    co_await kcpp::async_wait(consumer.commit(next), use_awaitable);
    const auto committed = co_await kcpp::async_wait(consumer.committed(places), use_awaitable);
    EXPECT_EQ(committed, next);
    auto asked = consumer.end_offsets({{"orders", 0}});
    const auto ends = co_await kcpp::async_wait(std::move(asked), use_awaitable);
    EXPECT_EQ(ends.at(first).offset, 1);
}

} // namespace

TEST_F(asio_calls, send_from_an_awaitable) {
    kcpp::producer producer(here);
    run(send_all(producer, "7"));
    const auto stored = cluster.stored("orders", 0);
    ASSERT_EQ(stored.size(), 4U);
    EXPECT_EQ(stored[0].value, "literal");
    EXPECT_EQ(stored[1].key, "7" + long_text);
    EXPECT_EQ(stored[1].value, long_text + "7");
    EXPECT_EQ(stored[2].value, std::nullopt);
    EXPECT_EQ(stored[2].headers, (kcpp::headers{{"trace", long_text}}));
    EXPECT_EQ(stored[3].headers, (kcpp::headers{{"trace", "7"}}));
}

TEST_F(asio_calls, throw_out_of_an_awaitable) {
    kcpp::producer producer(here);
    // Each leaves run() by the exception and destroys the context, which kcpp's thread has just
    // handed the outcome to.
    for (int i = 0; i < 500; ++i)
        EXPECT_THROW(run(send_nothing(producer)), kcpp::kafka_error);
}

TEST_F(asio_calls, commit_and_look_offsets_up_in_an_awaitable) {
    kcpp::producer(here).send({.topic = "orders"}).get();
    kcpp::consumer consumer(here, {.group_id = "billing"});
    run(commit_and_look(consumer));
}
