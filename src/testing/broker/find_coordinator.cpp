#include "testing/broker/coordinator.hpp"
#include "testing/broker/handlers.hpp"

namespace kcpp::testing {

namespace {

namespace finding = protocol::find_coordinator;

constexpr std::int8_t of_group = 0;
constexpr std::int16_t first_with_many = 4;

finding::coordinator find(call& c, const std::string& key, std::int8_t type) {
    finding::coordinator found;
    found.key = key;
    found.node_id = no_broker;
    found.port = -1;
    broker_errc error = c.injected();
    // Nobody coordinates transactions and share groups here.
    if (error == broker_errc::none && type != of_group) error = broker_errc::invalid_request;
    const broker_node* node = c.state().find_broker(c.state().coordinator_of(key));
    if (error == broker_errc::none && node == nullptr)
        error = broker_errc::coordinator_not_available;
    found.error_code = code(error);
    if (error != broker_errc::none) {
        found.error_message = std::string(name_of(error));
        return found;
    }
    found.node_id = node->id;
    found.host = node->host;
    found.port = node->port;
    return found;
}

} // namespace

broker_errc check_coordinator(call& c, std::string_view group) {
    if (const auto error = c.injected(); error != broker_errc::none) return error;
    return c.state().coordinator_of(group) == c.broker ? broker_errc::none
                                                       : broker_errc::not_coordinator;
}

finding::response find_coordinator(call& c, const finding::request& q) {
    finding::response r;
    if (c.version >= first_with_many) {
        for (const std::string& key : q.keys)
            r.coordinators.push_back(find(c, key, q.key_type));
        return r;
    }
    finding::coordinator one = find(c, q.key, q.key_type);
    r.error_code = one.error_code;
    r.error_message = std::move(one.error_message);
    r.node_id = one.node_id;
    r.host = std::move(one.host);
    r.port = one.port;
    return r;
}

} // namespace kcpp::testing
