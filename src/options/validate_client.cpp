#include "options/bootstrap.hpp"
#include "options/checks.hpp"
#include "options/validate.hpp"

namespace kcpp::options {

namespace {

std::optional<error> check_bootstrap(const client_options& client) {
    const auto brokers = parse_bootstrap(client.bootstrap_servers);
    if (!brokers) return brokers.error();
    for (const endpoint& broker : *brokers) {
        if (broker.protocol == security_protocol::plaintext) continue;
        return option_error("client_options::bootstrap_servers (bootstrap.servers): ", broker.host,
                            ':', broker.port,
                            " asks for TLS or SASL, which this version of kcpp does not speak yet; "
                            "use a PLAINTEXT listener");
    }
    return std::nullopt;
}

/// A pause or limit that doubles cannot end below its beginning.
std::optional<error> check_growth(const checked_duration& first, const checked_duration& last) {
    if (last.value >= first.value) return std::nullopt;
    return option_error(last.name, " is ", last.value, ", less than ", first.name, " with ",
                        first.value, "; raise the one or lower the other");
}

std::optional<error> check_durations(const client_options& c) {
    const checked_duration connect{
        "client_options::connect_timeout (socket.connection.setup.timeout.ms)", c.connect_timeout};
    const checked_duration connect_max{
        "client_options::connect_timeout_max (socket.connection.setup.timeout.max.ms)",
        c.connect_timeout_max};
    const checked_duration retry{"client_options::retry_backoff (retry.backoff.ms)",
                                 c.retry_backoff};
    const checked_duration retry_max{"client_options::retry_backoff_max (retry.backoff.max.ms)",
                                     c.retry_backoff_max};
    const checked_duration reconnect{"client_options::reconnect_backoff (reconnect.backoff.ms)",
                                     c.reconnect_backoff};
    const checked_duration reconnect_max{
        "client_options::reconnect_backoff_max (reconnect.backoff.max.ms)",
        c.reconnect_backoff_max};
    if (auto wrong = first_wrong({
            {"client_options::request_timeout (request.timeout.ms)", c.request_timeout},
            {"client_options::api_timeout (default.api.timeout.ms)", c.api_timeout},
            {"client_options::metadata_max_age (metadata.max.age.ms)", c.metadata_max_age},
            {"client_options::connections_max_idle (connections.max.idle.ms)",
             c.connections_max_idle},
            connect,
            connect_max,
            retry,
            retry_max,
            reconnect,
            reconnect_max,
        })) {
        return wrong;
    }
    if (auto wrong = check_growth(connect, connect_max)) return wrong;
    if (auto wrong = check_growth(retry, retry_max)) return wrong;
    return check_growth(reconnect, reconnect_max);
}

} // namespace

std::optional<error> validate(const client_options& client) {
    if (auto wrong = check_bootstrap(client)) return wrong;
    if (auto wrong = first_wrong({
            checked_text{"client_options::client_id (client.id)", client.client_id},
            checked_text{"client_options::rack (client.rack)", client.rack},
        })) {
        return wrong;
    }
    if (auto wrong = check_durations(client)) return wrong;
    // Below that not even the answer to ApiVersions fits.
    constexpr std::int64_t least_response = 4096;
    return first_wrong({checked_number{
        "client_options::max_response_bytes (librdkafka: receive.message.max.bytes)",
        number(client.max_response_bytes), least_response}});
}

} // namespace kcpp::options
