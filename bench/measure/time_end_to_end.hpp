#pragma once

#include "measure/report.hpp"
#include "measure/send_all.hpp"
#include "measure/stamp.hpp"

#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace bench {

/// Sends the records as `send_all` does, with stamps for values, reads them in this thread, and
/// prints how long each took. `read(wanted, take)` reads until so many have come, gives the value
/// of each to `take`, and says how many there were.
template <class MakeSender, class Read>
bool time_end_to_end(std::string client, const settings& s, MakeSender make_sender, Read read) {
    // Connections are there before the clock starts.
    make_sender().send_one();
    read(1, [](std::string_view) {});

    latencies taken(s.records);
    const auto begin = costs::now();
    std::jthread sending([&] { send_all(s, make_sender); });
    const std::uint64_t records =
        read(s.records, [&](std::string_view value) { taken.add(stamp::age(value)); });
    sending.join();
    const auto end = costs::now();

    return print({.client = std::move(client),
                  .mode = "end-to-end",
                  .records = records,
                  .used = end - begin,
                  .taken = &taken},
                 s);
}

} // namespace bench
