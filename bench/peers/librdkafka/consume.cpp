#include "measure/report.hpp"
#include "measure/touch.hpp"
#include "peers/librdkafka/runs.hpp"

#include <array>
#include <stdexcept>

namespace bench::rdkafka {

namespace {

constexpr int patience_ms = 30'000;

/// All partitions of the topic, from their beginnings.
void assign(const client& consumer, const std::string& name) {
    const topic of = make_topic(consumer, name);
    const rd_kafka_metadata_t* found = nullptr;
    const auto asked = rd_kafka_metadata(consumer.get(), 0, of.get(), &found, 10'000);
    if (asked != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(asked));
    const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> held(
        found, &rd_kafka_metadata_destroy);
    const int count = found->topics[0].partition_cnt;
    const std::unique_ptr<rd_kafka_topic_partition_list_t,
                          decltype(&rd_kafka_topic_partition_list_destroy)>
        list(rd_kafka_topic_partition_list_new(count), &rd_kafka_topic_partition_list_destroy);
    for (int i = 0; i < count; ++i)
        rd_kafka_topic_partition_list_add(list.get(), name.c_str(), i)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(consumer.get(), list.get());
}

/// In batches of messages, the cheapest way that librdkafka offers.
std::uint64_t read(const client& consumer, std::uint64_t wanted, touch& touched) {
    const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> queue(
        rd_kafka_queue_get_consumer(consumer.get()), &rd_kafka_queue_destroy);
    std::array<rd_kafka_message_t*, 1000> messages{};
    std::uint64_t read = 0;
    while (read < wanted) {
        const auto came = rd_kafka_consume_batch_queue(queue.get(), patience_ms, messages.data(),
                                                       messages.size());
        if (came <= 0) throw std::runtime_error("no record for 30 s");
        for (ssize_t i = 0; i < came; ++i) {
            rd_kafka_message_t* m = messages[static_cast<std::size_t>(i)];
            if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
                touched({static_cast<const char*>(m->payload), m->len});
                ++read;
            }
            rd_kafka_message_destroy(m);
        }
    }
    return read;
}

} // namespace

bool consume(const settings& s, const properties& extra) {
    configuration c(s);
    c.set("group.id", "librdkafka-perf"); // it wants one; nothing is committed
    c.set("enable.auto.commit", "false");
    c.set("check.crcs", "true");
    c.set(extra);
    const client consumer = make_client(RD_KAFKA_CONSUMER, std::move(c));
    rd_kafka_poll_set_consumer(consumer.get());
    touch touched;

    const auto begin = costs::now();
    const auto cpu_before = thread_cpu();
    assign(consumer, s.topic);
    const std::uint64_t records = read(consumer, s.records, touched);
    const auto application_cpu = thread_cpu() - cpu_before;
    const auto end = costs::now();

    const bool good = print({.client = version(),
                             .mode = "consume",
                             .records = records,
                             .used = end - begin,
                             .application_cpu = application_cpu},
                            s);
    rd_kafka_consumer_close(consumer.get());
    return good;
}

} // namespace bench::rdkafka
