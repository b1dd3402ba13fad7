// Writes the records that a chain begins with, with kcpp.
//
//   SOURCE --bootstrap A,B --to TOPIC --records N --keys K --rate R
//          --delivery-timeout-ms T --request-timeout-ms T --log LEVEL
//
// N records, R a second, of K keys in turn, each key's numbered from 1 on. Its exit status is 0
// only if each of them was acknowledged. The end of its standard input ends it, too.

#include "chain.hpp"
#include "chain_options.hpp"

#include <kcpp/producer.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <poll.h>
#include <unistd.h>

namespace {

/// What follows a record that was not written must not be written either: it would be out of order.
void stored(const kcpp::result<kcpp::record_metadata>& outcome) {
    if (outcome) return;
    std::cerr << outcome.error().message() << std::endl;
    std::_Exit(1);
}

/// Sleeps for a moment. Whoever started this process keeps standard input open as long as it lives.
void rest() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, 5) > 0) std::_Exit(2);
}

} // namespace

int main(int count, char** words) try {
    const chaos::settings s(count, words);
    const std::int64_t records = s.number("records"), rate = s.number("rate");
    const int keys = s.number("keys");
    kcpp::producer producer{chaos::chain_connection(s, "chain-source"), chaos::chain_writing(s)};
    const auto begin = chaos::now();
    for (std::int64_t sent = 0; sent < records; rest()) {
        const auto due = std::min(records, (chaos::now() - begin) * rate / 1'000'000);
        for (; sent < due; ++sent) {
            const int key = static_cast<int>(sent % keys);
            const auto value = chaos::text({0, key, sent / keys + 1, 0, 0, 0});
            producer.send({.topic = s.text("to"), .key = std::to_string(key), .value = value},
                          &stored);
        }
    }
    producer.flush().get();
    producer.close().get();
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
