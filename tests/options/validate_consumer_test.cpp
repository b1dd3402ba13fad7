#include "validate_test.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using kcpp::assignment_strategy;
using kcpp::consumer_options;
using kcpp::options::said;
using kcpp::options::validate;

namespace {

class named final : public kcpp::partition_assignor {
public:
    explicit named(std::string name) : name_(std::move(name)) {}
    std::string_view name() const noexcept override { return name_; }
    assignments assign(const std::vector<kcpp::member_subscription>&,
                       const std::vector<kcpp::subscribed_topic>&) override {
        return {};
    }

private:
    std::string name_;
};

const kcpp::client_options client{.bootstrap_servers = "localhost:9092"};

std::string said_after(const std::function<void(consumer_options&)>& change) {
    consumer_options consumer{.group_id = "billing"};
    change(consumer);
    return said(validate(consumer, client));
}

} // namespace

TEST(validate_consumer, accepts_the_defaults_with_and_without_a_group) {
    EXPECT_EQ(said(validate(consumer_options{})), "");
    EXPECT_EQ(said(validate(consumer_options{.group_id = "billing"}, client)), "");
}

TEST(validate_consumer, wants_positive_times) {
    const auto name_is_zero = [](std::string name) {
        return "consumer_options::" + name + " is 0 ms; it must be at least 1 ms";
    };
    EXPECT_EQ(said_after([](consumer_options& c) { c.auto_commit_interval = 0ms; }),
              name_is_zero("auto_commit_interval (auto.commit.interval.ms)"));
    EXPECT_EQ(said_after([](consumer_options& c) { c.session_timeout = 0ms; }),
              name_is_zero("session_timeout (session.timeout.ms)"));
    EXPECT_EQ(said_after([](consumer_options& c) { c.heartbeat_interval = 0ms; }),
              name_is_zero("heartbeat_interval (heartbeat.interval.ms)"));
    EXPECT_EQ(said_after([](consumer_options& c) { c.max_poll_interval = 0ms; }),
              name_is_zero("max_poll_interval (max.poll.interval.ms)"));
    EXPECT_EQ(said_after([](consumer_options& c) { c.fetch_max_wait = 0ms; }), "");
    EXPECT_NE(said_after([](consumer_options& c) { c.fetch_max_wait = -1ms; }), "");
    EXPECT_EQ(said_after([](consumer_options& c) { c.close_timeout = 0ms; }), "");
    EXPECT_NE(said_after([](consumer_options& c) { c.close_timeout = -1ms; }), "");
}

TEST(validate_consumer, wants_several_heartbeats_per_session) {
    EXPECT_EQ(said_after([](consumer_options& c) { c.session_timeout = 3s; }),
              "consumer_options::heartbeat_interval (heartbeat.interval.ms) is 3 s, not less than "
              "session_timeout (session.timeout.ms) with 3 s; a third of it is usual");
    EXPECT_EQ(said_after([](consumer_options& c) { c.session_timeout = 3001ms; }), "");
}

TEST(validate_consumer, wants_of_each_protocol_what_it_has) {
    EXPECT_EQ(said_after([](consumer_options& c) {
                  c.group_protocol = kcpp::group_protocol::consumer;
                  c.assignment_strategies = {assignment_strategy::range};
              }),
              "consumer_options::assignment_strategies (partition.assignment.strategy) is for the "
              "classic protocol, and group_protocol (group.protocol) asks for the consumer "
              "protocol, under which the brokers share out; leave it empty, or use server_assignor "
              "(group.remote.assignor)");
    EXPECT_EQ(said_after([](consumer_options& c) {
                  c.group_protocol = kcpp::group_protocol::classic;
                  c.server_assignor = "uniform";
              }),
              "consumer_options::server_assignor (group.remote.assignor) is for the consumer "
              "protocol, and group_protocol (group.protocol) asks for the classic one; leave it "
              "empty, or use assignment_strategies (partition.assignment.strategy)");
    EXPECT_EQ(said_after([](consumer_options& c) {
                  c.group_protocol = kcpp::group_protocol::consumer;
                  c.server_assignor = "uniform";
              }),
              "");
}

TEST(validate_consumer, wants_different_assignment_strategies) {
    EXPECT_EQ(said_after([](consumer_options& c) { c.assignment_strategies.clear(); }), "");
    EXPECT_EQ(said_after([](consumer_options& c) {
                  c.assignment_strategies = {assignment_strategy::range,
                                             assignment_strategy::range};
              }),
              "consumer_options::assignment_strategies (partition.assignment.strategy) names a "
              "strategy twice");
}

TEST(validate_consumer, wants_own_assignors_that_members_can_agree_on) {
    const auto listing = [](std::vector<kcpp::partition_assignment_strategy> list) {
        return said_after([&](consumer_options& c) { c.assignment_strategies = list; });
    };
    EXPECT_EQ(listing({std::make_shared<named>("by-load"), std::make_shared<named>("by-hash"),
                       assignment_strategy::range}),
              "");
    EXPECT_EQ(listing({assignment_strategy::range, std::shared_ptr<named>()}),
              "consumer_options::assignment_strategies (partition.assignment.strategy) holds a "
              "null assignor");
    EXPECT_EQ(listing({std::make_shared<named>("")}),
              "consumer_options::assignment_strategies (partition.assignment.strategy) holds an "
              "assignor whose name() is empty; members agree on a strategy by its name");
    EXPECT_EQ(listing({std::make_shared<named>("sticky"), assignment_strategy::sticky}),
              "consumer_options::assignment_strategies (partition.assignment.strategy) names a "
              "strategy twice");
    EXPECT_EQ(listing({std::make_shared<named>("sticky")}), "") << "another one of that name";
    EXPECT_NE(listing({std::make_shared<named>(std::string(32768, 'x'))}), "");
    EXPECT_NE(said_after([](consumer_options& c) {
                  c.group_protocol = kcpp::group_protocol::consumer;
                  c.assignment_strategies = {std::make_shared<named>("by-load")};
              }),
              "");
}

// KIP-345
TEST(validate_consumer, wants_instance_ids_that_brokers_take) {
    const auto with = [](std::string id) {
        return said_after([&](consumer_options& c) { c.group_instance_id = id; });
    };
    EXPECT_EQ(with("billing-1.eu_west"), "");
    EXPECT_EQ(with(std::string(249, 'x')), "");
    EXPECT_NE(with(std::string(250, 'x')), "");
    EXPECT_NE(with("."), "");
    EXPECT_NE(with(".."), "");
    EXPECT_EQ(with("billing 1"),
              "consumer_options::group_instance_id (group.instance.id) is \"billing 1\"; brokers "
              "take up to 249 ASCII letters, digits, '.', '_' and '-'");
    EXPECT_EQ(said_after([](consumer_options& c) {
                  c.group_id.clear();
                  c.group_instance_id = "billing-1";
              }),
              "consumer_options::group_instance_id (group.instance.id) is \"billing-1\", but there "
              "is no group; give group_id (group.id) too");
}

TEST(validate_consumer, wants_sizes_that_bring_something) {
    EXPECT_NE(said_after([](consumer_options& c) { c.max_poll_records = 0; }), "");
    EXPECT_NE(said_after([](consumer_options& c) { c.max_poll_bytes = 0; }), "");
    EXPECT_NE(said_after([](consumer_options& c) { c.interceptors.emplace_back(); }), "");
    EXPECT_EQ(said_after([](consumer_options& c) { c.fetch_min_bytes = 0; }), "");
    EXPECT_NE(said_after([](consumer_options& c) { c.fetch_min_bytes = -1; }), "");
    EXPECT_NE(said_after([](consumer_options& c) { c.fetch_max_bytes = 0; }), "");
    EXPECT_NE(said_after([](consumer_options& c) { c.partition_fetch_bytes = 0; }), "");
    EXPECT_NE(said_after([](consumer_options& c) { c.buffer_bytes = 0; }), "");
    EXPECT_EQ(said_after([](consumer_options& c) {
                  c.fetch_min_bytes = 2000;
                  c.fetch_max_bytes = 1000;
              }),
              "consumer_options::fetch_min_bytes (fetch.min.bytes) is 2000, more than "
              "fetch_max_bytes (fetch.max.bytes) with 1000; every fetch would wait in vain");
}

TEST(validate_consumer, wants_a_group_id_that_fits_kafkas_strings) {
    EXPECT_NE(said_after([](consumer_options& c) { c.group_id = std::string(32768, 'x'); }), "");
}

TEST(validate_consumer, wants_fetches_to_end_before_their_request_does) {
    EXPECT_EQ(said_after([](consumer_options& c) { c.fetch_max_wait = 30s; }),
              "consumer_options::fetch_max_wait (fetch.max.wait.ms) is 30 s, not less than "
              "client_options::request_timeout (request.timeout.ms) with 30 s; idle fetches would "
              "time out");
}

TEST(validate_consumer, wants_fetches_to_fit_the_largest_response) {
    EXPECT_EQ(said_after([](consumer_options& c) { c.fetch_max_bytes = 100'000'000; }),
              "consumer_options::fetch_max_bytes (fetch.max.bytes) is 100000000, too much for "
              "client_options::max_response_bytes (librdkafka: receive.message.max.bytes) with "
              "100000000; raise that to 100000512 at least");
}
