#include "testing/broker/connection.hpp"

#include "protocol/frame.hpp"
#include "testing/broker/broker_server.hpp"
#include "testing/broker/handler_table.hpp"

namespace kcpp::testing {

runtime::task<void> connection::serve(broker_server* server, std::shared_ptr<connection> self) {
    try {
        std::span<const std::byte> frame;
        while (!self->closed && co_await self->frames.next(frame)) {
            if (!co_await while_cut_off(*self) || !co_await answer(*self, frame)) break;
        }
    } catch (...) {
        self->cluster.defect = std::current_exception();
    }
    self->close();
    server->connections_.remove(self);
}

void connection::close() noexcept {
    if (std::exchange(closed, true)) return;
    stream->close();
}

/// False: hang up.
runtime::task<bool> connection::answer(connection& self, std::span<const std::byte> frame) {
    wire::reader in(frame);
    protocol::request_header header;
    if (protocol::decode_header(header, in) != wire::codec_error::ok) co_return false;
    call c(self.cluster, self.broker, self.closed);
    c.of = static_cast<api>(header.api_key);
    c.version = header.api_version;
    c.client_id = header.client_id.value_or("");
    ++self.cluster.requests[c.of];

    fault_script& faults = self.cluster.faults;
    if (const auto late = faults.take<faults::delay>(c.of, c.broker)) {
        if (!co_await pause(self, std::get<faults::delay>(late->what).time)) co_return false;
    }
    if (self.drops(c, drop::before_effect)) co_return false;
    if (const auto other = faults.take<faults::answer_bytes>(c.of, c.broker)) {
        const asio::const_buffer all[] = {
            asio::buffer(std::get<faults::answer_bytes>(other->what).bytes)};
        co_return co_await send(self, all);
    }
    if (const auto slow = faults.take<faults::throttle>(c.of, c.broker))
        c.throttled = std::get<faults::throttle>(slow->what).time;
    if (!co_await serve_call(self, c, header, in)) co_return false;
    const auto& told = self.cluster.on_answer;
    if (told && c.answered) told(c.broker, c.of, frame.size(), asio::buffer_size(self.pieces()));
    co_return co_await pause(self, c.throttled);
}

runtime::task<bool> connection::serve_call(connection& self, call& c,
                                           const protocol::request_header& header,
                                           wire::reader body) {
    const handler* h = find_handler(header.api_key);
    if (h == nullptr) co_return false;
    self.out_.clear();
    const version_range versions = supported_versions(*h, self.cluster.faults);
    if (versions.has(c.version)) {
        if (!co_await h->serve(c, body, header.correlation_id, self.out_)) co_return false;
    } else {
        if (c.of != api::api_versions) co_return false;
        refuse_api_versions(versions, header.correlation_id, self.out_);
    }
    if (c.hang_up || self.closed || self.drops(c, drop::after_effect)) co_return false;
    if (!c.answered) co_return true;
    const auto pieces = self.pieces();
    co_return co_await send(self, pieces);
}

/// False if the connection ends meanwhile.
runtime::task<bool> connection::pause(connection& self, std::chrono::milliseconds time) {
    const runtime::time_point until = runtime::after(self.cluster.runtime.now(), time);
    while (!self.closed && self.cluster.runtime.now() < until)
        co_await self.cluster.stop_news.wait(until);
    co_return !self.closed;
}

bool connection::drops(const call& c, drop when) {
    return cluster.faults.take_drop(c.of, c.broker, when);
}

std::vector<asio::const_buffer> connection::pieces() const {
    std::vector<asio::const_buffer> list;
    const auto written = out_.bytes();
    std::size_t at = 0;
    for (const wire::cut& cut : out_.cuts()) {
        list.push_back(asio::buffer(written.data() + at, cut.offset - at));
        list.push_back(asio::buffer(cut.payload.data(), cut.payload.size()));
        at = cut.offset;
    }
    list.push_back(asio::buffer(written.data() + at, written.size() - at));
    return list;
}

runtime::task<bool> connection::send(connection& self, std::span<const asio::const_buffer> pieces) {
    if (!co_await while_cut_off(self)) co_return false;
    const auto written = co_await self.stream->write(pieces);
    co_return !written.error;
}

/// Waits while nothing gets from clients to this broker, or back. False if the connection ends
/// meanwhile.
runtime::task<bool> connection::while_cut_off(connection& self) {
    while (!self.closed && !self.cluster.connected().reaches_clients(self.broker))
        co_await self.cluster.stop_news.wait(runtime::never);
    co_return !self.closed;
}

} // namespace kcpp::testing
