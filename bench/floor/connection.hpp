#pragma once

#include "protocol/frame.hpp"
#include "wire/writer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench::floor {

/// One blocking connection to a broker, and nothing around it.
class connection {
public:
    /// "host:port", of several the first. Throws std::system_error, as everything here.
    explicit connection(const std::string& bootstrap);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection();

    /// Returns when the kernel has taken the whole request: then its memory is free again.
    template <class Request>
    void send(const Request& request, std::int16_t version) {
        out_.clear();
        kcpp::protocol::request_header header;
        header.correlation_id = next_++;
        header.client_id = "floor";
        if (kcpp::protocol::encode_request(out_, header, request, version) !=
            kcpp::wire::codec_error::ok)
            throw std::logic_error("a request that cannot be encoded");
        write();
    }

    /// The next response. What it points to is valid until the next call.
    template <class Response>
    Response receive(std::int16_t version) {
        Response response;
        std::int32_t correlation_id = 0;
        if (kcpp::protocol::decode_response(correlation_id, response, read(), version) !=
            kcpp::wire::codec_error::ok)
            throw std::runtime_error("a response that cannot be decoded");
        return response;
    }

private:
    void write();
    std::span<const std::byte> read();

    int socket_ = -1;
    std::int32_t next_ = 0;
    kcpp::wire::writer out_{kcpp::wire::payloads::gathered};
    std::vector<std::byte> in_;
};

} // namespace bench::floor
