// Sends with kcpp.

#include "timed_log.hpp"
#include "worker.hpp"

#include <kcpp/producer.hpp>

#include <chrono>
#include <iostream>
#include <memory>

namespace {

using std::chrono::milliseconds;

chaos::outcome kind(const kcpp::error& why) {
    return why.unknown_outcome() ? chaos::outcome::unknown : chaos::outcome::not_written;
}

kcpp::producer connect(const chaos::settings& s) {
    return kcpp::producer{{.bootstrap_servers = s.text("bootstrap"),
                           .client_id = "chaos",
                           .request_timeout = milliseconds(s.number("request-timeout-ms")),
                           .logger = std::make_shared<chaos::timed_log>(s.text("log"))},
                          {.linger = milliseconds(5),
                           .delivery_timeout = milliseconds(s.number("delivery-timeout-ms"))}};
}

/// One record under way.
struct sent_record {
    chaos::ledger* book;
    const chaos::place* where;
    std::int64_t id;
    std::int64_t at = chaos::now();

    void operator()(kcpp::result<kcpp::record_metadata> r) const {
        if (r)
            book->told(chaos::outcome::delivered, id, r->topic, r->partition, r->offset, at);
        else
            book->told(kind(r.error()), id, where->topic, where->partition, -1, at,
                       r.error().message());
    }
};

} // namespace

int main(int count, char** words) try {
    const chaos::settings s(count, words);
    const int worker = s.number("worker");
    const auto all = chaos::places(s);
    chaos::ledger book;
    auto producer = connect(s);
    chaos::drive(s, all, book, [&](std::int64_t id, const chaos::place& where) {
        const auto value = chaos::value(where, worker, id);
        producer.send({.topic = where.topic, .value = value, .partition = where.partition},
                      sent_record{&book, &where, id});
    });
    producer.flush().get();
    producer.close().get();
    book.flush();
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
