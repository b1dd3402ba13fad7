#include "options/supported_properties.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using kcpp::assignment_strategy;
using kcpp::client_options;
using kcpp::consumer_options;
using kcpp::producer_options;
using kcpp::options::codec_levels;
using kcpp::options::draft;
using kcpp::options::find_supported;
using kcpp::options::supported_properties;
using kcpp::options::supported_property;

namespace {

/// A spelling, a value, and whether the draft then holds what it says.
struct example {
    std::string_view key;
    std::string_view value;
    std::function<bool(const draft&)> holds;
};

template <class Value>
std::function<bool(const draft&)> is(Value client_options::* field, Value wanted) {
    return [=](const draft& d) { return d.options.client.*field == wanted; };
}
template <class Value>
std::function<bool(const draft&)> is(Value producer_options::* field, Value wanted) {
    return [=](const draft& d) { return d.options.producer.*field == wanted; };
}
template <class Value>
std::function<bool(const draft&)> is(Value consumer_options::* field, Value wanted) {
    return [=](const draft& d) { return d.options.consumer.*field == wanted; };
}
std::function<bool(const draft&)> is(std::optional<int> codec_levels::* field, int wanted) {
    return [=](const draft& d) { return d.levels.*field == wanted; };
}

using milliseconds = std::chrono::milliseconds;
using std::string;
using strategies_list = std::vector<kcpp::partition_assignment_strategy>;
using c = client_options;
using p = producer_options;
using r = consumer_options;

/// One for each spelling of the table, none with a default.
const std::vector<example> examples = {
    {"bootstrap.servers", "a:1,b:2", is(&c::bootstrap_servers, string("a:1,b:2"))},
    {"metadata.broker.list", "a:1", is(&c::bootstrap_servers, string("a:1"))},
    {"client.id", "billing", is(&c::client_id, string("billing"))},
    {"client.rack", "eu-1a", is(&c::rack, string("eu-1a"))},
    {"request.timeout.ms", "7", is(&c::request_timeout, milliseconds(7ms))},
    {"socket.timeout.ms", "8", is(&c::request_timeout, milliseconds(8ms))},
    {"default.api.timeout.ms", "9", is(&c::api_timeout, milliseconds(9ms))},
    {"socket.connection.setup.timeout.ms", "10", is(&c::connect_timeout, milliseconds(10ms))},
    {"socket.connection.setup.timeout.max.ms", "11",
     is(&c::connect_timeout_max, milliseconds(11ms))},
    {"retry.backoff.ms", "12", is(&c::retry_backoff, milliseconds(12ms))},
    {"retry.backoff.max.ms", "13", is(&c::retry_backoff_max, milliseconds(13ms))},
    {"reconnect.backoff.ms", "14", is(&c::reconnect_backoff, milliseconds(14ms))},
    {"reconnect.backoff.max.ms", "15", is(&c::reconnect_backoff_max, milliseconds(15ms))},
    {"metadata.max.age.ms", "16", is(&c::metadata_max_age, milliseconds(16ms))},
    {"topic.metadata.refresh.interval.ms", "17", is(&c::metadata_max_age, milliseconds(17ms))},
    {"connections.max.idle.ms", "18", is(&c::connections_max_idle, milliseconds(18ms))},
    {"receive.message.max.bytes", "4096", is(&c::max_response_bytes, std::size_t{4096})},
    {"allow.auto.create.topics", "true", is(&c::allow_auto_create_topics, true)},

    {"acks", "1", is(&p::acks, kcpp::acks::leader)},
    {"partitioner", "fnv1a_random", is(&p::partitioning, kcpp::partitioning::fnv1a_random)},
    {"partitioner.class", "org.apache.kafka.clients.producer.RoundRobinPartitioner",
     is(&p::partitioning, kcpp::partitioning::round_robin)},
    {"partitioner.rack.aware", "true", is(&p::rack_aware, true)},
    {"partitioner.availability.timeout.ms", "21", is(&p::availability_timeout, milliseconds(21ms))},
    {"enable.idempotence", "false", is(&p::idempotence, std::optional<bool>(false))},
    {"request.required.acks", "0", is(&p::acks, kcpp::acks::none)},
    {"compression.type", "zstd", is(&p::compression, kcpp::compression::zstd)},
    {"compression.codec", "lz4", is(&p::compression, kcpp::compression::lz4)},
    {"compression.level", "3", is(&p::compression_level, std::optional<int>(3))},
    {"compression.gzip.level", "4", is(&codec_levels::gzip, 4)},
    {"compression.lz4.level", "5", is(&codec_levels::lz4, 5)},
    {"compression.zstd.level", "-131072", is(&codec_levels::zstd, -131072)},
    {"linger.ms", "0", is(&p::linger, milliseconds(0ms))},
    {"queue.buffering.max.ms", "19", is(&p::linger, milliseconds(19ms))},
    {"batch.size", "20", is(&p::batch_bytes, std::size_t{20})},
    {"max.request.size", "21", is(&p::max_request_bytes, std::size_t{21})},
    {"message.max.bytes", "22", is(&p::max_request_bytes, std::size_t{22})},
    {"delivery.timeout.ms", "23", is(&p::delivery_timeout, milliseconds(23ms))},
    {"message.timeout.ms", "24", is(&p::delivery_timeout, milliseconds(24ms))},
    {"buffer.memory", "25", is(&p::buffer_bytes, std::size_t{25})},
    {"queue.buffering.max.kbytes", "26", is(&p::buffer_bytes, std::size_t{26 * 1024})},
    {"max.block.ms", "0", is(&p::max_block, milliseconds(0ms))},
    {"max.in.flight.requests.per.connection", "1", is(&p::max_in_flight, 1)},
    {"max.in.flight", "1000000", is(&p::max_in_flight, 1'000'000)},

    {"group.id", "billing", is(&r::group_id, string("billing"))},
    {"group.instance.id", "billing-1", is(&r::group_instance_id, string("billing-1"))},
    {"auto.offset.reset", "earliest", is(&r::offset_reset, kcpp::offset_reset::earliest)},
    {"enable.auto.commit", "false", is(&r::auto_commit, false)},
    {"auto.commit.enable", "false", is(&r::auto_commit, false)},
    {"auto.commit.interval.ms", "27", is(&r::auto_commit_interval, milliseconds(27ms))},
    {"isolation.level", "read_committed",
     is(&r::isolation_level, kcpp::isolation_level::read_committed)},
    {"group.protocol", "consumer", is(&r::group_protocol, kcpp::group_protocol::consumer)},
    {"group.remote.assignor", "range", is(&r::server_assignor, string("range"))},
    {"partition.assignment.strategy", "roundrobin",
     is(&r::assignment_strategies, strategies_list{assignment_strategy::round_robin})},
    {"session.timeout.ms", "28", is(&r::session_timeout, milliseconds(28ms))},
    {"heartbeat.interval.ms", "29", is(&r::heartbeat_interval, milliseconds(29ms))},
    {"max.poll.interval.ms", "30", is(&r::max_poll_interval, milliseconds(30ms))},
    {"max.poll.records", "31", is(&r::max_poll_records, std::size_t{31})},
    {"fetch.max.wait.ms", "0", is(&r::fetch_max_wait, milliseconds(0ms))},
    {"fetch.wait.max.ms", "32", is(&r::fetch_max_wait, milliseconds(32ms))},
    {"fetch.min.bytes", "33", is(&r::fetch_min_bytes, std::int32_t{33})},
    {"fetch.max.bytes", "34", is(&r::fetch_max_bytes, std::int32_t{34})},
    {"max.partition.fetch.bytes", "35", is(&r::partition_fetch_bytes, std::int32_t{35})},
    {"fetch.message.max.bytes", "36", is(&r::partition_fetch_bytes, std::int32_t{36})},
    {"queued.max.messages.kbytes", "37", is(&r::buffer_bytes, std::size_t{37 * 1024})},
};

std::optional<std::string> set(std::string_view key, std::string_view value, draft& to) {
    const supported_property* row = find_supported(key);
    return row == nullptr ? "no such row" : row->set(value, to);
}

std::optional<std::string> expectation(std::string_view key, std::string_view value) {
    draft d;
    return set(key, value, d);
}

} // namespace

TEST(supported_properties, have_an_example_for_each_spelling) {
    std::multiset<std::string_view> in_table;
    for (const supported_property& row : supported_properties()) {
        for (const std::string_view key : row.spellings) {
            if (!key.empty()) in_table.insert(key);
        }
    }
    std::multiset<std::string_view> in_examples;
    for (const example& e : examples)
        in_examples.insert(e.key);
    EXPECT_EQ(in_table, in_examples);
}

TEST(supported_properties, set_their_field_and_no_other) {
    for (const example& e : examples) {
        const supported_property* own = find_supported(e.key);
        ASSERT_NE(own, nullptr) << e.key;
        const draft untouched;
        draft d;
        EXPECT_EQ(own->set(e.value, d), std::nullopt) << e.key;
        EXPECT_TRUE(e.holds(d)) << e.key;
        for (const supported_property& row : supported_properties()) {
            EXPECT_EQ(row.same(d, untouched), row.same != own->same)
                << e.key << " and " << row.spellings[0];
        }
    }
}

TEST(supported_properties, are_found_by_their_spelling_only) {
    EXPECT_EQ(find_supported("linger.ms"), find_supported("queue.buffering.max.ms"));
    EXPECT_EQ(find_supported("linger"), nullptr);
    EXPECT_EQ(find_supported("LINGER.MS"), nullptr);
    EXPECT_EQ(find_supported(""), nullptr);
}

TEST(supported_properties, leave_the_field_alone_when_the_value_cannot_be) {
    for (const example& e : examples) {
        draft d;
        const draft untouched;
        if (find_supported(e.key)->set("\x01", d)) {
            EXPECT_TRUE(find_supported(e.key)->same(d, untouched)) << e.key;
        }
    }
}

TEST(numbers, are_whole_and_within_their_range) {
    const std::string wanted = "milliseconds, a whole number from 0 to 2147483647";
    for (const std::string_view bad : {"", " ", "abc", "5ms", "0.5", "1e3", "0x10", "--1", "-1",
                                       "2147483648", "99999999999999999999", "5 5", "+5"}) {
        EXPECT_EQ(expectation("linger.ms", bad), wanted) << bad;
    }
    for (const std::string_view good : {"0", "2147483647", " 5 ", "\t7", "007"}) {
        EXPECT_EQ(expectation("linger.ms", good), std::nullopt) << good;
    }
}

TEST(numbers, have_the_range_of_their_option) {
    EXPECT_EQ(expectation("request.timeout.ms", "0"),
              "milliseconds, a whole number from 1 to 2147483647");
    EXPECT_EQ(expectation("max.in.flight", "0"), "a whole number from 1 to 1000000");
    EXPECT_EQ(expectation("compression.zstd.level", "23"), "a whole number from -131072 to 22");
    EXPECT_EQ(expectation("queued.max.messages.kbytes", "2097152"),
              "a whole number from 1 to 2097151");
    EXPECT_EQ(expectation("buffer.memory", "1099511627776"), std::nullopt);
    EXPECT_EQ(expectation("batch.size", "2147483648"), "a whole number from 0 to 2147483647");
}

TEST(truth_values, are_spelled_out) {
    draft d;
    EXPECT_EQ(set("enable.auto.commit", " FALSE ", d), std::nullopt);
    EXPECT_FALSE(d.options.consumer.auto_commit);
    EXPECT_EQ(set("enable.auto.commit", "True", d), std::nullopt);
    EXPECT_TRUE(d.options.consumer.auto_commit);
    for (const std::string_view bad : {"", "1", "yes", "truee"}) {
        EXPECT_EQ(expectation("enable.auto.commit", bad), "true or false");
    }
}

TEST(choices, have_the_spellings_of_both_clients_in_any_case) {
    const auto chosen = [](std::string_view key, std::string_view value) {
        draft d;
        EXPECT_EQ(set(key, value, d), std::nullopt) << value;
        return d.options;
    };
    for (const std::string_view v : {"all", "-1", "ALL", " all "}) {
        EXPECT_EQ(chosen("acks", v).producer.acks, kcpp::acks::all);
    }
    for (const std::string_view v : {"earliest", "smallest", "beginning", "EARLIEST"}) {
        EXPECT_EQ(chosen("auto.offset.reset", v).consumer.offset_reset,
                  kcpp::offset_reset::earliest);
    }
    for (const std::string_view v : {"latest", "largest", "end"}) {
        EXPECT_EQ(chosen("auto.offset.reset", v).consumer.offset_reset, kcpp::offset_reset::latest);
    }
    for (const std::string_view v : {"none", "error"}) {
        EXPECT_EQ(chosen("auto.offset.reset", v).consumer.offset_reset, kcpp::offset_reset::none);
    }
    EXPECT_EQ(chosen("auto.offset.reset", " By_Duration:pt1h ").consumer.offset_reset,
              kcpp::offset_reset::by_duration(1h));
    for (const kcpp::compression codec :
         {kcpp::compression::none, kcpp::compression::gzip, kcpp::compression::snappy,
          kcpp::compression::lz4, kcpp::compression::zstd}) {
        EXPECT_EQ(chosen("compression.type", to_string(codec)).producer.compression, codec);
    }
    EXPECT_EQ(chosen("isolation.level", "read_uncommitted").consumer.isolation_level,
              kcpp::isolation_level::read_uncommitted);
}

TEST(choices, are_listed_when_the_value_is_none_of_them) {
    EXPECT_EQ(expectation("compression.type", "brotli"), "one of none, gzip, snappy, lz4, zstd");
    EXPECT_EQ(expectation("acks", "2"), "one of all, -1, 1, 0");
    EXPECT_EQ(expectation("auto.offset.reset", "by_duration:1h"),
              "one of latest, earliest, none, largest, end, smallest, beginning, error, or "
              "by_duration: with a duration such as PT1H or P7D");
}

TEST(strategies, are_a_list_in_both_spellings) {
    draft d;
    EXPECT_EQ(set("partition.assignment.strategy",
                  "org.apache.kafka.clients.consumer.RoundRobinAssignor, range", d),
              std::nullopt);
    EXPECT_EQ(d.options.consumer.assignment_strategies,
              (strategies_list{assignment_strategy::round_robin, assignment_strategy::range}));
    EXPECT_TRUE(expectation("partition.assignment.strategy", "range,alphabetical")
                    ->starts_with("a list of one of range, roundrobin, sticky"));
    EXPECT_NE(expectation("partition.assignment.strategy", ""), std::nullopt);
}
