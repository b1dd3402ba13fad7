#pragma once

#include "protocol/frame.hpp"
#include "runtime/real/real_runtime.hpp"
#include "wire/endian.hpp"

#include <kcpp/testing/embedded_cluster.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

/// Speaks Kafka's protocol frame by frame, blocking: there is no client here that could hide what a
/// broker does.
class raw_client {
public:
    explicit raw_client(std::uint16_t port) {
        struct : kcpp::detail::event {
            kcpp::runtime::connect_result result;
        } done;
        runtime_->execute([&] {
            const auto until = kcpp::runtime::after(runtime_->now(), std::chrono::seconds(10));
            runtime_->start_connect({"127.0.0.1", port}, until,
                                    [&](kcpp::runtime::connect_result r) {
                                        done.result = std::move(r);
                                        done.set();
                                    });
        });
        runtime_->block(done, std::nullopt);
        if (done.result.error) throw std::system_error(done.result.error);
        stream_ = std::move(done.result.connected);
    }
    raw_client(const kcpp::testing::embedded_cluster& cluster, std::int32_t broker)
        : raw_client(port_of(cluster, broker)) {}
    raw_client(const raw_client&) = delete;

    ~raw_client() {
        kcpp::detail::event done;
        runtime_->execute([&] {
            stream_ = nullptr;
            done.set();
        });
        runtime_->block(done, std::nullopt);
        runtime_->stop();
        runtime_->join(std::chrono::seconds(5));
    }

    /// The newest version, unless said otherwise.
    template <class Request>
    typename Request::response_type
    ask(const Request& q, std::int16_t version = kcpp::protocol::newest_sent<Request>()) {
        send(q, version);
        return receive<typename Request::response_type>(version);
    }

    template <class Request>
    void send(const Request& q, std::int16_t version = kcpp::protocol::newest_sent<Request>()) {
        kcpp::wire::writer out;
        kcpp::protocol::request_header header;
        header.client_id = "raw";
        header.correlation_id = ++sent_;
        if (kcpp::protocol::encode_request(out, header, q, version) != kcpp::wire::codec_error::ok)
            throw std::logic_error("raw_client: no such request");
        send_bytes(out.bytes());
    }

    /// Asks after a request that got no answer.
    template <class Response, class Request>
    Response receive_after_silence(const Request& q) {
        received_ = sent_;
        return ask(q);
    }

    void send_bytes(std::span<const std::byte> bytes) {
        const asio::const_buffer all(bytes.data(), bytes.size());
        wait([&](kcpp::runtime::io_handler done) {
            stream_->start_write({&all, 1}, std::move(done));
        });
    }

    template <class Response>
    Response receive(std::int16_t version = Response::newest) {
        const auto frame = receive_frame();
        if (!frame) throw std::runtime_error("raw_client: the broker hung up");
        std::int32_t correlation = 0;
        Response r;
        const auto error = kcpp::protocol::decode_response(correlation, r, *frame, version);
        if (error != kcpp::wire::codec_error::ok) throw std::runtime_error(kcpp::wire::text(error));
        if (correlation != ++received_)
            throw std::runtime_error("raw_client: a response is out of order");
        kept_ = *frame;
        kcpp::protocol::decode_response(correlation, r, kept_, version); // records lie in the frame
        return r;
    }

    /// Without its length; nothing if the broker hung up.
    std::optional<std::vector<std::byte>> receive_frame() {
        const auto length = receive_bytes(4);
        if (!length) return std::nullopt;
        return receive_bytes(
            static_cast<std::size_t>(kcpp::wire::load_be<std::int32_t>(length->data())));
    }

    std::optional<std::vector<std::byte>> receive_bytes(std::size_t size) {
        std::vector<std::byte> bytes(size);
        for (std::size_t at = 0; at < size;) {
            const auto read = wait([&](kcpp::runtime::io_handler done) {
                stream_->start_read(asio::buffer(bytes.data() + at, size - at), std::move(done));
            });
            if (read.error || read.bytes == 0) return std::nullopt;
            at += read.bytes;
        }
        return bytes;
    }

    bool hung_up() { return !receive_bytes(1); }

    static std::uint16_t port_of(const kcpp::testing::embedded_cluster& cluster,
                                 std::int32_t broker) {
        std::string list = cluster.bootstrap_servers();
        for (; broker > 1; --broker)
            list.erase(0, list.find(',') + 1);
        return static_cast<std::uint16_t>(std::stoi(list.substr(list.find(':') + 1)));
    }

private:
    template <class Start>
    kcpp::runtime::io_result wait(Start start) {
        kcpp::detail::event done;
        kcpp::runtime::io_result result;
        runtime_->execute([&] {
            start([&](kcpp::runtime::io_result r) {
                result = r;
                done.set();
            });
        });
        runtime_->block(done, std::nullopt);
        return result;
    }

    std::shared_ptr<kcpp::runtime::real_runtime> runtime_ = kcpp::runtime::real_runtime::start();
    std::unique_ptr<kcpp::runtime::stream> stream_;
    std::int32_t sent_ = 0;
    std::int32_t received_ = 0;
    std::vector<std::byte> kept_;
};
