#include "options/other_properties.hpp"
#include "options/supported_properties.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <vector>

using kcpp::options::find_ignored;
using kcpp::options::find_supported;
using kcpp::options::find_unsupported;
using kcpp::options::ignored_properties;
using kcpp::options::ignored_property;
using kcpp::options::supported_properties;
using kcpp::options::unsupported_properties;
using kcpp::options::unsupported_property;

namespace {

// clang-format off
/// All of ProducerConfig, ConsumerConfig and AdminClientConfig of kafka-clients 4.4.0 but ssl.* and
/// sasl.*.
constexpr std::string_view javas[] = {
    "acks", "allow.auto.create.topics", "auto.commit.interval.ms", "auto.offset.reset",
    "batch.size", "bootstrap.controllers", "bootstrap.resolve.timeout.ms",
    "bootstrap.servers", "buffer.memory", "buffer.memory.allocation.strategy", "check.crcs",
    "client.dns.lookup", "client.id", "client.rack", "compression.gzip.level",
    "compression.lz4.level", "compression.type", "compression.zstd.level",
    "config.providers", "connections.max.idle.ms", "default.api.timeout.ms",
    "delivery.timeout.ms", "enable.auto.commit", "enable.idempotence",
    "enable.metrics.push", "exclude.internal.topics", "fetch.max.bytes",
    "fetch.max.wait.ms", "fetch.min.bytes", "group.id", "group.instance.id",
    "group.protocol", "group.remote.assignor", "heartbeat.interval.ms",
    "interceptor.classes", "internal.throw.on.fetch.stable.offset.unsupported",
    "isolation.level", "key.deserializer", "key.serializer", "linger.ms", "max.block.ms",
    "max.in.flight.requests.per.connection", "max.partition.fetch.bytes",
    "max.poll.interval.ms", "max.poll.records", "max.request.size",
    "metadata.cluster.check.enable", "metadata.max.age.ms", "metadata.max.idle.ms",
    "metadata.recovery.rebootstrap.trigger.ms", "metadata.recovery.strategy",
    "metric.reporters", "metrics.num.samples", "metrics.recording.level",
    "metrics.sample.window.ms", "partition.assignment.strategy",
    "partitioner.adaptive.partitioning.enable", "partitioner.availability.timeout.ms",
    "partitioner.class", "partitioner.ignore.keys", "partitioner.rack.aware",
    "receive.buffer.bytes", "reconnect.backoff.max.ms", "reconnect.backoff.ms",
    "request.timeout.ms", "retries", "retry.backoff.max.ms", "retry.backoff.ms",
    "security.protocol", "security.providers", "send.buffer.bytes", "session.timeout.ms",
    "share.acknowledgement.mode", "share.acquire.mode",
    "socket.connection.setup.timeout.max.ms", "socket.connection.setup.timeout.ms",
    "transaction.timeout.ms", "transaction.two.phase.commit.enable", "transactional.id",
    "value.deserializer", "value.serializer"};

/// All of CONFIGURATION.md of librdkafka but what only C functions can set.
constexpr std::string_view librdkafkas[] = {
    "builtin.features", "client.id", "metadata.broker.list", "bootstrap.servers",
    "message.max.bytes", "message.copy.max.bytes", "receive.message.max.bytes",
    "max.in.flight.requests.per.connection", "max.in.flight", "metadata.recovery.strategy",
    "metadata.recovery.rebootstrap.trigger.ms", "topic.metadata.refresh.interval.ms",
    "metadata.max.age.ms", "topic.metadata.refresh.fast.interval.ms",
    "topic.metadata.refresh.fast.cnt", "topic.metadata.refresh.sparse",
    "topic.metadata.propagation.max.ms", "topic.blacklist", "debug", "socket.timeout.ms",
    "socket.blocking.max.ms", "socket.send.buffer.bytes", "socket.receive.buffer.bytes",
    "socket.keepalive.enable", "socket.nagle.disable", "socket.max.fails",
    "broker.address.ttl", "broker.address.family", "socket.connection.setup.timeout.ms",
    "connections.max.idle.ms", "reconnect.backoff.jitter.ms", "reconnect.backoff.ms",
    "reconnect.backoff.max.ms", "statistics.interval.ms", "enabled_events", "log_level",
    "log.queue", "log.thread.name", "enable.random.seed", "log.connection.close",
    "internal.termination.signal", "api.version.request", "api.version.request.timeout.ms",
    "api.version.fallback.ms", "broker.version.fallback", "allow.auto.create.topics",
    "security.protocol", "ssl.cipher.suites", "ssl.curves.list", "ssl.sigalgs.list",
    "ssl.key.location", "ssl.key.password", "ssl.key.pem", "ssl.certificate.location",
    "ssl.certificate.pem", "ssl.ca.location", "https.ca.location", "https.ca.pem",
    "ssl.ca.pem", "ssl.ca.certificate.stores", "ssl.crl.location", "ssl.keystore.location",
    "ssl.keystore.password", "ssl.providers", "ssl.engine.location", "ssl.engine.id",
    "enable.ssl.certificate.verification", "ssl.endpoint.identification.algorithm",
    "sasl.mechanisms", "sasl.mechanism", "sasl.kerberos.service.name", "sasl.username",
    "sasl.password", "sasl.oauthbearer.config", "enable.sasl.oauthbearer.unsecure.jwt",
    "sasl.oauthbearer.method", "sasl.oauthbearer.client.id",
    "sasl.oauthbearer.token.endpoint.url", "plugin.library.paths", "group.id",
    "group.instance.id", "partition.assignment.strategy", "session.timeout.ms",
    "heartbeat.interval.ms", "group.protocol.type", "group.protocol",
    "group.remote.assignor", "coordinator.query.interval.ms", "max.poll.interval.ms",
    "enable.auto.commit", "auto.commit.interval.ms", "enable.auto.offset.store",
    "queued.min.messages", "queued.max.messages.kbytes", "fetch.wait.max.ms",
    "fetch.queue.backoff.ms", "fetch.message.max.bytes", "max.partition.fetch.bytes",
    "fetch.max.bytes", "fetch.min.bytes", "fetch.error.backoff.ms", "offset.store.method",
    "isolation.level", "enable.partition.eof", "check.crcs", "client.rack",
    "transactional.id", "transaction.timeout.ms", "enable.idempotence",
    "enable.gapless.guarantee", "queue.buffering.max.messages",
    "queue.buffering.max.kbytes", "queue.buffering.max.ms", "linger.ms",
    "message.send.max.retries", "retries", "retry.backoff.ms", "retry.backoff.max.ms",
    "queue.buffering.backpressure.threshold", "compression.codec", "compression.type",
    "batch.num.messages", "batch.size", "delivery.report.only.error",
    "sticky.partitioning.linger.ms", "client.dns.lookup", "enable.metrics.push",
    "request.required.acks", "acks", "request.timeout.ms", "message.timeout.ms",
    "delivery.timeout.ms", "queuing.strategy", "produce.offset.report", "partitioner",
    "compression.level", "auto.commit.enable", "auto.offset.reset", "offset.store.path",
    "offset.store.sync.interval.ms", "consume.callback.max.messages"};
// clang-format on

int tables_with(std::string_view key) {
    return (find_supported(key) != nullptr) + (find_ignored(key) != nullptr) +
           (find_unsupported(key) != nullptr);
}

} // namespace

TEST(properties_tables, know_each_property_of_java_in_one_place) {
    for (const std::string_view key : javas)
        EXPECT_EQ(tables_with(key), 1) << key;
    EXPECT_EQ(tables_with("ssl.truststore.location"), 1);
    EXPECT_EQ(tables_with("sasl.jaas.config"), 1);
}

TEST(properties_tables, know_each_property_of_librdkafka_in_one_place) {
    for (const std::string_view key : librdkafkas)
        EXPECT_EQ(tables_with(key), 1) << key;
}

TEST(properties_tables, know_nothing_else) {
    std::set<std::string_view> real(std::begin(javas), std::end(javas));
    real.insert(std::begin(librdkafkas), std::end(librdkafkas));
    for (const auto& row : supported_properties()) {
        for (const std::string_view key : row.spellings) {
            EXPECT_TRUE(key.empty() || real.contains(key)) << key;
        }
    }
    for (const ignored_property& row : ignored_properties()) {
        EXPECT_TRUE(real.contains(row.name)) << row.name;
        EXPECT_FALSE(row.because.empty()) << row.name;
    }
    for (const unsupported_property& row : unsupported_properties()) {
        EXPECT_TRUE(row.name.ends_with(".*") || real.contains(row.name)) << row.name;
        EXPECT_FALSE(row.instead.empty()) << row.name;
    }
}

TEST(unsupported_property, covers_a_name_or_a_family) {
    constexpr unsupported_property one{"debug", "", ""};
    EXPECT_TRUE(one.covers("debug"));
    EXPECT_FALSE(one.covers("debugger"));
    constexpr unsupported_property family{"ssl.*", "", ""};
    EXPECT_TRUE(family.covers("ssl.ca.location"));
    EXPECT_FALSE(family.covers("sslx"));
}

TEST(unsupported_property, takes_the_value_that_changes_nothing) {
    constexpr unsupported_property plain{"security.protocol", "PLAINTEXT", ""};
    EXPECT_TRUE(plain.takes("plaintext"));
    EXPECT_TRUE(plain.takes(" PLAINTEXT "));
    EXPECT_FALSE(plain.takes("SASL_PLAINTEXT"));
    EXPECT_FALSE(plain.takes(""));
}
