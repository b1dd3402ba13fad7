#include "measure/report.hpp"
#include "measure/send_all.hpp"
#include "measure/stamp.hpp"
#include "peers/librdkafka/reading.hpp"
#include "peers/librdkafka/runs.hpp"

#include <thread>

namespace bench::rdkafka {

namespace {

class sender {
public:
    sender(const client& producer, const topic& to, std::size_t size)
        : producer_(producer), topic_(to), stamp_(size) {}

    void send_one() {
        const std::string_view value = stamp_.next();
        if (rd_kafka_produce(topic_.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                             const_cast<char*>(value.data()), value.size(), nullptr, 0, nullptr))
            throw std::runtime_error(rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_poll(producer_.get(), 0);
    }

private:
    const client& producer_;
    const topic& topic_;
    stamp stamp_;
};

} // namespace

bool end_to_end(const settings& s, const properties& extra) {
    const client producer = make_client(RD_KAFKA_PRODUCER, producing(s, {}));
    const topic to = make_topic(producer, s.topic);
    const client consumer = make_client(RD_KAFKA_CONSUMER, consuming(s, extra));
    rd_kafka_poll_set_consumer(consumer.get());
    assign(consumer, s.topic, RD_KAFKA_OFFSET_BEGINNING);
    // Connections are there before the clock starts.
    sender(producer, to, s.size).send_one();
    read(consumer, 1, 1, [](const rd_kafka_message_t&) {});

    latencies taken(s.records);
    const auto begin = costs::now();
    std::jthread sending([&] { send_all(s, [&] { return sender(producer, to, s.size); }); });
    const auto records = read(consumer, s.records, 1, [&](const rd_kafka_message_t& m) {
        taken.add(stamp::age(bytes(m.payload, m.len)));
    });
    sending.join();
    const auto end = costs::now();

    const bool good = print({.client = version(),
                             .mode = "end-to-end",
                             .records = records,
                             .used = end - begin,
                             .taken = &taken},
                            s);
    rd_kafka_consumer_close(consumer.get());
    return good;
}

} // namespace bench::rdkafka
