// What kinds of values the public types are, which the compiler decides, and how they behave at the
// call site.

#include <kcpp/admin.hpp>
#include <kcpp/consumer.hpp>
#include <kcpp/producer.hpp>
#include <kcpp/properties.hpp>

#include <gtest/gtest.h>

#include <array>
#include <concepts>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using namespace std::chrono_literals;

template <class... T>
constexpr bool regular = (std::regular<T> && ...);
template <class... T>
constexpr bool copied_like_bytes =
    ((std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>) && ...);
template <class... T>
constexpr bool move_only = ((std::is_nothrow_move_constructible_v<T> &&
                             !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>) &&
                            ...);
template <class... T>
constexpr bool aggregate =
    ((std::is_aggregate_v<T> && std::default_initializable<T> && std::copyable<T>) && ...);

// Values

static_assert(
    regular<kcpp::bytes_view, kcpp::header, kcpp::headers, kcpp::owned_record,
            kcpp::record_metadata, kcpp::topic_partition, kcpp::committed_offset, kcpp::offsets>);
static_assert(
    regular<kcpp::new_topic, kcpp::new_partitions, kcpp::topic_description,
            kcpp::partition_description, kcpp::broker_description, kcpp::cluster_description,
            kcpp::group_listing, kcpp::group_description, kcpp::member_description,
            kcpp::config_resource, kcpp::config_entry, kcpp::config_change>);
static_assert(std::copyable<kcpp::error> && std::is_nothrow_move_constructible_v<kcpp::error>);
static_assert(std::copyable<kcpp::result<int>> && std::copyable<kcpp::result<void>>);
static_assert(std::copyable<kcpp::rebalance_handlers> && std::copyable<kcpp::properties>);
static_assert(std::totally_ordered<kcpp::topic_partition>);
static_assert(aggregate<kcpp::client_options, kcpp::producer_options, kcpp::consumer_options,
                        kcpp::producer_record>);

// What g++ 12 may safely keep in a coroutine's frame: nothing that has to be destroyed.
static_assert(
    copied_like_bytes<kcpp::bytes_view, kcpp::header, kcpp::headers_view, kcpp::producer_record>);
static_assert(std::is_trivially_copyable_v<kcpp::consumer_record>);

// Resources

static_assert(
    move_only<kcpp::client, kcpp::producer, kcpp::consumer, kcpp::admin, kcpp::consumer_batch,
              kcpp::record_stream, kcpp::future<void>, kcpp::future<int>, kcpp::delivery_callback>);
static_assert(std::movable<kcpp::client> && std::movable<kcpp::producer> &&
              std::movable<kcpp::consumer> && std::movable<kcpp::admin> &&
              std::movable<kcpp::consumer_batch> && std::movable<kcpp::future<int>>);

// Nothing becomes a client, or connects, by accident.
static_assert(!std::convertible_to<kcpp::client_options, kcpp::client>);
static_assert(!std::convertible_to<kcpp::client_options, kcpp::producer>);
static_assert(!std::convertible_to<kcpp::client_options, kcpp::consumer>);
static_assert(!std::convertible_to<kcpp::client&, kcpp::admin>);

// Ranges

static_assert(std::ranges::input_range<kcpp::consumer_batch> &&
              std::ranges::input_range<const kcpp::consumer_batch>);
static_assert(std::ranges::input_range<kcpp::record_stream>);
static_assert(std::ranges::forward_range<const kcpp::consumer_headers>);
static_assert(
    std::same_as<std::ranges::range_value_t<kcpp::consumer_batch>, kcpp::consumer_record>);

// What is bytes, and what is not

template <class T>
constexpr bool bytes = std::convertible_to<T, kcpp::bytes_view>;
static_assert(bytes<std::string> && bytes<const std::string&> && bytes<std::string_view> &&
              bytes<const char*> && bytes<const char (&)[3]> && bytes<std::nullptr_t> &&
              bytes<kcpp::null_t>);
static_assert(bytes<std::vector<std::byte>> && bytes<std::vector<char>> &&
              bytes<std::vector<unsigned char>> && bytes<std::span<const std::byte>> &&
              bytes<std::span<char>> && bytes<std::array<unsigned char, 4>> &&
              bytes<const std::byte (&)[4]> && bytes<const unsigned char (&)[4]>);
static_assert(!bytes<int> && !bytes<double> && !bytes<std::wstring> && !bytes<std::vector<int>> &&
              !bytes<bool>);

/// As an application may write one.
class everything_to_one final : public kcpp::partition_assignor {
public:
    std::string_view name() const noexcept override { return "everything-to-one"; }
    assignments assign(const std::vector<kcpp::member_subscription>& members,
                       const std::vector<kcpp::subscribed_topic>& topics) override {
        assignments given;
        for (const kcpp::subscribed_topic& topic : topics)
            for (kcpp::partition_id p = 0; p < topic.partitions; ++p)
                given[members.front().id].partitions.push_back({topic.name, p});
        return given;
    }
};

} // namespace

// The order of the fields is API.
TEST(options, can_name_every_field_in_order) {
    const kcpp::client_options client{.bootstrap_servers = "a:1,b:2",
                                      .client_id = "billing",
                                      .rack = "eu-1a",
                                      .request_timeout = 30s,
                                      .api_timeout = 60s,
                                      .connect_timeout = 10s,
                                      .connect_timeout_max = 30s,
                                      .retry_backoff = 100ms,
                                      .retry_backoff_max = 1s,
                                      .reconnect_backoff = 50ms,
                                      .reconnect_backoff_max = 1s,
                                      .metadata_max_age = 5min,
                                      .connections_max_idle = 9min,
                                      .max_response_bytes = 1 << 20,
                                      .allow_auto_create_topics = true,
                                      .logger = kcpp::default_logger()};
    const kcpp::producer_options producer{.acks = kcpp::acks::all,
                                          .compression = kcpp::compression::zstd,
                                          .compression_level = 3,
                                          .linger = 20ms,
                                          .batch_bytes = 64 * 1024,
                                          .max_request_bytes = 1 << 20,
                                          .delivery_timeout = 2min,
                                          .buffer_bytes = 32 << 20,
                                          .max_block = 60s,
                                          .when_full = kcpp::when_full::fail,
                                          .max_in_flight = 5,
                                          .close_timeout = 5s,
                                          .on_unobserved_failure = [](const kcpp::error&) {}};
    const kcpp::consumer_options consumer{
        .group_id = "billing",
        .group_instance_id = "billing-1",
        .offset_reset = kcpp::offset_reset::earliest,
        .auto_commit = false,
        .auto_commit_interval = 5s,
        .isolation_level = kcpp::isolation_level::read_committed,
        .assignment_strategies = {std::make_shared<everything_to_one>(),
                                  kcpp::assignment_strategy::round_robin},
        .session_timeout = 45s,
        .heartbeat_interval = 3s,
        .max_poll_interval = 5min,
        .max_poll_records = 500,
        .max_poll_bytes = 1 << 20,
        .fetch_max_wait = 500ms,
        .fetch_min_bytes = 1,
        .fetch_max_bytes = 50 << 20,
        .partition_fetch_bytes = 1 << 20,
        .buffer_bytes = 32 << 20,
        .close_timeout = 5s};
    EXPECT_EQ(client.bootstrap_servers, "a:1,b:2");
    EXPECT_EQ(producer.linger, 20ms);
    EXPECT_EQ(consumer.assignment_strategies.size(), 2U);
}

// KIP-429, KIP-881
TEST(partition_assignor, is_an_ordinary_class_and_its_values_are_aggregates) {
    const std::vector<kcpp::member_subscription> members{{.id = "m1",
                                                          .instance_id = "billing-1",
                                                          .topics = {"t"},
                                                          .owned = {{"t", 0}},
                                                          .generation = 3,
                                                          .rack = "eu-1a",
                                                          .user_data = {std::byte{1}}}};
    const std::vector<kcpp::subscribed_topic> topics{
        {.name = "t", .partitions = 2, .racks = {{"eu-1a", "eu-1b"}, {}}}};
    const kcpp::member_assignment wanted{.partitions = {{"t", 0}, {"t", 1}}, .user_data = {}};
    everything_to_one own;
    EXPECT_EQ(own.assign(members, topics).at("m1").partitions, wanted.partitions);
    EXPECT_EQ(own.protocol(), kcpp::rebalance_protocol::eager);
    EXPECT_TRUE(own.user_data({"t"}).empty());
    own.on_assignment(wanted, 3);
    const std::vector<kcpp::partition_assignment_strategy> listed{
        kcpp::assignment_strategy::cooperative_sticky};
    EXPECT_EQ(listed, std::vector<kcpp::partition_assignment_strategy>{
                          kcpp::assignment_strategy::cooperative_sticky});
}

namespace {

/// Says whether it still lives, as a batch of records would.
struct box {
    std::vector<int> items{1, 2, 3};
    auto begin() const { return items.begin(); }
    auto end() const { return items.end(); }
};

kcpp::result<box> boxed() {
    return box();
}

} // namespace

// C++20 destroys all temporaries of a range expression but the last; the address
// sanitizer sees it if that one holds nothing.
TEST(result, a_loop_over_the_value_of_a_temporary_holds_it) {
    int sum = 0;
    for (int item : boxed().value())
        sum += item;
    for (int item : *boxed())
        sum += item;
    EXPECT_EQ(sum, 12);
}

TEST(properties, are_loaded_from_braces_as_well_as_from_a_path) {
    const auto one = kcpp::properties::load({{"bootstrap.servers", "one:9092"}}).value();
    EXPECT_EQ(one.client.bootstrap_servers, "one:9092");
    const auto two =
        kcpp::properties::load({{"bootstrap.servers", "two:9092"}, {"linger.ms", "7"}}).value();
    EXPECT_EQ(two.client.bootstrap_servers, "two:9092");
    EXPECT_EQ(two.producer.linger, 7ms);

    const auto missing = kcpp::properties::load("no-such-folder/kafka.properties");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message().find("no-such-folder/kafka.properties"), std::string::npos);
}

TEST(record, equals_one_with_the_same_fields) {
    const kcpp::owned_record paid{
        .topic = "orders", .key = "42", .value = "paid", .headers = {{"trace", "7"}}};
    kcpp::owned_record other = paid;
    EXPECT_EQ(other, paid);
    other.value.reset();
    EXPECT_NE(other, paid);
}
