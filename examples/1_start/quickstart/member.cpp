#include "member.hpp"

#include <stdexcept>

namespace quickstart {

using namespace std::chrono_literals;

namespace {

/// Longer than Kafka takes to notice that a broker is gone, and to move what it led.
constexpr auto patience = 60s;

} // namespace

member::member(std::string name, kcpp::client& client, const std::string& group)
    : name_(std::move(name)), consumer_(client, {.group_id = group,
                                                 .offset_reset = kcpp::offset_reset::earliest,
                                                 .auto_commit = false}) {}

std::string member::partitions() const {
    std::string list;
    for (const auto& place : consumer_.assignment())
        list += (list.empty() ? "" : ", ") + std::to_string(place.partition);
    return list;
}

void member::join(const std::string& topic, const std::function<bool()>& shared_out,
                  std::stop_token stop) {
    // Committing what was read before a partition goes to the other member spares that one from
    // reading it again.
    consumer_.subscribe({topic},
                        {.revoked = [](kcpp::rebalance_scope& scope) { scope.commit().value(); }});
    const auto until = clock::now() + patience;
    while (!shared_out()) {
        if (stop.stop_requested()) return;
        if (clock::now() > until)
            throw std::runtime_error("the members of the group did not get together");
        for (const auto& record : consumer_.poll(10ms).value())
            throw std::runtime_error("a record arrived before one was written: " +
                                     record.key().to_string());
        share_ = consumer_.assignment().size();
    }
}

void member::read(orders& expected, std::stop_token stop) {
    while (!expected.complete() && !stop.stop_requested()) {
        for (const auto& record : consumer_.poll(1s).value()) {
            expected.arrived(record);
            ++records_;
        }
        if (clock::now() - expected.last_arrival() > patience)
            throw std::runtime_error(
                "records are missing: " + with_commas(expected.count() - expected.read()) + " of " +
                with_commas(expected.count()) + " never arrived");
    }
    consumer_.commit().get();
}

} // namespace quickstart
