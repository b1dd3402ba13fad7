#include "options/other_properties.hpp"

#include <algorithm>

namespace kcpp::options {

namespace {

// Java's, then librdkafka's.
constexpr ignored_property ignored[] = {
    {"key.serializer", "keys and values are bytes; the application makes them"},
    {"value.serializer", "keys and values are bytes; the application makes them"},
    {"key.deserializer", "keys and values are bytes; the application reads them"},
    {"value.deserializer", "keys and values are bytes; the application reads them"},
    {"metric.reporters", "classes of a JVM"},
    {"metrics.num.samples", "sampling of the JVM client's own metrics"},
    {"metrics.recording.level", "sampling of the JVM client's own metrics"},
    {"metrics.sample.window.ms", "sampling of the JVM client's own metrics"},
    {"transaction.timeout.ms", "counts only with transactional.id, which is refused"},
    {"buffer.memory.allocation.strategy", "a batch always takes memory as it grows"},

    {"api.version.request.timeout.ms", "part of socket.connection.setup.timeout.ms"},
    {"api.version.fallback.ms", "counts only for brokers older than 0.10"},
    {"broker.version.fallback", "counts only for brokers older than 0.10"},
    {"broker.address.ttl", "names are looked up for each connection, never cached"},
    {"coordinator.query.interval.ms", "the coordinator is asked for when it is needed"},
    {"consume.callback.max.messages", "there is no consume callback"},
    {"enable.random.seed", "there is no rand()"},
    {"fetch.queue.backoff.ms", "fetching goes on as soon as there is room"},
    {"internal.termination.signal", "no thread needs a signal to end"},
    {"log.connection.close", "a log line, not a behaviour; levels choose"},
    {"log.thread.name", "log lines name the component instead"},
    {"message.copy.max.bytes", "each record is copied once, whatever its size"},
    {"offset.store.path", "counts only with offset.store.method=file, which is refused"},
    {"offset.store.sync.interval.ms", "counts only with offset.store.method=file"},
    {"produce.offset.report", "does nothing in librdkafka either"},
    {"reconnect.backoff.jitter.ms", "does nothing in librdkafka either"},
    {"socket.blocking.max.ms", "does nothing in librdkafka either"},
    {"topic.metadata.refresh.fast.cnt", "does nothing in librdkafka either"},
    {"topic.metadata.refresh.sparse", "only topics in use are ever asked for"},
};

} // namespace

std::span<const ignored_property> ignored_properties() noexcept {
    return ignored;
}

const ignored_property* find_ignored(std::string_view key) noexcept {
    const auto* found = std::ranges::find(ignored, key, &ignored_property::name);
    return found == std::end(ignored) ? nullptr : found;
}

} // namespace kcpp::options
