#include "testing/broker/handler_table.hpp"
#include "testing/broker/handlers.hpp"

#include <algorithm>
#include <string_view>

namespace kcpp::testing {

namespace {

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Letters and digits, with dots and dashes inside (KIP-511).
bool is_software_name(std::string_view text) {
    return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
           std::ranges::all_of(text,
                               [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; });
}

/// The client came to another cluster or broker than it wanted (KIP-1242).
bool is_misrouted(const call& c, const protocol::api_versions::request& q) {
    return (q.cluster_id && *q.cluster_id != c.state().id()) ||
           (q.node_id != -1 && q.node_id != c.broker);
}

} // namespace

protocol::api_versions::response api_versions(call& c, const protocol::api_versions::request& q) {
    protocol::api_versions::response r;
    r.error_code = code(c.injected());
    if (c.version >= 3 &&
        !(is_software_name(q.client_software_name) && is_software_name(q.client_software_version)))
        r.error_code = code(broker_errc::invalid_request);
    if (is_misrouted(c, q)) r.error_code = code(broker_errc::rebootstrap_required);
    if (r.error_code != 0) return r;
    for (const handler& h : handlers()) {
        const version_range spoken = supported_versions(h, c.cluster.faults);
        // Brokers claim to take Produce from version 0, because old clients look for it, and refuse
        // it (KAFKA-18659).
        const bool claim = h.of == api::produce && spoken.oldest == h.versions.oldest;
        r.apis.push_back({static_cast<std::int16_t>(h.of), claim ? std::int16_t{0} : spoken.oldest,
                          spoken.newest});
    }
    r.finalized_features_epoch = 0;
    return r;
}

} // namespace kcpp::testing
