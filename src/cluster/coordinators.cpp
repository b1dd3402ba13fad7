#include "cluster/coordinators.hpp"

#include "base/kafka_errors.hpp"
#include "cluster/core.hpp"
#include "protocol/find_coordinator.hpp"

namespace kcpp::cluster {

namespace {

/// From this version on a request carries several keys (KIP-699).
constexpr std::int16_t many_keys_since = 4;

struct one_or_many {
    std::string key;
    void operator()(protocol::find_coordinator::request& request, std::int16_t version) const {
        if (version < many_keys_since)
            request.key = key;
        else
            request.keys = {key};
    }
};

const char* noun(coordinator_type type) {
    switch (type) {
    case coordinator_type::group: return "group ";
    case coordinator_type::transaction: return "transactional id ";
    case coordinator_type::share: return "share group ";
    }
    return "";
}

} // namespace

runtime::task<result<std::int32_t>> coordinators::find(coordinator_type type, std::string key,
                                                       runtime::time_point until) {
    network::backoff pause(core_.options().retry_backoff, core_.options().retry_backoff_max);
    for (;;) {
        if (core_.closing()) co_return core_.closed_error();
        const auto known = known_.find({type, key});
        if (known != known_.end()) co_return known->second;
        auto asked = co_await ask(type, key, until);
        if (asked || !asked.error().retriable()) co_return asked;
        if (!co_await core_.pause(pause.next(core_.rt().random()), until)) co_return asked;
    }
}

runtime::task<result<std::int32_t>> coordinators::ask(coordinator_type type, const std::string& key,
                                                      runtime::time_point until) {
    protocol::find_coordinator::request request;
    request.key_type = static_cast<std::int8_t>(type);
    const one_or_many adapt{key};
    auto said = co_await core_.call_any(request, until, adapt);
    if (!said) co_return said.error();

    auto& body = said->body;
    if (said->version < many_keys_since) {
        body.coordinators.resize(1);
        auto& only = body.coordinators[0];
        only.error_code = body.error_code;
        only.error_message = body.error_message;
        only.node_id = body.node_id;
        only.host = body.host;
        only.port = body.port;
    }
    if (body.coordinators.size() != 1)
        co_return error(client_errc::protocol_error,
                        base::text("FindCoordinator for ", noun(type), key, " was answered for ",
                                   body.coordinators.size(), " keys"));
    const auto& found = body.coordinators[0];
    if (found.error_code != 0) {
        const auto code = static_cast<broker_errc>(found.error_code);
        co_return error(code,
                        base::text("no coordinator for ", noun(type), key, ": ", name_of(code)));
    }
    if (found.node_id < 0 || found.port <= 0 || found.port > UINT16_MAX)
        co_return error(
            client_errc::protocol_error,
            base::text("FindCoordinator for ", noun(type), key, " named a broker without address"));
    core_.pool().add_broker({found.node_id, found.host, static_cast<std::uint16_t>(found.port)});
    known_[{type, key}] = found.node_id;
    co_return found.node_id;
}

void coordinators::forget(coordinator_type type, const std::string& key, std::int32_t node) {
    const auto known = known_.find({type, key});
    if (known != known_.end() && known->second == node) known_.erase(known);
}

} // namespace kcpp::cluster
