#include "kcpp_perf/end_to_end.hpp"

#include "kcpp_perf/produce.hpp"
#include "kcpp_perf/reading.hpp"
#include "measure/time_end_to_end.hpp"

#include <kcpp/producer.hpp>

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
    return time_end_to_end(
        kcpp_version(), s, [&] { return sender(producer, s); },
        [&](std::uint64_t wanted, auto take) {
            return read(consumer, wanted,
                        [&](const kcpp::consumer_record& r) { take(r.value().text()); });
        });
}

} // namespace bench
