#pragma once

#include "network/connection.hpp"
#include "protocol/api.hpp"

#include <kcpp/result.hpp>

#include <memory>
#include <string>
#include <type_traits>

namespace kcpp::network {

/// A response with the version it came in.
template <class Response>
struct answer {
    Response body;
    std::int16_t version = 0;
    /// What the body's record slices point into.
    wire::shared_buffer frame{};
};

namespace detail {
error unsupported(const connection& to, std::int16_t api_key, std::int16_t oldest,
                  std::int16_t newest);
error unsayable(const connection& to, std::int16_t api_key, std::int16_t version,
                wire::codec_error why);
/// The same failure as an unknown outcome, where the request may have been done all the same.
error maybe_done(error failure);
/// Closes the connection, too: nothing on it can be believed any more.
error unreadable(connection& from, std::int16_t api_key, std::int16_t version,
                 wire::codec_error why);
} // namespace detail

/// What a request leaves behind at the broker, and so what a lost answer means.
enum class effect {
    /// Nothing: asking again is free.
    none,
    /// Without an answer it is open whether it happened (`condition::unknown_outcome`).
    lasting,
};

/// What a caller may want otherwise than usual.
struct call_options {
    patience limits;
    /// No newer version than this, for requests that must not be sent in every version.
    std::int16_t newest = INT16_MAX;
    effect leaves = effect::none;
    /// False: no response will ever come, and the call is over when the request is written (Produce
    /// with acks=0).
    bool answered = true;
    /// Who owns what the request's record slices point to; held until the write is over, even if
    /// the call has failed before.
    std::vector<wire::shared_buffer> payload_owners{};
};

/// The version this request would go out in, or the error that says why there is none.
template <class Request>
result<std::int16_t> negotiate(const connection& to, std::int16_t newest = INT16_MAX) {
    constexpr std::int16_t ours = protocol::newest_sent<Request>();
    const auto version =
        to.versions().common(Request::api_key, Request::oldest, std::min(ours, newest));
    if (!version)
        return detail::unsupported(to, Request::api_key, Request::oldest, std::min(ours, newest));
    return *version;
}

/// For requests that read the same in every version.
struct as_it_is {
    template <class Request>
    void operator()(Request&, std::int16_t) const noexcept {}
};

/// Asks one broker one thing: picks the version, writes, waits, reads, and heeds the broker's wish
/// for a pause. `adapt` may change the request once the version is known, right before it is sent,
/// where Kafka moved things about between versions; one that gives a result may call it off.
template <class Request, class Adapt = as_it_is>
runtime::task<result<answer<typename Request::response_type>>>
call(std::shared_ptr<connection> to, const std::string& client_id, const Request& request,
     const call_options& options, Adapt adapt = {}) {
    using response_type = typename Request::response_type;
    auto version = negotiate<Request>(*to, options.newest);
    if (!version) co_return version.error();

    Request adapted = request;
    if constexpr (std::is_void_v<decltype(adapt(adapted, *version))>)
        adapt(adapted, *version);
    else if (const result<void> still_wanted = adapt(adapted, *version); !still_wanted)
        co_return still_wanted.error();
    request_frame frame;
    const auto unsayable = make_frame(frame, adapted, *version, client_id);
    if (unsayable != wire::codec_error::ok)
        co_return detail::unsayable(*to, Request::api_key, *version, unsayable);
    frame.answered = options.answered;
    frame.payload_owners = options.payload_owners;

    reply answered = co_await to->exchange(std::move(frame), options.limits);
    if (answered.failure) {
        if (answered.maybe_executed && options.leaves == effect::lasting)
            co_return detail::maybe_done(*answered.failure);
        co_return *answered.failure;
    }

    answer<response_type> got;
    got.version = *version;
    if (!options.answered) co_return std::move(got);
    std::int32_t correlation_id = 0;
    const auto unreadable =
        protocol::decode_response(correlation_id, got.body, answered.frame.bytes, *version);
    if (unreadable != wire::codec_error::ok) {
        error bad = detail::unreadable(*to, Request::api_key, *version, unreadable);
        if (options.leaves == effect::lasting) bad = detail::maybe_done(std::move(bad));
        co_return bad;
    }
    to->throttle(std::chrono::milliseconds(protocol::throttle_ms(got.body, *version)));
    got.frame = std::move(answered.frame.owner);
    co_return std::move(got);
}

} // namespace kcpp::network
