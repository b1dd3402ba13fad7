#pragma once

#include "fake/fake_runtime.hpp"
#include "protocol/api_versions.hpp"
#include "protocol/frame.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace kcpp::runtime {

class scripted_peer;

/// A request as a broker got it.
struct heard {
    protocol::request_header header;
    std::vector<std::byte> body;
    /// Over which connection it came.
    scripted_peer* from = nullptr;

    template <class Request>
    Request as() const {
        Request read;
        if (header.api_key != Request::api_key ||
            protocol::decode(read, std::span<const std::byte>(body), header.api_version) !=
                wire::codec_error::ok)
            throw std::runtime_error("another request was expected here");
        return read;
    }
    template <class Response>
    void answer(const Response& said) const;
};

/// The broker's end of one connection, played by the test line by line.
class scripted_peer {
public:
    scripted_peer(fake_runtime& rt, std::unique_ptr<stream> end)
        : runtime_(rt), end_(std::move(end)) {
        listen();
    }

    /// The next request, whatever time it takes to come. Throws if none comes.
    heard next();
    /// The same, if it is here or needs no time to come.
    std::optional<heard> next_now();

    void say(std::vector<std::byte> bytes);
    void say(std::string_view text);
    template <class Response>
    void answer(const heard& to, const Response& body) {
        answer(to.header.correlation_id, to.header.api_version, body);
    }
    template <class Response>
    void answer(std::int32_t correlation_id, std::int16_t version, const Response& body) {
        say(frame(correlation_id, version, body));
    }
    template <class Response>
    static std::vector<std::byte> frame(std::int32_t correlation_id, std::int16_t version,
                                        const Response& body) {
        wire::writer out;
        if (protocol::encode_response(out, correlation_id, body, version) != wire::codec_error::ok)
            throw std::runtime_error("this cannot be said in this version");
        return {out.bytes().begin(), out.bytes().end()};
    }
    void hang_up() { end_->close(); }
    /// The client has hung up.
    bool gone() const noexcept { return gone_; }

private:
    friend class scripted_broker;
    void listen();
    std::optional<heard> cut();

    fake_runtime& runtime_;
    std::unique_ptr<stream> end_;
    std::array<std::byte, 4096> room_;
    std::vector<std::byte> arrived_;
    bool gone_ = false;
    /// What is under way when this ends must not touch it any more.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

template <class Response>
void heard::answer(const Response& said) const {
    from->answer(*this, said);
}

/// A broker of which the test plays every part.
class scripted_broker {
public:
    explicit scripted_broker(fake_runtime& rt, std::uint16_t port = 0)
        : runtime_(rt), door_(rt.listen(port)) {
        open_door();
    }
    ~scripted_broker() { close(); }

    std::uint16_t port() const { return port_; }
    /// The next connection, whatever time it takes to come. Throws if none comes.
    scripted_peer& accept();
    /// The next connection, greeted: it has asked for the versions and learned that all of ours are
    /// spoken.
    scripted_peer& accept_and_greet();
    /// The next request over any connection, whatever time it takes to come. New connections are
    /// greeted. Throws if none comes.
    heard next();
    /// The same, if it is here or needs no time to come.
    std::optional<heard> next_now();
    std::size_t accepted() const noexcept { return peers_.size(); }
    /// Refuses further connections. Those that were made stay.
    void close() { door_->close(); }

private:
    void open_door();
    std::optional<heard> cut();

    fake_runtime& runtime_;
    std::unique_ptr<acceptor> door_;
    std::uint16_t port_ = door_->port();
    std::deque<scripted_peer> peers_;
    std::size_t taken_ = 0;
    std::size_t greeted_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Every API in every version that kcpp sends.
protocol::api_versions::response all_versions();

} // namespace kcpp::runtime
