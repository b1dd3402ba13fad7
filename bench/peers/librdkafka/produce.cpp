#include "measure/report.hpp"
#include "measure/send_all.hpp"
#include "measure/workload.hpp"
#include "peers/librdkafka/runs.hpp"

#include <atomic>
#include <cstdio>
#include <stdexcept>

namespace bench::rdkafka {

namespace {

using clock = std::chrono::steady_clock;

/// Reports are asked for when the queue is full, and every so many records: cheaper for librdkafka
/// than its examples' poll after each.
constexpr int poll_every = 1000;

/// What the delivery callbacks tell; they run in rd_kafka_poll.
struct deliveries {
    explicit deliveries(std::size_t samples) : taken(samples), sent(samples) {}

    /// Where the time of sending stays until the report: the sender may be gone by then.
    clock::time_point* stamp() {
        auto* at = &sent.at(stamped.fetch_add(1));
        *at = clock::now();
        return at;
    }

    static void take(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
        auto& told = *static_cast<deliveries*>(opaque);
        if (message->_private != nullptr)
            told.taken.add(clock::now() - *static_cast<clock::time_point*>(message->_private));
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
        if (told.failed.fetch_add(1) == 0)
            std::fprintf(stderr, "the first that failed: %s\n", rd_kafka_err2str(message->err));
    }

    latencies taken;
    std::vector<clock::time_point> sent;
    std::atomic<std::size_t> stamped{0};
    std::atomic<std::uint64_t> failed{0};
};

/// What one thread sends: to all topics in turn.
class sender {
public:
    sender(const client& producer, const std::vector<topic>& topics, const settings& s,
           const workload& work, deliveries& told)
        : producer_(producer), topics_(topics), settings_(s), walk_(work), turns_(s), told_(told) {}

    void send_one() {
        void* opaque = nullptr;
        if (settings_.callback && --until_sample_ == 0) {
            until_sample_ = settings_.sample;
            opaque = told_.stamp();
        }
        while (!enqueue(opaque))
            rd_kafka_poll(producer_.get(), 10);
        if (settings_.rate != 0 || --until_poll_ == 0) {
            until_poll_ = poll_every;
            rd_kafka_poll(producer_.get(), 0);
        }
        walk_.step();
        turns_.step();
    }

private:
    /// False if the queue is full.
    bool enqueue(void* opaque) {
        const std::string_view value = walk_.value(), key = walk_.key();
        if (rd_kafka_produce(topics_[turns_.topic()].get(), RD_KAFKA_PARTITION_UA,
                             RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()), value.size(),
                             key.empty() ? nullptr : key.data(), key.size(), opaque) == 0)
            return true;
        const auto why = rd_kafka_last_error();
        if (why == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
        throw std::runtime_error(rd_kafka_err2str(why));
    }

    const client& producer_;
    const std::vector<topic>& topics_;
    const settings& settings_;
    walk walk_;
    turns turns_;
    deliveries& told_;
    int until_sample_ = 1;
    int until_poll_ = poll_every;
};

void flush(const client& producer) {
    while (rd_kafka_flush(producer.get(), 1000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    }
}

void warm_up(const client& producer, const std::vector<topic>& topics) {
    char value[] = "warm-up";
    for (const topic& t : topics)
        rd_kafka_produce(t.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, 7, nullptr, 0,
                         nullptr);
    flush(producer);
}

} // namespace

configuration producing(const settings& s, const properties& extra) {
    configuration c(s);
    c.set("acks", s.acks);
    c.set("enable.idempotence", s.idempotence ? "true" : "false");
    c.set("linger.ms", std::to_string(s.linger));
    c.set("compression.type", s.compression);
    c.set("partitioner", "murmur2_random"); // as the others'
    // Its own 100,000 messages make the sender wait for the queue more than for the broker.
    c.set("queue.buffering.max.messages", "500000");
    if (s.batch_bytes != 0) c.set("batch.size", std::to_string(s.batch_bytes));
    if (s.buffer_bytes != 0)
        c.set("queue.buffering.max.kbytes", std::to_string(s.buffer_bytes / 1024));
    c.set(extra);
    return c;
}

bool produce(const settings& s, const properties& extra, const std::string& mode) {
    const workload work(s);
    const auto samples = s.records / static_cast<std::uint64_t>(s.sample);
    deliveries told(s.callback ? samples + static_cast<std::uint64_t>(s.threads) : 0);
    configuration c = producing(s, extra);
    settings used = s; // with librdkafka's own values where none were given
    used.batch_bytes = c.number("batch.size");
    used.buffer_bytes = c.number("queue.buffering.max.kbytes") * 1024;
    rd_kafka_conf_set_opaque(c.get(), &told);
    if (s.callback) rd_kafka_conf_set_dr_msg_cb(c.get(), &deliveries::take);
    const client producer = make_client(RD_KAFKA_PRODUCER, std::move(c));
    std::vector<topic> topics;
    for (const std::string& name : s.topic_names())
        topics.push_back(make_topic(producer, name));
    warm_up(producer, topics);

    const auto begin = costs::now();
    const auto application_cpu =
        send_all(s, [&] { return sender(producer, topics, s, work, told); });
    flush(producer);
    const auto end = costs::now();

    return print({.client = version(),
                  .mode = mode,
                  .records = s.records,
                  .failed = told.failed,
                  .used = end - begin,
                  .application_cpu = application_cpu,
                  .taken = &told.taken},
                 used);
}

} // namespace bench::rdkafka
