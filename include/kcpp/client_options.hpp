#pragma once

#include <kcpp/log.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace [[gnu::visibility("default")]] kcpp {

/// How to reach the cluster. Made with designated initialisers; `properties::load` makes it from
/// files and maps. In comments: Kafka's name of the option.
struct client_options {
    /// "host:port", several separated by commas; any of them leads to all brokers.
    /// (`bootstrap.servers`)
    std::string bootstrap_servers{};
    /// Seen in the brokers' logs, quotas and metrics. (`client.id`)
    std::string client_id = "kcpp";
    /// Where this client runs, to prefer replicas nearby. (`client.rack`)
    std::string rack{};
    /// How long one request may take, from being written to its answer. (`request.timeout.ms`)
    std::chrono::milliseconds request_timeout = std::chrono::seconds(30);
    /// How long an operation may take that has no limit of its own, with all its retries.
    /// (`default.api.timeout.ms`)
    std::chrono::milliseconds api_timeout = std::chrono::seconds(60);
    /// How long a connection may take to be ready; doubles on each failure up to the maximum.
    /// (`socket.connection.setup.timeout.ms`, `socket.connection.setup.timeout.max.ms`)
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
    std::chrono::milliseconds connect_timeout_max = std::chrono::seconds(30);
    /// The pause before a request is tried again; doubles up to the maximum, ±20 %.
    /// (`retry.backoff.ms`, `retry.backoff.max.ms`)
    std::chrono::milliseconds retry_backoff = std::chrono::milliseconds(100);
    std::chrono::milliseconds retry_backoff_max = std::chrono::seconds(1);
    /// The pause before a broker is connected to again; doubles up to the maximum, ±20 %.
    /// (`reconnect.backoff.ms`, `reconnect.backoff.max.ms`)
    std::chrono::milliseconds reconnect_backoff = std::chrono::milliseconds(50);
    std::chrono::milliseconds reconnect_backoff_max = std::chrono::seconds(1);
    /// Metadata older than this is asked for again. (`metadata.max.age.ms`)
    std::chrono::milliseconds metadata_max_age = std::chrono::minutes(5);
    /// Connections unused for this long are closed. (`connections.max.idle.ms`)
    std::chrono::milliseconds connections_max_idle = std::chrono::minutes(9);
    /// A response larger than this is refused and its connection closed. (librdkafka:
    /// `receive.message.max.bytes`)
    std::size_t max_response_bytes = 100'000'000;
    /// Lets brokers that are set up for it create topics that are asked for.
    /// (`allow.auto.create.topics`)
    bool allow_auto_create_topics = false;
    /// Null: `default_logger()`.
    std::shared_ptr<kcpp::logger> logger{};
};

} // namespace kcpp
