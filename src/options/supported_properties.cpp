#include "options/supported_properties.hpp"

#include "options/iso_duration.hpp"
#include "options/property_values.hpp"
#include "options/strategy_names.hpp"

namespace kcpp::options {

namespace {

template <class Draft>
constexpr auto& part(Draft& d, const client_options*) noexcept {
    return d.options.client;
}
template <class Draft>
constexpr auto& part(Draft& d, const producer_options*) noexcept {
    return d.options.producer;
}
template <class Draft>
constexpr auto& part(Draft& d, const consumer_options*) noexcept {
    return d.options.consumer;
}
template <class Draft>
constexpr auto& part(Draft& d, const codec_levels*) noexcept {
    return d.levels;
}

template <class Draft, class Options, class Field>
constexpr auto& field_of(Draft& d, Field Options::* member) noexcept {
    return part(d, static_cast<const Options*>(nullptr)).*member;
}

template <auto Member>
bool same(const draft& a, const draft& b) {
    return field_of(a, Member) == field_of(b, Member);
}

/// A row: the field, how its text is read, and its spellings.
template <auto Member, auto Read>
constexpr supported_property row(std::string_view java, std::string_view librdkafka = {},
                                 std::string_view another = {}) {
    return {
        .spellings = {java, librdkafka, another},
        .set = [](std::string_view value, draft& to) { return Read(value, field_of(to, Member)); },
        .same = &same<Member>};
}

constexpr std::int64_t most_32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t most_64 = std::numeric_limits<std::int64_t>::max();

constexpr spelled<acks> acks_choices[] = {
    {"all", acks::all}, {"-1", acks::all}, {"1", acks::leader}, {"0", acks::none}};

constexpr spelled<compression> codec_choices[] = {{"none", compression::none},
                                                  {"gzip", compression::gzip},
                                                  {"snappy", compression::snappy},
                                                  {"lz4", compression::lz4},
                                                  {"zstd", compression::zstd}};

/// librdkafka's names; `consistent_random` is its default, and `murmur2_random` Java's.
constexpr spelled<partitioning> partitioner_choices[] = {
    {"random", partitioning::random},
    {"consistent", partitioning::consistent},
    {"consistent_random", partitioning::consistent_random},
    {"murmur2", partitioning::murmur2},
    {"murmur2_random", partitioning::murmur2_random},
    {"fnv1a", partitioning::fnv1a},
    {"fnv1a_random", partitioning::fnv1a_random}};

constexpr spelled<partitioning> partitioner_class_choices[] = {
    {"org.apache.kafka.clients.producer.RoundRobinPartitioner", partitioning::round_robin}};

constexpr spelled<offset_reset> reset_choices[] = {
    {"latest", offset_reset::latest},      {"earliest", offset_reset::earliest},
    {"none", offset_reset::none},          {"largest", offset_reset::latest},
    {"end", offset_reset::latest},         {"smallest", offset_reset::earliest},
    {"beginning", offset_reset::earliest}, {"error", offset_reset::none}};

/// One of those, or "by_duration:PT1H" (KIP-1106).
struct reset_policy {
    expectation operator()(std::string_view text, offset_reset& field) const {
        constexpr std::string_view prefix = "by_duration:";
        const std::string_view word = trimmed(text);
        if (same_letters(word.substr(0, prefix.size()), prefix))
            if (const auto back = parse_iso_duration(word.substr(prefix.size()))) {
                field = offset_reset::by_duration(*back);
                return std::nullopt;
            }
        if (auto wrong = one_of<reset_choices>{}(text, field))
            return base::text(*wrong, ", or by_duration: with a duration such as PT1H or P7D");
        return std::nullopt;
    }
};

constexpr spelled<isolation_level> isolation_choices[] = {
    {"read_uncommitted", isolation_level::read_uncommitted},
    {"read_committed", isolation_level::read_committed}};

constexpr spelled<group_protocol> protocol_choices[] = {{"classic", group_protocol::classic},
                                                        {"consumer", group_protocol::consumer}};

using client = client_options;
using producer = producer_options;
using consumer = consumer_options;

// clang-format off
constexpr supported_property supported[] = {
    row<&client::bootstrap_servers, any_text{}>("bootstrap.servers", "metadata.broker.list"),
    row<&client::client_id, any_text{}>("client.id"),
    row<&client::rack, any_text{}>("client.rack"),
    row<&client::request_timeout, at_least(1)>("request.timeout.ms", "socket.timeout.ms"),
    row<&client::api_timeout, at_least(1)>("default.api.timeout.ms"),
    row<&client::connect_timeout, at_least(1)>("socket.connection.setup.timeout.ms"),
    row<&client::connect_timeout_max, at_least(1)>("socket.connection.setup.timeout.max.ms"),
    row<&client::retry_backoff, at_least(1)>("retry.backoff.ms"),
    row<&client::retry_backoff_max, at_least(1)>("retry.backoff.max.ms"),
    row<&client::reconnect_backoff, at_least(1)>("reconnect.backoff.ms"),
    row<&client::reconnect_backoff_max, at_least(1)>("reconnect.backoff.max.ms"),
    row<&client::metadata_max_age, at_least(1)>(
        "metadata.max.age.ms", "topic.metadata.refresh.interval.ms"),
    row<&client::connections_max_idle, at_least(1)>("connections.max.idle.ms"),
    row<&client::max_response_bytes, at_least(4096)>("receive.message.max.bytes"),
    row<&client::allow_auto_create_topics, true_or_false{}>("allow.auto.create.topics"),

    row<&producer::acks, one_of<acks_choices>{}>("acks", "request.required.acks"),
    row<&producer::idempotence, true_or_false{}>("enable.idempotence"),
    row<&producer::compression, one_of<codec_choices>{}>("compression.type", "compression.codec"),
    row<&producer::compression_level, whole_number{-1, 12}>("compression.level"),
    row<&codec_levels::gzip, whole_number{-1, 9}>("compression.gzip.level"),
    row<&codec_levels::lz4, whole_number{1, 17}>("compression.lz4.level"),
    row<&codec_levels::zstd, whole_number{-131072, 22}>("compression.zstd.level"),
    row<&producer::partitioning, one_of<partitioner_choices>{}>("partitioner"),
    row<&producer::partitioning, one_of<partitioner_class_choices>{}>("partitioner.class"),
    row<&producer::rack_aware, true_or_false{}>("partitioner.rack.aware"),
    row<&producer::availability_timeout, at_least(0)>("partitioner.availability.timeout.ms"),
    row<&producer::linger, at_least(0)>("linger.ms", "queue.buffering.max.ms"),
    row<&producer::batch_bytes, at_least(0)>("batch.size"),
    row<&producer::max_request_bytes, at_least(1)>("max.request.size", "message.max.bytes"),
    row<&producer::delivery_timeout, at_least(1)>("delivery.timeout.ms", "message.timeout.ms"),
    row<&producer::buffer_bytes, whole_number{1, most_64}>("buffer.memory"),
    row<&producer::buffer_bytes, whole_number{.least = 1, .most = most_32, .scale = 1024}>(
        "queue.buffering.max.kbytes"),
    row<&producer::max_block, at_least(0)>("max.block.ms"),
    row<&producer::max_in_flight, whole_number{1, 1'000'000}>(
        "max.in.flight.requests.per.connection", "max.in.flight"),

    row<&consumer::group_id, any_text{}>("group.id"),
    row<&consumer::group_instance_id, any_text{}>("group.instance.id"),
    row<&consumer::offset_reset, reset_policy{}>("auto.offset.reset"),
    row<&consumer::auto_commit, true_or_false{}>("enable.auto.commit", "auto.commit.enable"),
    row<&consumer::auto_commit_interval, at_least(1)>("auto.commit.interval.ms"),
    row<&consumer::isolation_level, one_of<isolation_choices>{}>("isolation.level"),
    row<&consumer::group_protocol, one_of<protocol_choices>{}>("group.protocol"),
    row<&consumer::server_assignor, any_text{}>("group.remote.assignor"),
    row<&consumer::assignment_strategies, some_of<strategy_choices>{}>(
        "partition.assignment.strategy"),
    row<&consumer::session_timeout, at_least(1)>("session.timeout.ms"),
    row<&consumer::heartbeat_interval, at_least(1)>("heartbeat.interval.ms"),
    row<&consumer::max_poll_interval, at_least(1)>("max.poll.interval.ms"),
    row<&consumer::max_poll_records, at_least(1)>("max.poll.records"),
    row<&consumer::fetch_max_wait, at_least(0)>("fetch.max.wait.ms", "fetch.wait.max.ms"),
    row<&consumer::fetch_min_bytes, at_least(0)>("fetch.min.bytes"),
    row<&consumer::fetch_max_bytes, at_least(1)>("fetch.max.bytes"),
    row<&consumer::partition_fetch_bytes, at_least(1)>(
        "max.partition.fetch.bytes", "fetch.message.max.bytes"),
    row<&consumer::buffer_bytes, whole_number{.least = 1, .most = 2'097'151, .scale = 1024}>(
        "queued.max.messages.kbytes"),
};
// clang-format on

} // namespace

std::span<const supported_property> supported_properties() noexcept {
    return supported;
}

const supported_property* find_supported(std::string_view key) noexcept {
    for (const supported_property& p : supported) {
        if (!key.empty() && std::ranges::find(p.spellings, key) != p.spellings.end()) return &p;
    }
    return nullptr;
}

} // namespace kcpp::options
