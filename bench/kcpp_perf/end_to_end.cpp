#include "kcpp_perf/end_to_end.hpp"

#include "kcpp_perf/produce.hpp"
#include "kcpp_perf/reading.hpp"
#include "measure/report.hpp"
#include "measure/send_all.hpp"
#include "measure/stamp.hpp"

#include <kcpp/producer.hpp>

#include <thread>

namespace bench {

namespace {

class sender {
public:
    sender(kcpp::producer& producer, const settings& s) : producer_(producer), settings_(s) {}

    void send_one() {
        producer_.send({.topic = settings_.topic, .value = stamp_.next()},
                       kcpp::delivery_callback());
    }

private:
    kcpp::producer& producer_;
    const settings& settings_;
    stamp stamp_{settings_.size};
};

} // namespace

bool end_to_end(const settings& s) {
    kcpp::producer producer{{.bootstrap_servers = s.bootstrap}, options_of(s)};
    kcpp::consumer consumer = assigned(s, kcpp::offset_reset::earliest);
    // Connections are there before the clock starts.
    sender(producer, s).send_one();
    read(consumer, 1, [](const kcpp::consumer_record&) {});

    latencies taken(s.records);
    const auto begin = costs::now();
    std::jthread sending([&] { send_all(s, [&] { return sender(producer, s); }); });
    const auto records = read(consumer, s.records, [&](const kcpp::consumer_record& r) {
        taken.add(stamp::age(r.value().text()));
    });
    sending.join();
    const auto end = costs::now();

    return print({.client = kcpp_version(),
                  .mode = "end-to-end",
                  .records = records,
                  .used = end - begin,
                  .taken = &taken},
                 s);
}

} // namespace bench
