#pragma once

#include "runtime/runtime.hpp"

#include <asio/ip/tcp.hpp>

#include <memory>

namespace kcpp::runtime {

using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;

std::unique_ptr<stream> make_tcp_stream(tcp_socket connected);
std::unique_ptr<acceptor> listen_tcp(executor ex, std::uint16_t port);

/// A connect under way. `abandon` ends it with `reason`; once it has ended that does nothing.
class tcp_connect : public std::enable_shared_from_this<tcp_connect> {
public:
    tcp_connect(executor ex, connect_handler done) : socket_(ex), done_(std::move(done)) {}
    void start(const address& to);
    void abandon(std::errc reason);

private:
    void finish(std::error_code error);

    tcp_socket socket_;
    connect_handler done_;
    std::error_code reason_;
};

} // namespace kcpp::runtime
