#pragma once

#include "protocol/api.hpp"
#include "protocol/codec.hpp"
#include "protocol/header.hpp"

#include <optional>
#include <string>

/// Whole frames: a 32-bit length, a header, a body.
namespace kcpp::protocol {

namespace detail {

/// Appends length, header and body; after an error the writer is as it was.
template <class Header, class Body>
wire::codec_error encode_frame(wire::writer& out, const Header& header, std::int16_t header_version,
                               const Body& body, std::int16_t version) {
    const auto start = out.here();
    const std::size_t before = out.total_size();
    out.integer(std::int32_t{0});
    wire::codec_error error = encode(out, header, header_version);
    if (error == wire::codec_error::ok) error = encode(out, body, version);
    const std::size_t length = out.total_size() - before - sizeof(std::int32_t);
    if (error == wire::codec_error::ok && length > INT32_MAX) error = wire::codec_error::too_long;
    if (error == wire::codec_error::ok)
        out.patch(start.size, static_cast<std::int32_t>(length));
    else
        out.rewind(start);
    return error;
}

} // namespace detail

/// Appends a request as a frame. `header.api_key` and `header.api_version` are set here.
template <class Request>
wire::codec_error encode_request(wire::writer& out, request_header& header, const Request& body,
                                 std::int16_t version) {
    header.api_key = Request::api_key;
    header.api_version = version;
    return detail::encode_frame(out, header, request_header_version<Request>(version), body,
                                version);
}

/// Reads the header of a request from a frame without its length, and leaves the reader at the
/// body. A key that is none of `api_key` is `unknown_version`; key, version and correlation id are
/// told all the same.
wire::codec_error decode_header(request_header& header, wire::reader& in);

/// Appends a response as a frame.
template <class Response>
wire::codec_error encode_response(wire::writer& out, std::int32_t correlation_id,
                                  const Response& body, std::int16_t version) {
    return detail::encode_frame(out, response_header{correlation_id},
                                response_header_version<Response>(version), body, version);
}

/// Reads a response from a frame without its length: the header into `correlation_id`, then the
/// body, which must take the rest.
template <class Response>
wire::codec_error decode_response(std::int32_t& correlation_id, Response& body,
                                  std::span<const std::byte> frame, std::int16_t version) {
    wire::reader in(frame);
    response_header header;
    decode(header, in, response_header_version<Response>(version));
    correlation_id = header.correlation_id;
    decode(body, in, version);
    if (in.remaining() != 0) in.fail(wire::codec_error::trailing_bytes);
    return in.error();
}

} // namespace kcpp::protocol
