#include "kcpp_perf/produce.hpp"

#include "kcpp_perf/topics.hpp"
#include "measure/report.hpp"
#include "measure/send_all.hpp"
#include "measure/workload.hpp"

#include <kcpp/producer.hpp>
#include <kcpp/version.hpp>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <map>

namespace bench {

namespace {

using clock = std::chrono::steady_clock;
using delivery = kcpp::result<kcpp::record_metadata>;

/// What the delivery callbacks tell. All of them run on the I/O thread.
struct deliveries {
    explicit deliveries(std::size_t samples) : taken(samples) {}

    void take(const delivery& d) {
        if (d) return;
        if (failed.fetch_add(1) == 0)
            std::fprintf(stderr, "the first that failed: %s\n", d.error().message().c_str());
    }

    latencies taken;
    std::atomic<std::uint64_t> failed{0};
};

/// What one thread sends: to all topics in turn.
class sender {
public:
    sender(kcpp::producer& producer, const settings& s, const workload& work, deliveries& told)
        : producer_(producer), settings_(s), topics_(s.topic_names()), walk_(work), turns_(s),
          told_(told) {}

    void send_one() {
        const std::string_view key = walk_.key(), value = walk_.value();
        kcpp::producer_record record{.topic = topics_[turns_.topic()], .value = value};
        if (!key.empty()) record.key = key;
        if (!settings_.callback) {
            producer_.send(record, kcpp::delivery_callback());
        } else if (--until_sample_ == 0) {
            until_sample_ = settings_.sample;
            producer_.send(record, [told = &told_, sent = clock::now()](const delivery& d) {
                told->taken.add(clock::now() - sent);
                told->take(d);
            });
        } else {
            producer_.send(record, [told = &told_](const delivery& d) { told->take(d); });
        }
        walk_.step();
        turns_.step();
    }

private:
    kcpp::producer& producer_;
    const settings& settings_;
    std::vector<std::string> topics_;
    walk walk_;
    turns turns_;
    deliveries& told_;
    int until_sample_ = 1;
};

/// The metadata and the connections are there before the clock starts: one record to each topic.
void warm_up(kcpp::producer& producer, const settings& s) {
    for (const std::string& topic : s.topic_names())
        producer.send({.topic = topic, .value = "warm-up"}, kcpp::delivery_callback());
    producer.flush().get();
}

} // namespace

kcpp::producer_options options_of(const settings& s) {
    static const std::map<std::string, kcpp::compression> codecs{
        {"none", kcpp::compression::none},     {"gzip", kcpp::compression::gzip},
        {"snappy", kcpp::compression::snappy}, {"lz4", kcpp::compression::lz4},
        {"zstd", kcpp::compression::zstd},
    };
    kcpp::producer_options options;
    options.acks = static_cast<kcpp::acks>(s.acks_number());
    options.idempotence = s.idempotence;
    options.compression = codecs.at(s.compression);
    options.linger = std::chrono::milliseconds(std::lround(s.linger));
    if (s.batch_bytes != 0) options.batch_bytes = s.batch_bytes;
    if (s.buffer_bytes != 0) options.buffer_bytes = s.buffer_bytes;
    return options;
}

bool produce(const settings& s, const std::string& mode) {
    if (s.partitions != 0) make_topics(s);
    const workload work(s);
    const auto samples = s.records / static_cast<std::uint64_t>(s.sample);
    deliveries told(s.callback ? samples + static_cast<std::uint64_t>(s.threads) : 0);
    const kcpp::producer_options options = options_of(s);
    kcpp::producer producer{{.bootstrap_servers = s.bootstrap}, options};
    warm_up(producer, s);

    const auto begin = costs::now();
    const auto application_cpu = send_all(s, [&] { return sender(producer, s, work, told); });
    producer.flush().get();
    const auto end = costs::now();

    settings used = s; // with kcpp's own values where none were given
    used.batch_bytes = options.batch_bytes;
    used.buffer_bytes = options.buffer_bytes;
    return print({.client = std::string("kcpp ") + KCPP_VERSION,
                  .mode = mode,
                  .records = s.records,
                  .failed = told.failed,
                  .used = end - begin,
                  .application_cpu = application_cpu,
                  .taken = &told.taken},
                 used);
}

} // namespace bench
