#include "options/letters.hpp"
#include "options/other_properties.hpp"

#include <algorithm>

namespace kcpp::options {

namespace {

constexpr std::string_view no_tls =
    "this version of kcpp speaks neither TLS nor SASL yet; use a PLAINTEXT listener";
constexpr std::string_view no_transactions =
    "this version of kcpp has no transactions yet; leave it out";
constexpr std::string_view no_share_groups =
    "this version of kcpp has no share groups yet; leave it out";
constexpr std::string_view keyless_spread =
    "records without a key stay with one partition until its batch is full and then move to "
    "another, rather to one with little waiting; leave it out";
constexpr std::string_view logged_by_environment =
    "set the environment variable KCPP_LOG to error, warning, info, debug or trace, or give "
    "client_options::logger";
constexpr std::string_view no_plug_ins = "kcpp loads no classes and libraries; leave it out";

// Java's, then librdkafka's, both by theme.
constexpr unsupported_property unsupported[] = {
    {"security.protocol", "PLAINTEXT", no_tls},
    {"security.providers", "", no_tls},
    {"ssl.*", "", no_tls},
    {"sasl.*", "", no_tls},
    {"config.providers", "", "kcpp reads values as they are; put them in place before loading"},
    {"interceptor.classes", "",
     "kcpp loads no classes; give producer_options::interceptors or consumer_options::interceptors "
     "objects of your own"},
    {"bootstrap.controllers", "", "kcpp speaks to brokers; give bootstrap.servers"},
    {"bootstrap.resolve.timeout.ms", "0",
     "names are looked up within socket.connection.setup.timeout.ms; leave it out"},
    {"client.dns.lookup", "use_all_dns_ips", "all addresses of a name are tried; leave it out"},
    {"enable.metrics.push", "false",
     "this version of kcpp pushes no metrics to brokers yet; write false or leave it out"},
    {"metadata.cluster.check.enable", "false",
     "this version of kcpp does not send the cluster's id to brokers yet; write false or leave it "
     "out"},
    {"metadata.max.idle.ms", "300000",
     "kcpp does not forget topics on a time of your choice; leave it out"},
    {"metadata.recovery.strategy", "rebootstrap",
     "kcpp starts again from bootstrap.servers when no known broker is left; leave it out"},
    {"metadata.recovery.rebootstrap.trigger.ms", "300000",
     "kcpp waits 300 s before it starts again from bootstrap.servers; leave it out"},
    {"receive.buffer.bytes", "-1", "the system sizes socket buffers; leave it out"},
    {"send.buffer.bytes", "-1", "the system sizes socket buffers; leave it out"},

    {"transactional.id", "", no_transactions},
    {"transaction.two.phase.commit.enable", "false", no_transactions},
    {"retries", "2147483647", "kcpp tries again until delivery.timeout.ms; bound that instead"},
    {"partitioner.adaptive.partitioning.enable", "true", keyless_spread},
    {"partitioner.ignore.keys", "false", "set producer_options::partitioning to sticky instead"},

    {"check.crcs", "true", "checksums are always checked; write true or leave it out"},
    {"internal.throw.on.fetch.stable.offset.unsupported", "false",
     "brokers of 2.5 and newer always answer with stable offsets; leave it out"},
    {"exclude.internal.topics", "true",
     "a topic_pattern never means internal topics; subscribe to them by name"},
    {"share.acknowledgement.mode", "implicit", no_share_groups},
    {"share.acquire.mode", "batch_optimized", no_share_groups},

    {"enable.ssl.certificate.verification", "", no_tls},
    {"https.ca.*", "", no_tls},
    {"enable.sasl.oauthbearer.unsecure.jwt", "false", no_tls},
    {"builtin.features", "", "all codecs are always there; leave it out"},
    {"plugin.library.paths", "", no_plug_ins},
    {"debug", "", logged_by_environment},
    {"log_level", "", logged_by_environment},
    {"log.queue", "false", "give client_options::logger, which may queue"},
    {"statistics.interval.ms", "0",
     "this version of kcpp has no statistics yet; write 0 or leave it out"},
    {"enabled_events", "0", "there is no event queue; callbacks and futures tell"},
    {"api.version.request", "true", "brokers are always asked for their versions; leave it out"},
    {"topic.blacklist", "", "subscribe to a topic_pattern that leaves them out, or to names"},
    {"topic.metadata.refresh.fast.interval.ms", "", "use retry.backoff.ms, which it follows"},
    {"topic.metadata.propagation.max.ms", "",
     "a record waits up to max.block.ms for its topic; set that instead"},
    {"broker.address.family", "any",
     "all addresses of a name are tried; write an address of the family into bootstrap.servers"},
    {"socket.send.buffer.bytes", "0", "the system sizes socket buffers; leave it out"},
    {"socket.receive.buffer.bytes", "0", "the system sizes socket buffers; leave it out"},
    {"socket.keepalive.enable", "false",
     "requests have deadlines of their own; write false or leave it out"},
    {"socket.nagle.disable", "true", "sockets never wait to fill packets; leave it out"},
    {"socket.max.fails", "1", "a request without an answer ends its connection; leave it out"},

    {"message.send.max.retries", "2147483647",
     "kcpp tries again until message.timeout.ms; bound that instead"},
    {"enable.gapless.guarantee", "false", "there is no such mode; leave it out"},
    {"queue.buffering.max.messages", "0",
     "memory is bounded by bytes; use queue.buffering.max.kbytes"},
    {"queue.buffering.backpressure.threshold", "",
     "batches grow while max.in.flight requests are under way; use that"},
    {"batch.num.messages", "", "batches are bounded by bytes; use batch.size"},
    {"delivery.report.only.error", "false",
     "send without a callback and set producer_options::on_unobserved_failure"},
    {"sticky.partitioning.linger.ms", "", keyless_spread},
    {"queuing.strategy", "fifo", "records leave in their order; leave it out"},

    {"group.protocol.type", "consumer", "groups are of the type \"consumer\"; leave it out"},
    {"enable.auto.offset.store", "true",
     "set enable.auto.commit=false and commit each batch once it is done"},
    {"enable.partition.eof", "false", "there is no such event; compare positions with end offsets"},
    {"fetch.error.backoff.ms", "", "use retry.backoff.ms"},
    {"offset.store.method", "broker", "offsets are stored by brokers; leave it out"},
    {"queued.min.messages", "",
     "what is fetched ahead is bounded by bytes; use queued.max.messages.kbytes"},
};

} // namespace

bool unsupported_property::covers(std::string_view key) const noexcept {
    if (name.ends_with('*')) return key.starts_with(name.substr(0, name.size() - 1));
    return key == name;
}

bool unsupported_property::takes(std::string_view value) const noexcept {
    return same_letters(trimmed(value), harmless);
}

std::span<const unsupported_property> unsupported_properties() noexcept {
    return unsupported;
}

const unsupported_property* find_unsupported(std::string_view key) noexcept {
    const auto* found =
        std::ranges::find_if(unsupported, [key](const auto& p) { return p.covers(key); });
    return found == std::end(unsupported) ? nullptr : found;
}

} // namespace kcpp::options
