#include "measure/report.hpp"
#include "measure/touch.hpp"
#include "peers/librdkafka/reading.hpp"
#include "peers/librdkafka/runs.hpp"

namespace bench::rdkafka {

bool consume(const settings& s, const properties& extra) {
    touch touched;
    const auto take = [&](const rd_kafka_message_t& m) {
        touched(bytes(m.key, m.key_len), bytes(m.payload, m.len), m.offset);
    };
    const auto begin = costs::now();
    const auto cpu_before = thread_cpu();
    const client consumer = make_client(RD_KAFKA_CONSUMER, consuming(s, extra));
    rd_kafka_poll_set_consumer(consumer.get());
    assign(consumer, s.topic, RD_KAFKA_OFFSET_BEGINNING);
    std::uint64_t records = read(consumer, 1, 1, take);
    const auto first_record = std::chrono::steady_clock::now() - begin.at;
    if (s.records > records) records += read(consumer, s.records - records, 1000, take);
    const auto application_cpu = thread_cpu() - cpu_before;
    const auto end = costs::now();

    const bool good = print({.client = version(),
                             .mode = "consume",
                             .records = records,
                             .used = end - begin,
                             .application_cpu = application_cpu,
                             .first_record = first_record},
                            s);
    rd_kafka_consumer_close(consumer.get());
    return good;
}

} // namespace bench::rdkafka
