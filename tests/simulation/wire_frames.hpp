#pragma once

#include "protocol/frame.hpp"
#include "testing/simulation/simulated_network.hpp"
#include "wire/endian.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace kcpp::simulation {

/// Calls `take` with each whole frame and drops it from `bytes`.
template <class Take>
void cut_frames(std::vector<std::byte>& bytes, Take take) {
    std::size_t at = 0;
    while (bytes.size() - at >= 4) {
        const auto length =
            static_cast<std::size_t>(wire::load_be<std::int32_t>(bytes.data() + at));
        if (bytes.size() - at - 4 < length) break;
        take(std::span(bytes).subspan(at + 4, length));
        at += 4 + length;
    }
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

/// Calls `look` with every request of one kind that any client sends, as it leaves the client.
template <class Request>
void watch_requests(testing::simulated_network& network,
                    std::function<void(const testing::connection_name&, const Request&)> look) {
    using heard = std::map<std::uint64_t, std::vector<std::byte>>;
    network.taps.push_back([look = std::move(look), buffers = std::make_shared<heard>()](
                               const testing::connection_name& who, testing::direction where,
                               std::span<const std::byte> bytes) {
        if (where != testing::direction::to_broker) return;
        auto& buffer = (*buffers)[who.number];
        buffer.insert(buffer.end(), bytes.begin(), bytes.end());
        cut_frames(buffer, [&](std::span<const std::byte> frame) {
            wire::reader in(frame);
            protocol::request_header header;
            if (protocol::decode_header(header, in) != wire::codec_error::ok) return;
            if (header.api_key != Request::api_key) return;
            Request said;
            const auto body = frame.last(in.remaining());
            if (protocol::decode(said, body, header.api_version) == wire::codec_error::ok)
                look(who, said);
        });
    });
}

} // namespace kcpp::simulation
