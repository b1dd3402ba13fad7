#include "fake/scripted_broker.hpp"

#include "protocol/api.hpp"
#include "wire/endian.hpp"

#include <cstring>

namespace kcpp::runtime {

heard scripted_peer::next() {
    std::optional<heard> request;
    runtime_.run_until([&] { return (request = cut()) || gone_; });
    if (!request) throw std::runtime_error("no request came");
    return *std::move(request);
}

std::optional<heard> scripted_peer::next_now() {
    runtime_.run_now();
    return cut();
}

std::optional<heard> scripted_peer::cut() {
    constexpr std::size_t length_bytes = 4;
    if (arrived_.size() < length_bytes) return std::nullopt;
    const auto length = static_cast<std::size_t>(wire::load_be<std::int32_t>(arrived_.data()));
    if (arrived_.size() < length_bytes + length) return std::nullopt;
    wire::reader in(std::span<const std::byte>(arrived_).subspan(length_bytes, length));
    heard request;
    request.from = this;
    if (protocol::decode_header(request.header, in) != wire::codec_error::ok)
        throw std::runtime_error("a request without a proper header");
    const std::size_t body = length - in.remaining();
    const auto begin = arrived_.begin() + length_bytes;
    request.body.assign(begin + static_cast<std::ptrdiff_t>(body),
                        begin + static_cast<std::ptrdiff_t>(length));
    arrived_.erase(arrived_.begin(), begin + static_cast<std::ptrdiff_t>(length));
    return request;
}

void scripted_peer::listen() {
    end_->start_read(asio::mutable_buffer(room_.data(), room_.size()),
                     [this, alive = std::weak_ptr(alive_)](io_result read) {
                         if (alive.expired()) return;
                         if (read.error) {
                             gone_ = true;
                             return;
                         }
                         arrived_.insert(arrived_.end(), room_.begin(),
                                         room_.begin() + static_cast<std::ptrdiff_t>(read.bytes));
                         listen();
                     });
}

void scripted_peer::say(std::vector<std::byte> bytes) {
    const auto kept = std::make_shared<std::vector<std::byte>>(std::move(bytes));
    const asio::const_buffer piece(kept->data(), kept->size());
    end_->start_write({&piece, 1}, [kept](io_result) {});
}

void scripted_peer::say(std::string_view text) {
    std::vector<std::byte> bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    say(std::move(bytes));
}

scripted_peer& scripted_broker::accept() {
    if (!runtime_.run_until([&] { return peers_.size() > taken_; }))
        throw std::runtime_error("nobody connected");
    return peers_[taken_++];
}

scripted_peer& scripted_broker::accept_and_greet() {
    scripted_peer& peer = accept();
    const heard asked = peer.next();
    asked.as<protocol::api_versions::request>();
    peer.answer(asked, all_versions());
    return peer;
}

heard scripted_broker::next() {
    std::optional<heard> request;
    runtime_.run_until([&] { return (request = cut()).has_value(); });
    if (!request) throw std::runtime_error("no request came");
    return *std::move(request);
}

std::optional<heard> scripted_broker::next_now() {
    for (std::size_t before = greeted_ + 1; greeted_ != before;) {
        before = greeted_;
        runtime_.run_now();
        if (auto request = cut()) return request;
    }
    return std::nullopt;
}

std::optional<heard> scripted_broker::cut() {
    for (scripted_peer& peer : peers_) {
        while (auto request = peer.cut()) {
            if (request->header.api_key != protocol::api_versions::request::api_key) return request;
            request->answer(all_versions());
            ++greeted_;
        }
    }
    return std::nullopt;
}

void scripted_broker::open_door() {
    door_->start_accept([this, alive = std::weak_ptr(alive_)](connect_result arrived) {
        if (alive.expired() || arrived.error) return;
        peers_.emplace_back(runtime_, std::move(arrived.connected));
        open_door();
    });
}

protocol::api_versions::response all_versions() {
    protocol::api_versions::response said;
    for (const auto& api : protocol::every_api()) {
        protocol::api_versions::api_version range;
        range.api_key = static_cast<std::int16_t>(api.key);
        range.min_version = api.oldest;
        range.max_version = api.newest;
        said.apis.push_back(range);
    }
    return said;
}

} // namespace kcpp::runtime
