#include "runtime/real/tcp_stream.hpp"

#include <asio/basic_socket_acceptor.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>

#include <vector>

namespace kcpp::runtime {

namespace {

class tcp_stream final : public stream {
public:
    explicit tcp_stream(tcp_socket connected) : socket_(std::move(connected)) {
        std::error_code ignored;
        socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    }
    ~tcp_stream() override { close(); }

    void start_read(asio::mutable_buffer into, io_handler done) override {
        socket_.async_read_some(
            into, [done = std::move(done)](std::error_code error, std::size_t n) mutable {
                done({error, n});
            });
    }

    void start_write(std::span<const asio::const_buffer> from, io_handler done) override {
        pieces_.assign(from.begin(), from.end());
        asio::async_write(socket_, pieces_,
                          [done = std::move(done)](std::error_code error, std::size_t n) mutable {
                              done({error, n});
                          });
    }

    void close() noexcept override {
        std::error_code ignored;
        socket_.shutdown(tcp_socket::shutdown_both, ignored);
        socket_.close(ignored);
    }

private:
    tcp_socket socket_;
    std::vector<asio::const_buffer> pieces_;
};

class tcp_acceptor final : public acceptor {
public:
    using socket_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;

    tcp_acceptor(executor ex, std::uint16_t port)
        : acceptor_(ex, {asio::ip::address_v4::loopback(), port}) {}

    std::uint16_t port() const override { return acceptor_.local_endpoint().port(); }

    void start_accept(connect_handler done) override {
        acceptor_.async_accept(
            [done = std::move(done)](std::error_code error, tcp_socket peer) mutable {
                if (error)
                    done({error, nullptr});
                else
                    done({{}, make_tcp_stream(std::move(peer))});
            });
    }

    void close() noexcept override {
        std::error_code ignored;
        acceptor_.close(ignored);
    }

private:
    socket_acceptor acceptor_;
};

} // namespace

std::unique_ptr<stream> make_tcp_stream(tcp_socket connected) {
    return std::make_unique<tcp_stream>(std::move(connected));
}

std::unique_ptr<acceptor> listen_tcp(executor ex, std::uint16_t port) {
    return std::make_unique<tcp_acceptor>(ex, port);
}

void tcp_connect::start(const address& to) {
    std::error_code error;
    const auto ip = asio::ip::make_address(to.ip, error);
    if (error) {
        asio::post(socket_.get_executor(),
                   [self = shared_from_this(), error] { self->finish(error); });
        return;
    }
    socket_.async_connect({ip, to.port}, [self = shared_from_this()](std::error_code failed) {
        self->finish(failed);
    });
}

void tcp_connect::abandon(std::errc reason) {
    reason_ = make_error_code(reason);
    std::error_code ignored;
    socket_.close(ignored);
}

void tcp_connect::finish(std::error_code error) {
    auto done = std::move(done_);
    if (reason_)
        done({reason_, nullptr});
    else if (error)
        done({error, nullptr});
    else
        done({{}, make_tcp_stream(std::move(socket_))});
}

} // namespace kcpp::runtime
