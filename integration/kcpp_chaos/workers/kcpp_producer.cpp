// Sends with kcpp.

#include "worker.hpp"

#include <kcpp/producer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>

namespace {

using std::chrono::milliseconds;

/// kcpp's log, with times that can be held against those of the ledger and of the faults.
class timed_log final : public kcpp::logger {
public:
    explicit timed_log(std::string_view most) {
        const auto found = std::find(levels.begin(), levels.end(), most);
        most_ = static_cast<kcpp::log_level>(found - levels.begin());
    }
    bool enabled(kcpp::log_level level) const noexcept override { return level <= most_; }
    void write(const kcpp::log_entry& entry) noexcept override {
        std::fprintf(stderr, "%.3f %s %.*s: %.*s\n", static_cast<double>(chaos::now()) / 1e6,
                     levels[static_cast<std::size_t>(entry.level)].data(),
                     static_cast<int>(entry.component.size()), entry.component.data(),
                     static_cast<int>(entry.message.size()), entry.message.data());
    }

private:
    static constexpr std::array<std::string_view, 5> levels{"error", "warning", "info", "debug",
                                                            "trace"};
    kcpp::log_level most_;
};

chaos::outcome kind(const kcpp::error& why) {
    return why.unknown_outcome() ? chaos::outcome::unknown : chaos::outcome::not_written;
}

kcpp::producer connect(const chaos::settings& s) {
    return kcpp::producer{{.bootstrap_servers = s.text("bootstrap"),
                           .client_id = "chaos",
                           .request_timeout = milliseconds(s.number("request-timeout-ms")),
                           .logger = std::make_shared<timed_log>(s.text("log"))},
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
