#include "network/open.hpp"

#include "network/call.hpp"
#include "protocol/api_versions.hpp"

#include <kcpp/version.hpp>

namespace kcpp::network {

namespace {

/// The newest ApiVersions that is asked for first. Version 5 only adds the check of KIP-1242.
constexpr std::int16_t newest_greeting = 4;

constexpr auto unsupported_version = static_cast<std::int16_t>(broker_errc::unsupported_version);

error cannot_connect(const endpoint& where, client_errc code, std::string_view why) {
    return error(code, base::text("cannot connect to ", to_string(where), ": ", why),
                 {.broker = where.node});
}

runtime::task<result<std::unique_ptr<runtime::stream>>>
connect(const environment& env, const endpoint& where, runtime::time_point until) {
    runtime::lookup_result found = co_await env.rt.lookup(where.host, where.port, until);
    if (found.error || found.addresses.empty()) {
        const bool late = found.error == std::errc::timed_out;
        co_return cannot_connect(
            where, late ? client_errc::timed_out : client_errc::host_not_found,
            late ? std::string("the name look-up did not answer in time")
                 : base::text("the host name has no address",
                              found.error ? ": " + found.error.message() : std::string()));
    }
    std::error_code last;
    std::size_t untried = found.addresses.size();
    for (const runtime::address& address : found.addresses) {
        // An address that swallows packets takes its share of the time, not all of it.
        const auto left = until - env.rt.now();
        const auto limit = runtime::after(env.rt.now(), left / static_cast<int>(untried--));
        runtime::connect_result tried = co_await env.rt.connect(address, limit);
        if (!tried.error) co_return std::move(tried.connected);
        last = tried.error;
        env.log.debug(to_string(where), " at ", address.ip, ": ", last.message());
        if (last == std::errc::operation_canceled) break;
    }
    co_return cannot_connect(
        where, last == std::errc::timed_out ? client_errc::timed_out : client_errc::connect_failed,
        last.message());
}

runtime::task<result<protocol::api_versions::response>> ask(std::shared_ptr<connection> conn,
                                                            const environment& env,
                                                            std::int16_t version,
                                                            runtime::time_point until) {
    protocol::api_versions::request request;
    request.client_software_name = "kcpp";
    request.client_software_version = KCPP_VERSION;
    request_frame frame;
    make_frame(frame, request, version, env.options.client_id);
    reply answered = co_await conn->exchange(std::move(frame), {until - env.rt.now()});
    if (answered.failure) co_return *answered.failure;

    protocol::api_versions::response said;
    std::int32_t correlation_id = 0;
    auto unreadable =
        protocol::decode_response(correlation_id, said, answered.frame.bytes, version);
    if (unreadable == wire::codec_error::ok && said.error_code == 0) co_return said;
    // A version that the broker does not know is refused in version 0.
    protocol::api_versions::response refusal;
    const auto plain = protocol::decode_response(correlation_id, refusal, answered.frame.bytes, 0);
    if (plain == wire::codec_error::ok && refusal.error_code == unsupported_version)
        co_return refusal;
    if (unreadable == wire::codec_error::ok) co_return said;
    co_return detail::unreadable(*conn, protocol::api_versions::request::api_key, version,
                                 unreadable);
}

runtime::task<std::optional<error>> greet(std::shared_ptr<connection> conn, const environment& env,
                                          greeting how, runtime::time_point until) {
    std::int16_t version = how == greeting::newest ? newest_greeting : std::int16_t{0};
    for (;;) {
        auto said = co_await ask(conn, env, version, until);
        if (!said) co_return said.error();
        if (said->error_code == 0) {
            conn->set_versions(version_ranges(*said));
            co_return std::nullopt;
        }
        if (said->error_code != unsupported_version || version == 0) {
            const auto code = static_cast<broker_errc>(said->error_code);
            co_return error(
                code, base::text("ApiVersions to ", to_string(conn->where()), ": ", name_of(code)),
                {.broker = conn->where().node});
        }
        // Only downwards, so that this ends.
        const auto offered =
            version_ranges(*said).common(protocol::api_versions::request::api_key, 0, version - 1);
        version = offered.value_or(0);
    }
}

} // namespace

runtime::task<result<std::shared_ptr<connection>>> open(const environment& env, endpoint where,
                                                        greeting how, runtime::time_point until,
                                                        std::shared_ptr<connection>& underway) {
    auto connected = co_await connect(env, where, until);
    if (!connected) co_return connected.error();
    auto conn = std::make_shared<connection>(env, where, *std::move(connected));
    conn->start();
    underway = conn;
    auto refused = co_await greet(conn, env, how, until);
    if (refused) {
        conn->close(*refused);
        co_return *refused;
    }
    env.log.debug("connected to ", to_string(where));
    co_return conn;
}

} // namespace kcpp::network
