#pragma once

#include "protocol/frame.hpp"
#include "runtime/stream.hpp"
#include "wire/buffer.hpp"
#include "wire/writer.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kcpp::network {

/// A request as it goes over the wire: what the codec wrote, with record batches gathered from
/// where they are.
struct request_frame {
    std::int16_t api_key = 0;
    /// False for Produce with acks=0, which no broker ever answers.
    bool answered = true;
    std::unique_ptr<wire::writer> head{};
    /// Who owns the gathered payloads; kept until the write is over.
    std::vector<wire::shared_buffer> payload_owners{};

    /// Appends the pieces of the frame, in order.
    void gather(std::vector<runtime::const_buffer>& pieces) const;
    /// Puts the correlation id where it belongs.
    void number(std::int32_t correlation_id) noexcept;
};

/// Writes a request into a frame. An error says why it cannot be said in this version.
template <class Request>
wire::codec_error make_frame(request_frame& into, const Request& request, std::int16_t version,
                             const std::string& client_id) {
    into.api_key = Request::api_key;
    into.head = std::make_unique<wire::writer>(wire::payloads::gathered);
    protocol::request_header header;
    header.client_id = client_id;
    return protocol::encode_request(*into.head, header, request, version);
}

} // namespace kcpp::network
