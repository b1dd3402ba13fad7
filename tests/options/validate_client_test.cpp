#include "validate_test.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using kcpp::client_options;
using kcpp::options::said;
using kcpp::options::validate;

namespace {

client_options good() {
    return {.bootstrap_servers = "localhost:9092"};
}

std::string said_after(const std::function<void(client_options&)>& change) {
    client_options client = good();
    change(client);
    return said(validate(client));
}

} // namespace

TEST(validate_client, accepts_the_defaults_with_a_broker) {
    EXPECT_EQ(said(validate(good())), "");
}

TEST(validate_client, asks_for_a_broker) {
    EXPECT_EQ(said(validate(client_options{})),
              "client_options::bootstrap_servers (bootstrap.servers) is empty; name at least one "
              "broker as host:port, such as localhost:9092");
}

TEST(validate_client, names_the_malformed_broker) {
    EXPECT_EQ(said(validate(client_options{.bootstrap_servers = "a:1,b"})),
              "client_options::bootstrap_servers (bootstrap.servers): \"b\" has no port; write "
              "host:port, such as broker-1:9092 or [::1]:9092");
}

TEST(validate_client, says_that_tls_and_sasl_are_still_to_come) {
    EXPECT_EQ(said(validate(client_options{.bootstrap_servers = "PLAINTEXT://a:1"})), "");
    EXPECT_EQ(said(validate(client_options{.bootstrap_servers = "a:1,SASL_SSL://b:2"})),
              "client_options::bootstrap_servers (bootstrap.servers): b:2 asks for TLS or SASL, "
              "which this version of kcpp does not speak yet; use a PLAINTEXT listener");
}

TEST(validate_client, wants_every_duration_positive_and_within_32_bits) {
    struct named_duration {
        std::string name;
        std::chrono::milliseconds client_options::* field;
    };
    const std::vector<named_duration> durations = {
        {"request_timeout (request.timeout.ms)", &client_options::request_timeout},
        {"api_timeout (default.api.timeout.ms)", &client_options::api_timeout},
        {"connect_timeout (socket.connection.setup.timeout.ms)", &client_options::connect_timeout},
        {"connect_timeout_max (socket.connection.setup.timeout.max.ms)",
         &client_options::connect_timeout_max},
        {"retry_backoff (retry.backoff.ms)", &client_options::retry_backoff},
        {"retry_backoff_max (retry.backoff.max.ms)", &client_options::retry_backoff_max},
        {"reconnect_backoff (reconnect.backoff.ms)", &client_options::reconnect_backoff},
        {"reconnect_backoff_max (reconnect.backoff.max.ms)",
         &client_options::reconnect_backoff_max},
        {"metadata_max_age (metadata.max.age.ms)", &client_options::metadata_max_age},
        {"connections_max_idle (connections.max.idle.ms)", &client_options::connections_max_idle},
    };
    for (const auto& [name, field] : durations) {
        const auto with = [field = field](std::chrono::milliseconds value) {
            return said_after([&](client_options& c) { c.*field = value; });
        };
        const std::string name_is = "client_options::" + name + " is ";
        EXPECT_EQ(with(0ms), name_is + "0 ms; it must be at least 1 ms");
        EXPECT_EQ(with(-5s), name_is + "-5 s; it must be at least 1 ms");
        EXPECT_EQ(with(std::chrono::hours(24 * 25)),
                  name_is + "2160000 s; it must be at most 2147483.647 s");
        EXPECT_NE(with(std::chrono::milliseconds::max()), "");
    }
}

TEST(validate_client, wants_what_doubles_to_end_above_its_beginning) {
    EXPECT_EQ(said_after([](client_options& c) { c.retry_backoff = 5s; }),
              "client_options::retry_backoff_max (retry.backoff.max.ms) is 1 s, less than "
              "client_options::retry_backoff (retry.backoff.ms) with 5 s; raise the one or lower "
              "the other");
    EXPECT_NE(said_after([](client_options& c) { c.reconnect_backoff = 5s; }), "");
    EXPECT_NE(said_after([](client_options& c) { c.connect_timeout = 5min; }), "");
    EXPECT_EQ(said_after([](client_options& c) { c.retry_backoff = c.retry_backoff_max; }), "");
}

TEST(validate_client, wants_texts_that_fit_kafkas_strings) {
    EXPECT_EQ(said_after([](client_options& c) { c.client_id = std::string(32767, 'x'); }), "");
    EXPECT_EQ(said_after([](client_options& c) { c.client_id = std::string(32768, 'x'); }),
              "client_options::client_id (client.id) has 32768 bytes; Kafka takes 32767 at most");
    EXPECT_NE(said_after([](client_options& c) { c.rack = std::string(40000, 'x'); }), "");
}

TEST(validate_client, wants_responses_within_kafkas_frames) {
    const std::string name_is = "client_options::max_response_bytes (librdkafka: "
                                "receive.message.max.bytes) is ";
    EXPECT_EQ(said_after([](client_options& c) { c.max_response_bytes = 0; }),
              name_is + "0; it must be from 4096 to 2147483647");
    EXPECT_EQ(said_after([](client_options& c) { c.max_response_bytes = SIZE_MAX; }),
              name_is + "9223372036854775807; it must be from 4096 to 2147483647");
    EXPECT_EQ(said_after([](client_options& c) { c.max_response_bytes = 4096; }), "");
}
