#pragma once

#include "protocol/header.hpp"
#include "runtime/stream.hpp"
#include "runtime/task.hpp"
#include "testing/broker/call.hpp"
#include "testing/broker/frame_reader.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace kcpp::testing {

class broker_server;

/// One client's connection. Requests are taken one at a time, the next when the last is answered,
/// as Kafka does.
struct connection : std::enable_shared_from_this<connection> {
    connection(testing::cluster& c, std::int32_t asked, std::unique_ptr<runtime::stream> connected)
        : cluster(c), broker(asked), stream(std::move(connected)), frames(*stream) {}

    /// Ends when the client hangs up, sends what is no request, or the broker stops.
    static runtime::task<void> serve(broker_server* server, std::shared_ptr<connection> self);
    void close() noexcept;

    testing::cluster& cluster;
    const std::int32_t broker;
    std::unique_ptr<runtime::stream> stream;
    frame_reader frames;
    bool closed = false;

private:
    static runtime::task<bool> answer(connection& self, std::span<const std::byte> frame);
    static runtime::task<bool> serve_call(connection& self, call& c,
                                          const protocol::request_header& header,
                                          wire::reader body);
    static runtime::task<bool> while_cut_off(connection& self);
    static runtime::task<bool> pause(connection& self, std::chrono::milliseconds time);
    static runtime::task<bool> send(connection& self, std::span<const asio::const_buffer> pieces);
    bool drops(const call& c, drop when);
    std::vector<asio::const_buffer> pieces() const;

    wire::writer out_{wire::payloads::gathered};
};

} // namespace kcpp::testing
