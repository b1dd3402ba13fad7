#include "validate_test.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

using namespace std::chrono_literals;
using kcpp::compression;
using kcpp::producer_options;
using kcpp::options::said;
using kcpp::options::validate;

namespace {

const kcpp::client_options client{.bootstrap_servers = "localhost:9092"};

std::string said_after(const std::function<void(producer_options&)>& change) {
    producer_options producer;
    change(producer);
    return said(validate(producer, client));
}

} // namespace

TEST(validate_producer, accepts_the_defaults) {
    EXPECT_EQ(said(validate(producer_options{}, client)), "");
}

TEST(validate_producer, lets_times_be_zero_where_not_waiting_makes_sense) {
    EXPECT_EQ(said_after([](producer_options& p) { p.linger = 0ms; }), "");
    EXPECT_EQ(said_after([](producer_options& p) { p.max_block = 0ms; }), "");
    EXPECT_EQ(said_after([](producer_options& p) { p.close_timeout = 0ms; }), "");
    EXPECT_EQ(said_after([](producer_options& p) { p.delivery_timeout = 0ms; }),
              "producer_options::delivery_timeout (delivery.timeout.ms) is 0 ms; it must be at "
              "least 1 ms");
}

TEST(validate_producer, lets_no_time_be_negative_or_endless) {
    EXPECT_EQ(said_after([](producer_options& p) { p.linger = -1ms; }),
              "producer_options::linger (linger.ms) is -1 ms; it must be at least 0 ms");
    EXPECT_NE(said_after([](producer_options& p) { p.max_block = -1ms; }), "");
    EXPECT_NE(said_after([](producer_options& p) { p.close_timeout = -1ms; }), "");
    EXPECT_NE(said_after([](producer_options& p) { p.linger = std::chrono::hours(24 * 25); }), "");
}

// KIP-91
TEST(validate_producer, wants_delivery_to_outlast_linger_and_one_request) {
    EXPECT_EQ(said_after([](producer_options& p) { p.delivery_timeout = 30'005ms; }), "");
    EXPECT_EQ(said_after([](producer_options& p) { p.delivery_timeout = 30'004ms; }),
              "producer_options::delivery_timeout (delivery.timeout.ms) is 30.004 s, less than "
              "linger (linger.ms) with 5 ms and client_options::request_timeout "
              "(request.timeout.ms) with 30 s together; raise it or lower one of them");
}

TEST(validate_producer, wants_sizes_that_fit_requests) {
    EXPECT_EQ(said_after([](producer_options& p) { p.batch_bytes = 0; }), "");
    EXPECT_NE(said_after([](producer_options& p) { p.batch_bytes = SIZE_MAX; }), "");
    EXPECT_NE(said_after([](producer_options& p) { p.max_request_bytes = 0; }), "");
    EXPECT_NE(said_after([](producer_options& p) { p.buffer_bytes = 0; }), "");
    EXPECT_EQ(said_after([](producer_options& p) { p.max_request_bytes = 1000; }), "")
        << "batches are held to it";
}

TEST(validate_producer, wants_at_least_one_request_under_way) {
    EXPECT_EQ(said_after([](producer_options& p) { p.max_in_flight = 1; }), "");
    EXPECT_EQ(said_after([](producer_options& p) { p.max_in_flight = 0; }),
              "producer_options::max_in_flight (max.in.flight.requests.per.connection) is 0; it "
              "must be from 1 to 1000000");
}

TEST(validate_producer, wants_levels_the_codec_has) {
    const auto with = [](compression codec, int level) {
        return said_after([=](producer_options& p) {
            p.compression = codec;
            p.compression_level = level;
        });
    };
    for (const int level : {0, 9})
        EXPECT_EQ(with(compression::gzip, level), "");
    for (const int level : {1, 17})
        EXPECT_EQ(with(compression::lz4, level), "");
    for (const int level : {-131072, 22})
        EXPECT_EQ(with(compression::zstd, level), "");
    for (const int level : {-1, 10})
        EXPECT_NE(with(compression::gzip, level), "");
    for (const int level : {0, 18})
        EXPECT_NE(with(compression::lz4, level), "");
    for (const int level : {-131073, 23})
        EXPECT_NE(with(compression::zstd, level), "");
    EXPECT_EQ(with(compression::zstd, 23),
              "producer_options::compression_level (compression.<codec>.level) is 23; it must be "
              "from -131072 to 22");
    EXPECT_EQ(with(compression::snappy, 3),
              "producer_options::compression_level (compression.<codec>.level) is 3, but the codec "
              "snappy has no levels; choose gzip, lz4 or zstd, or leave the level out");
    EXPECT_NE(with(compression::none, 1), "");
}
