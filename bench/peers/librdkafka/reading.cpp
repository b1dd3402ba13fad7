#include "peers/librdkafka/reading.hpp"

#include <stdexcept>

namespace bench::rdkafka {

configuration consuming(const settings& s, const properties& extra) {
    configuration c(s);
    c.set("group.id", "librdkafka-perf");
    c.set("enable.auto.commit", "false");
    c.set("check.crcs", "true");
    c.set(extra);
    return c;
}

void assign(const client& consumer, const std::string& name, std::int64_t from) {
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
        rd_kafka_topic_partition_list_add(list.get(), name.c_str(), i)->offset = from;
    rd_kafka_assign(consumer.get(), list.get());
}

} // namespace bench::rdkafka
