#include "measure/time_end_to_end.hpp"
#include "peers/librdkafka/reading.hpp"
#include "peers/librdkafka/runs.hpp"

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
    const bool good = time_end_to_end(
        version(), s, [&] { return sender(producer, to, s.size); },
        [&](std::uint64_t wanted, auto take) {
            return read(consumer, wanted, 1,
                        [&](const rd_kafka_message_t& m) { take(bytes(m.payload, m.len)); });
        });
    rd_kafka_consumer_close(consumer.get());
    return good;
}

} // namespace bench::rdkafka
