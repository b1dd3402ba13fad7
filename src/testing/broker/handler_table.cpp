#include "testing/broker/handler_table.hpp"

#include "protocol/frame.hpp"
#include "testing/broker/handlers.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace kcpp::testing {

namespace {

template <class T>
struct awaited {
    using type = T;
    static constexpr bool waits = false;
};
template <class T>
struct awaited<runtime::task<T>> {
    using type = T;
    static constexpr bool waits = true;
};

template <class Response>
void write(wire::writer& out, std::int32_t correlation, const Response& response,
           std::int16_t version) {
    const auto error = protocol::encode_response(out, correlation, response, version);
    if (error == wire::codec_error::ok) return;
    throw std::logic_error(std::string("embedded cluster: a response to ") +
                           protocol::name(protocol::key_of<Response>) + " version " +
                           std::to_string(version) + " cannot be written: " + wire::text(error));
}

template <class Returned, class Request, Returned (*Handle)(call&, const Request&)>
runtime::task<bool> serve(call& c, wire::reader body, std::int32_t correlation, wire::writer& out) {
    Request q;
    protocol::decode(q, body, c.version);
    if (!body.ok() || body.remaining() != 0) co_return false;
    typename awaited<Returned>::type response;
    if constexpr (awaited<Returned>::waits)
        response = co_await Handle(c, q);
    else
        response = Handle(c, q);
    if constexpr (requires { response.throttle_time_ms; })
        response.throttle_time_ms = static_cast<std::int32_t>(c.throttled.count());
    if (c.answered) write(out, correlation, response, c.version);
    co_return true;
}

template <class Returned, class Request>
constexpr handler entry_for(Returned (*)(call&, const Request&), decltype(handler::serve) serve) {
    return {static_cast<api>(Request::api_key),
            {Request::oldest, protocol::newest_sent<Request>()},
            serve};
}

template <auto Handle>
struct serving;
template <class Returned, class Request, Returned (*Handle)(call&, const Request&)>
struct serving<Handle> {
    static constexpr handler entry = entry_for(Handle, &serve<Returned, Request, Handle>);
};

constexpr handler table[] = {
    serving<&produce>::entry,
    serving<&fetch>::entry,
    serving<&list_offsets>::entry,
    serving<&metadata>::entry,
    serving<&offset_commit>::entry,
    serving<&offset_fetch>::entry,
    serving<&find_coordinator>::entry,
    serving<&join_group>::entry,
    serving<&heartbeat>::entry,
    serving<&leave_group>::entry,
    serving<&sync_group>::entry,
    serving<&describe_groups>::entry,
    serving<&list_groups>::entry,
    serving<&api_versions>::entry,
    serving<&create_topics>::entry,
    serving<&delete_topics>::entry,
    serving<&init_producer_id>::entry,
    serving<&offset_for_leader_epoch>::entry,
    serving<&describe_configs>::entry,
    serving<&create_partitions>::entry,
    serving<&delete_groups>::entry,
    serving<&incremental_alter_configs>::entry,
    serving<&offset_delete>::entry,
    serving<&describe_cluster>::entry,
    serving<&consumer_group_heartbeat>::entry,
    serving<&describe_topic_partitions>::entry,
};
static_assert(std::ranges::is_sorted(table, {}, &handler::of));

} // namespace

std::span<const handler> handlers() {
    return table;
}

const handler* find_handler(std::int16_t key) {
    const auto found = std::ranges::find(table, static_cast<api>(key), &handler::of);
    return found == std::end(table) ? nullptr : found;
}

version_range supported_versions(const handler& h, const fault_script& faults) {
    const auto* limits = faults.limits(h.of);
    if (limits == nullptr) return h.versions;
    return {std::max(h.versions.oldest, limits->first),
            std::min(h.versions.newest, limits->second)};
}

void refuse_api_versions(const version_range& spoken, std::int32_t correlation, wire::writer& out) {
    protocol::api_versions::response r;
    r.error_code = code(broker_errc::unsupported_version);
    r.apis.push_back({static_cast<std::int16_t>(api::api_versions), spoken.oldest, spoken.newest});
    write(out, correlation, r, 0);
}

} // namespace kcpp::testing
