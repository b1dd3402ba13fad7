#include "fake/kept_log.hpp"
#include "virtual_cluster.hpp"

#include <gtest/gtest.h>

namespace kcpp::producing {
namespace {

using namespace std::chrono_literals;
using testing::api;

/// Tells all that it sees, and does what it is told to.
class told_interceptor : public producer_interceptor {
public:
    told_interceptor(std::string name, std::vector<std::string>& story)
        : name_(std::move(name)), story_(story) {}

    void before_send(outgoing_record& record) override {
        story_.push_back(name_ + " sees " + record.record().value.to_string());
        if (change) change(record);
    }
    void after_ack(const result<record_metadata>& outcome) override {
        story_.push_back(name_ + (outcome ? " hears of offset " + std::to_string(outcome->offset)
                                          : " hears of failure"));
        if (throws_after) throw std::runtime_error("after all");
    }

    std::function<void(outgoing_record&)> change;
    bool throws_after = false;

private:
    std::string name_;
    std::vector<std::string>& story_;
};

class interceptors_test : public ::testing::Test {
protected:
    interceptors_test() { cluster.create_topic("orders"); }

    producer_options with_both() {
        producer_options o;
        o.interceptors = {first, second};
        return o;
    }
    delivery_callback tells() {
        return [this](const result<record_metadata>& r) {
            story.push_back(r ? "application hears" : "application hears of failure");
        };
    }

    virtual_cluster cluster;
    std::vector<std::string> story;
    std::shared_ptr<told_interceptor> first = std::make_shared<told_interceptor>("first", story);
    std::shared_ptr<told_interceptor> second = std::make_shared<told_interceptor>("second", story);
};

std::vector<std::string> stored_headers(virtual_cluster& of) {
    std::vector<std::string> all;
    for (const auto& batch : of.partition("orders").log().batches()) {
        testing::record_walk walk(batch.bytes.bytes(), batch.header);
        while (auto record = walk.next())
            for (const auto& [name, value] : record->headers)
                all.push_back(std::string(name) + '=' +
                              (value.is_null() ? "(null)" : value.to_string()));
    }
    return all;
}

TEST_F(interceptors_test, see_records_and_outcomes_in_their_order_before_the_application) {
    client shared = cluster.make_client();
    producer p(shared, with_both());
    p.send({.topic = "orders", .value = "a"}, tells());
    p.flush().get();
    EXPECT_EQ(story,
              (std::vector<std::string>{"first sees a", "second sees a", "first hears of offset 0",
                                        "second hears of offset 0", "application hears"}));
}

TEST_F(interceptors_test, change_value_and_headers_one_after_the_other) {
    first->change = [](outgoing_record& r) {
        r.set_value("sealed " + r.record().value.to_string());
        r.add_header("trace", "17");
        r.remove_headers("secret");
    };
    second->change = [](outgoing_record& r) { r.add_header("trace", nullptr); };
    client shared = cluster.make_client();
    producer p(shared, with_both());
    p.send({.topic = "orders",
            .value = "a",
            .headers = {{"secret", "1"}, {"kept", "2"}, {"secret", "3"}}})
        .get();
    EXPECT_EQ(cluster.values("orders"), std::vector<std::string>{"sealed a"});
    EXPECT_EQ(stored_headers(cluster),
              (std::vector<std::string>{"kept=2", "trace=17", "trace=(null)"}));
    EXPECT_EQ(story[1], "second sees sealed a");
}

TEST_F(interceptors_test, may_make_a_tombstone_and_use_a_part_of_the_old_value) {
    first->change = [](outgoing_record& r) {
        if (r.record().value.text() == "drop") return r.set_value(nullptr);
        r.set_value(r.record().value.text().substr(2));
        r.set_value(r.record().value.text().substr(1));
    };
    client shared = cluster.make_client();
    producer p(shared, with_both());
    p.send({.topic = "orders", .value = "drop"}, delivery_callback());
    p.send({.topic = "orders", .value = "abcdef"}, delivery_callback());
    p.flush().get();
    EXPECT_EQ(cluster.values("orders"), (std::vector<std::string>{"(null)", "def"}));
}

TEST_F(interceptors_test, a_record_is_not_sent_past_an_interceptor_that_throws) {
    first->change = [](outgoing_record&) { throw std::runtime_error("no key to encrypt with"); };
    client shared = cluster.make_client();
    producer p(shared, with_both());
    auto outcome = p.send({.topic = "orders", .value = "a"}).result();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), client_errc::invalid_argument);
    EXPECT_EQ(outcome.error().message(),
              "a record for topic orders was not sent, because an interceptor's before_send threw "
              "\"no key to encrypt with\"");
    EXPECT_EQ(cluster.values("orders"), std::vector<std::string>{});
    EXPECT_EQ(story, (std::vector<std::string>{"first sees a", "first hears of failure",
                                               "second hears of failure"}));
}

TEST_F(interceptors_test, hear_of_failures_and_so_does_whoever_hears_what_nobody_looks_at) {
    std::vector<std::string> unobserved;
    auto options = with_both();
    options.on_unobserved_failure = [&](const error& e) { unobserved.push_back(e.message()); };
    client shared = cluster.make_client();
    producer p(shared, options);
    cluster.fail_next(api::produce, broker_errc::topic_authorization_failed);
    p.send({.topic = "orders", .value = "a"}, delivery_callback());
    EXPECT_FALSE(p.flush().result());
    EXPECT_EQ(story.back(), "second hears of failure");
    EXPECT_EQ(unobserved.size(), 1u);
}

TEST_F(interceptors_test, one_that_throws_after_the_outcome_harms_nobody) {
    first->throws_after = true;
    const auto log = std::make_shared<kept_log>();
    client shared = cluster.make_client({.logger = log});
    producer p(shared, with_both());
    p.send({.topic = "orders", .value = "a"}, tells());
    p.flush().get();
    EXPECT_EQ(story.back(), "application hears");
    EXPECT_EQ(log->lines_with("an interceptor's after_ack threw: after all").size(), 1u);
}

TEST_F(interceptors_test, see_every_attempt_of_try_send_and_only_the_outcome_of_the_one_taken) {
    auto options = with_both();
    options.buffer_bytes = 40'000;
    options.max_request_bytes = 40'000;
    client shared = cluster.make_client();
    producer p(shared, options);
    cluster.brokers->freeze_broker(1);
    const std::string large(30'000, 'x');
    ASSERT_TRUE(p.try_send({.topic = "orders", .value = large}, tells()));
    ASSERT_FALSE(p.try_send({.topic = "orders", .value = large}, tells()));
    EXPECT_EQ(story.size(), 4u);
    cluster.brokers->thaw_broker(1);
    p.flush().get();
    EXPECT_EQ(story.size(), 7u);
}

} // namespace
} // namespace kcpp::producing
