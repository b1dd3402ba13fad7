// Every operation of the producer as programs write it, blocking and in a coroutine of a type that
// kcpp has never seen. Run under the address sanitizer: g++ 12 destroys some temporaries of a
// co_await expression twice, and views outlive what they show easily.

#include "eager.hpp"

#include <kcpp/producer.hpp>
#include <kcpp/testing/embedded_cluster.hpp>

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kcpp::testing::api;
using texts = std::vector<std::optional<std::string>>;

/// Too long for a string to hold it inside.
const std::string long_text(200, 'x');
const std::vector<std::byte> three_bytes{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};

class producer_calls : public testing::Test {
protected:
    producer_calls() { cluster.create_topic("orders", {.partitions = 2}); }

    texts values() const {
        texts all;
        for (const auto& record : cluster.stored("orders", 0))
            all.push_back(record.value);
        return all;
    }
    texts keys() const {
        texts all;
        for (const auto& record : cluster.stored("orders", 0))
            all.push_back(record.key);
        return all;
    }
    std::vector<kcpp::headers> headers() const {
        std::vector<kcpp::headers> all;
        for (const auto& record : cluster.stored("orders", 0))
            all.push_back(record.headers);
        return all;
    }

    kcpp::testing::embedded_cluster cluster;
    const kcpp::client_options here{.bootstrap_servers = cluster.bootstrap_servers()};
    kcpp::producer producer{here, {.linger = 0ms}};
};

const texts each_value{"literal", long_text,    "view",       "abc",        "abc",      "abc",
                       "",        std::nullopt, std::nullopt, std::nullopt, "made here"};

} // namespace

TEST_F(producer_calls, take_values_of_every_shape) {
    const std::string_view view = "view";
    const std::span<const std::byte> span = three_bytes;
    const unsigned char array[] = {'a', 'b', 'c'};
    producer.send({.topic = "orders", .value = "literal", .partition = 0}).get();
    producer.send({.topic = "orders", .value = long_text, .partition = 0}).get();
    producer.send({.topic = "orders", .value = view, .partition = 0}).get();
    producer.send({.topic = "orders", .value = three_bytes, .partition = 0}).get();
    producer.send({.topic = "orders", .value = span, .partition = 0}).get();
    producer.send({.topic = "orders", .value = array, .partition = 0}).get();
    producer.send({.topic = "orders", .value = "", .partition = 0}).get();
    producer.send({.topic = "orders", .value = nullptr, .partition = 0}).get();
    producer.send({.topic = "orders", .value = kcpp::null, .partition = 0}).get();
    producer.send({.topic = "orders", .key = "tombstone", .partition = 0}).get();
    producer.send({.topic = "orders", .value = std::string("made ") + "here", .partition = 0})
        .get();
    EXPECT_EQ(values(), each_value);
}

namespace {

calls::eager await_values(kcpp::producer& producer) {
    const std::string_view view = "view";
    const std::span<const std::byte> span = three_bytes;
    const unsigned char array[] = {'a', 'b', 'c'};
    co_await producer.send({.topic = "orders", .value = "literal", .partition = 0});
    co_await producer.send({.topic = "orders", .value = long_text, .partition = 0});
    co_await producer.send({.topic = "orders", .value = view, .partition = 0});
    co_await producer.send({.topic = "orders", .value = three_bytes, .partition = 0});
    co_await producer.send({.topic = "orders", .value = span, .partition = 0});
    co_await producer.send({.topic = "orders", .value = array, .partition = 0});
    co_await producer.send({.topic = "orders", .value = "", .partition = 0});
    co_await producer.send({.topic = "orders", .value = nullptr, .partition = 0});
    co_await producer.send({.topic = "orders", .value = kcpp::null, .partition = 0});
    co_await producer.send({.topic = "orders", .key = "tombstone", .partition = 0});
    co_await producer.send(
        {.topic = "orders", .value = std::string("made ") + "here", .partition = 0});
}

} // namespace

TEST_F(producer_calls, take_values_of_every_shape_in_a_coroutine) {
    await_values(producer).wait();
    EXPECT_EQ(values(), each_value);
}

// Headers: in a braced list, an array, a vector, or as kcpp::headers. With g++ 12 a braced list
// cannot stand in an expression with co_await ("array used as initializer"): there it is given a
// name, or the send a line of its own.

namespace {

const std::vector<kcpp::headers> each_headers{{{"trace", long_text}}, {{"a", "1"}, {"a", nullptr}},
                                              {{"array", "2"}},       {{"vector", long_text}},
                                              {{"owned", long_text}}, {}};

kcpp::headers owned_headers() {
    kcpp::headers made;
    made.add("owned", long_text);
    return made;
}

} // namespace

TEST_F(producer_calls, take_headers_of_every_shape) {
    const std::array<kcpp::header, 1> array{{{"array", "2"}}};
    const std::vector<kcpp::header> vector{{"vector", long_text}};
    producer.send({.topic = "orders", .headers = {{"trace", long_text}}, .partition = 0}).get();
    producer.send({.topic = "orders", .headers = {{"a", "1"}, {"a", nullptr}}, .partition = 0})
        .get();
    producer.send({.topic = "orders", .headers = array, .partition = 0}).get();
    producer.send({.topic = "orders", .headers = vector, .partition = 0}).get();
    producer.send({.topic = "orders", .headers = owned_headers(), .partition = 0}).get();
    producer.send({.topic = "orders", .headers = {}, .partition = 0}).get();
    EXPECT_EQ(headers(), each_headers);
}

namespace {

calls::eager await_headers(kcpp::producer& producer) {
    const kcpp::header named[] = {{"trace", long_text}};
    const std::array<kcpp::header, 1> array{{{"array", "2"}}};
    const std::vector<kcpp::header> vector{{"vector", long_text}};
    co_await producer.send({.topic = "orders", .headers = named, .partition = 0});
    auto begun =
        producer.send({.topic = "orders", .headers = {{"a", "1"}, {"a", nullptr}}, .partition = 0});
    co_await begun;
    co_await producer.send({.topic = "orders", .headers = array, .partition = 0});
    co_await producer.send({.topic = "orders", .headers = vector, .partition = 0});
    co_await producer.send({.topic = "orders", .headers = owned_headers(), .partition = 0});
    co_await producer.send({.topic = "orders", .headers = {}, .partition = 0});
}

} // namespace

TEST_F(producer_calls, take_headers_of_every_shape_in_a_coroutine) {
    await_headers(producer).wait();
    EXPECT_EQ(headers(), each_headers);
}

// Lifetimes

namespace {

/// As a service would: every part of the record is made where it is sent, and gone when `send` is
/// over.
calls::eager await_temporaries(kcpp::producer& producer, std::string id) {
    co_await producer.send({.topic = std::string("ord") + "ers",
                            .key = id + long_text,
                            .value = long_text + id,
                            .partition = 0});
    const auto where = co_await producer.send(
        {.topic = "orders", .key = id + long_text, .value = id + "2", .partition = 0});
    EXPECT_EQ(where.topic, "orders");
    EXPECT_EQ(where.offset, 1);
}

} // namespace

TEST_F(producer_calls, copy_temporaries_before_they_are_gone) {
    const std::string id = "7";
    auto first = producer.send({.topic = std::string("ord") + "ers",
                                .key = id + long_text,
                                .value = long_text + id,
                                .partition = 0});
    auto second = producer.send(
        {.topic = "orders", .key = id + long_text, .value = id + "2", .partition = 0});
    EXPECT_EQ(first.get().offset, 0);
    EXPECT_EQ(second.get().offset, 1);
    EXPECT_EQ(keys(), (texts{"7" + long_text, "7" + long_text}));
    EXPECT_EQ(values(), (texts{long_text + "7", "72"}));
}

TEST_F(producer_calls, copy_temporaries_of_a_coroutine_before_they_are_gone) {
    await_temporaries(producer, "7").wait();
    EXPECT_EQ(keys(), (texts{"7" + long_text, "7" + long_text}));
    EXPECT_EQ(values(), (texts{long_text + "7", "72"}));
}

TEST_F(producer_calls, take_records_that_are_kept) {
    std::vector<kcpp::owned_record> kept;
    kept.push_back({.topic = "orders",
                    .key = "k" + long_text,
                    .value = "",
                    .headers = {{"h", long_text}},
                    .partition = 0});
    kept.push_back({.topic = "orders", .partition = 0, .timestamp = kcpp::timestamp(5ms)});
    for (const auto& record : kept)
        producer.send(record).get();
    EXPECT_EQ(keys(), (texts{"k" + long_text, std::nullopt}));
    EXPECT_EQ(values(), (texts{"", std::nullopt}));
    EXPECT_EQ(headers().front(), kept.front().headers);
    EXPECT_EQ(cluster.stored("orders", 0)[1].timestamp, kcpp::timestamp(5ms));
}

TEST_F(producer_calls, give_futures_that_outlive_the_producer) {
    std::vector<kcpp::future<kcpp::record_metadata>> waiting;
    {
        kcpp::producer brief(here);
        for (int i = 0; i < 100; ++i)
            waiting.push_back(brief.send({.topic = "orders", .value = long_text, .partition = 0}));
    }
    kcpp::offset_t next = 0;
    for (auto& each : waiting)
        EXPECT_EQ(each.get().offset, next++);
}

TEST_F(producer_calls, end_with_a_reason_when_the_producer_goes_before_the_answer_comes) {
    kcpp::future<kcpp::record_metadata> sent, unknown;
    {
        kcpp::producer brief(here, {.linger = 0ms, .close_timeout = 50ms});
        brief.send({.topic = "orders", .partition = 0}).get();
        cluster.delay_next(api::produce, 1h);
        sent = brief.send({.topic = "orders", .partition = 0});
        unknown = brief.send({.topic = "no-such-topic"});
    }
    const auto ended = sent.result();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error(), kcpp::client_errc::closed);
    EXPECT_TRUE(ended.error().unknown_outcome()) << ended.error().message();
    const auto never_sent = unknown.result();
    ASSERT_FALSE(never_sent);
    EXPECT_EQ(never_sent.error(), kcpp::client_errc::closed);
    EXPECT_FALSE(never_sent.error().unknown_outcome()) << never_sent.error().message();
}

namespace {

/// Ends on kcpp's I/O thread, and with it the producer that it owns.
calls::eager send_one(kcpp::client_options where) {
    kcpp::producer own(where);
    co_await own.send({.topic = "orders", .value = "mine", .partition = 0});
}

calls::eager fail_one(kcpp::producer& producer) {
    co_await producer.send({.topic = ""});
}

} // namespace

TEST_F(producer_calls, let_a_coroutine_own_its_producer) {
    for (int i = 0; i < 10; ++i)
        send_one(here).wait();
    EXPECT_EQ(values(), texts(10, "mine"));
}

TEST_F(producer_calls, throw_out_of_a_coroutine) {
    EXPECT_THROW(fail_one(producer).wait(), kcpp::kafka_error);
}

TEST_F(producer_calls, outlive_the_client_they_share) {
    std::optional<kcpp::client> shared(std::in_place, here);
    kcpp::producer one(*shared), other(*shared, {.acks = kcpp::acks::leader});
    shared.reset();
    one.send({.topic = "orders", .value = "one", .partition = 0}).get();
    other.send({.topic = "orders", .value = "other", .partition = 0}).get();
    kcpp::producer moved(std::move(one));
    moved = std::move(other);
    moved.send({.topic = "orders", .value = "moved", .partition = 0}).get();
    EXPECT_EQ(values(), (texts{"one", "other", "moved"}));
}

// The ways to wait

namespace {

/// A thread of the application's that runs what it is given.
class worker final : public kcpp::executor {
public:
    void execute(kcpp::unique_function<void()> work) override {
        std::thread([this, work = std::move(work)]() mutable {
            ran_on_ = std::this_thread::get_id();
            work();
        }).detach();
    }
    std::thread::id ran_on() const { return ran_on_; }

private:
    std::atomic<std::thread::id> ran_on_;
};

calls::eager await_elsewhere(kcpp::producer& producer, std::shared_ptr<worker> place,
                             std::thread::id& went_on) {
    co_await producer.send({.topic = "orders", .value = long_text}).via(place);
    went_on = std::this_thread::get_id();
}

} // namespace

TEST_F(producer_calls, call_back_with_the_outcome) {
    std::promise<kcpp::result<kcpp::record_metadata>> told;
    producer.send({.topic = "orders", .value = "paid", .partition = 1},
                  [&](kcpp::result<kcpp::record_metadata> r) { told.set_value(std::move(r)); });
    const auto where = told.get_future().get().value();
    EXPECT_EQ(where.partition, 1);
    EXPECT_EQ(where.offset, 0);
}

TEST_F(producer_calls, chain_with_then_and_go_on_where_via_says) {
    auto place = std::make_shared<worker>();
    std::promise<std::thread::id> told;
    producer.send({.topic = "orders"}).via(place).then([&](auto sent) {
        EXPECT_TRUE(sent);
        told.set_value(std::this_thread::get_id());
    });
    const auto went_on = told.get_future().get();
    EXPECT_EQ(went_on, place->ran_on());
}

TEST_F(producer_calls, go_on_in_a_coroutine_where_via_says) {
    auto place = std::make_shared<worker>();
    std::thread::id went_on;
    await_elsewhere(producer, place, went_on).wait();
    EXPECT_EQ(went_on, place->ran_on());
}

TEST_F(producer_calls, give_each_outcome_once) {
    auto sent = producer.send({.topic = "orders"});
    EXPECT_TRUE(sent.valid());
    sent.get();
    EXPECT_FALSE(sent.valid());
    EXPECT_THROW(sent.get(), std::logic_error);
    EXPECT_THROW((void)sent.result(), std::logic_error);
    EXPECT_THROW(sent.then([](auto) {}), std::logic_error);
    EXPECT_THROW((void)sent.result_for(0ms), std::logic_error);
}

TEST_F(producer_calls, can_be_asked_again_after_waiting_in_vain) {
    producer.send({.topic = "orders", .partition = 0}).get();
    kcpp::producer patient(here, {.linger = 1min});
    auto sent = patient.send({.topic = "orders", .partition = 0});
    EXPECT_FALSE(sent.result_for(1ms));
    EXPECT_FALSE(sent.ready());
    patient.flush().get();
    EXPECT_TRUE(sent.ready());
    EXPECT_EQ(sent.result_for(0ms)->value().offset, 1);
}

TEST_F(producer_calls, refuse_to_block_where_nothing_could_end_it) {
    std::promise<kcpp::result<void>> told;
    producer.send({.topic = "orders"}, [&](auto) { told.set_value(producer.flush().result()); });
    const auto refused = told.get_future().get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), kcpp::client_errc::would_deadlock);
}

// Room

TEST_F(producer_calls, refuse_what_has_no_room_and_leave_the_callback_uncalled) {
    int told = 0;
    kcpp::producer small(here, {.linger = 1min,
                                .batch_bytes = 1 << 20,
                                .buffer_bytes = 4096,
                                .when_full = kcpp::when_full::fail});
    const auto try_one = [&] {
        return small.try_send({.topic = "orders", .value = long_text, .partition = 0},
                              [&](auto) { ++told; });
    };
    // The first one waits for its topic; from the second on they lie in a batch.
    ASSERT_TRUE(try_one());
    small.flush().get();
    cluster.cut_clients(1); // no answer makes room meanwhile
    while (try_one()) {
    }
    const auto refused = small.try_send({.topic = "orders", .value = long_text, .partition = 0},
                                        [&](auto) { told += 1000; });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), kcpp::client_errc::buffer_full) << refused.error().message();
    EXPECT_EQ(small.send({.topic = "orders", .value = long_text, .partition = 0}).result().error(),
              kcpp::client_errc::buffer_full);
    cluster.heal_clients(1);
    small.flush().get();
    EXPECT_EQ(static_cast<std::size_t>(told), values().size());
    EXPECT_TRUE(small.try_send({.topic = "orders", .value = "fits again", .partition = 0}));
    small.flush().get();
    EXPECT_EQ(values().back(), "fits again");
}

namespace {

/// More than the buffer holds, from a coroutine, which must never wait inside `send`.
calls::eager send_with_room(kcpp::producer& producer, int records) {
    for (int i = 0; i < records; ++i) {
        co_await producer.space_for(long_text.size());
        producer.send({.topic = "orders", .value = long_text, .partition = 0});
    }
    co_await producer.flush();
    co_await producer.close();
}

} // namespace

TEST_F(producer_calls, wait_for_room_in_a_coroutine) {
    kcpp::producer small(here, {.linger = 0ms, .batch_bytes = 1024, .buffer_bytes = 4096});
    send_with_room(small, 200).wait();
    EXPECT_EQ(values(), texts(200, long_text));
    EXPECT_EQ(small.send({.topic = "orders"}).result().error(), kcpp::client_errc::closed);
}

TEST_F(producer_calls, say_at_once_when_there_can_never_be_room) {
    kcpp::producer small(here, {.batch_bytes = 1024, .buffer_bytes = 4096});
    const auto refused = small.space_for(5000).result();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("buffer_bytes"), std::string::npos)
        << refused.error().message();
}

// Flush and close

TEST_F(producer_calls, tell_flush_and_the_hook_of_failures_nobody_looked_at) {
    std::atomic<int> heard = 0;
    kcpp::producer careless(here, {.on_unobserved_failure = [&](const kcpp::error& why) {
                                EXPECT_EQ(why.topic(), "no topic name");
                                ++heard;
                            }});
    careless.send({.topic = "no topic name"});
    careless.send({.topic = "no topic name"});
    careless.send({.topic = "orders", .partition = 0});
    const auto flushed = careless.flush().result();
    ASSERT_FALSE(flushed);
    EXPECT_NE(flushed.error().message().find('2'), std::string::npos) << flushed.error().message();
    EXPECT_NE(flushed.error().message().find("no topic name"), std::string::npos)
        << flushed.error().message();
    EXPECT_EQ(heard, 2);
    careless.flush().get();
    EXPECT_EQ(values().size(), 1U);
}

TEST_F(producer_calls, close_twice_and_take_nothing_afterwards) {
    kcpp::producer patient(here, {.linger = 1min});
    patient.send({.topic = "orders", .value = "last", .partition = 0});
    patient.close().get();
    patient.close(5s).get();
    EXPECT_EQ(values(), texts{"last"});
    EXPECT_EQ(patient.send({.topic = "orders"}).result().error(), kcpp::client_errc::closed);
    EXPECT_EQ(patient.try_send({.topic = "orders"}).error(), kcpp::client_errc::closed);
    EXPECT_FALSE(patient.space_for(1).result());
    patient.flush().get();
}

// What cannot be

TEST_F(producer_calls, report_a_record_that_cannot_be_by_its_future) {
    const auto nowhere = producer.send({.value = "x"}).result();
    EXPECT_EQ(nowhere.error(), kcpp::client_errc::invalid_argument);
    const auto negative = producer.send({.topic = "orders", .partition = -1}).result();
    EXPECT_EQ(negative.error(), kcpp::client_errc::invalid_argument);
    EXPECT_EQ(negative.error().topic(), "orders");
    EXPECT_EQ(negative.error().partition(), -1);
    const auto large =
        producer.send({.topic = "orders", .value = std::string(2 << 20, 'x')}).result();
    EXPECT_EQ(large.error(), kcpp::client_errc::record_too_large);
    EXPECT_EQ(producer.try_send({.topic = ""}).error(), kcpp::client_errc::invalid_argument);
}

TEST_F(producer_calls, say_what_is_missing_when_a_topic_or_partition_is_not_there) {
    kcpp::producer hasty(here, {.max_block = 10ms});
    const auto topic = hasty.send({.topic = "no-such-topic"}).result();
    EXPECT_EQ(topic.error().topic(), "no-such-topic");
    EXPECT_FALSE(topic.error().unknown_outcome()) << topic.error().message();
    const auto partition = hasty.send({.topic = "orders", .partition = 9}).result();
    EXPECT_EQ(partition.error().partition(), 9) << partition.error().message();
}

TEST_F(producer_calls, know_no_offset_without_acknowledgement) {
    kcpp::producer blind(here, {.acks = kcpp::acks::none, .linger = 0ms});
    const auto where = blind.send({.topic = "orders", .partition = 1}).get();
    EXPECT_EQ(where.partition, 1);
    EXPECT_EQ(where.offset, -1);
}

TEST(producer, refuses_options_that_cannot_be) {
    EXPECT_THROW(kcpp::producer({.bootstrap_servers = ""}), kcpp::kafka_error);
    EXPECT_THROW(kcpp::producer({.bootstrap_servers = "localhost:99999"}), kcpp::kafka_error);
    EXPECT_THROW(kcpp::producer({.bootstrap_servers = "localhost:1"}, {.max_in_flight = 0}),
                 kcpp::kafka_error);
    kcpp::client shared({.bootstrap_servers = "localhost:1"});
    EXPECT_THROW(kcpp::producer(shared, {.max_request_bytes = 0}), kcpp::kafka_error);
}
