#include "testing/broker/coordinator.hpp"
#include "testing/broker/handlers.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace kcpp::testing {

namespace {

constexpr std::int32_t all_of_group =
    0b1101'0100'1000; // read, delete, describe, describe and alter configs

bool passes(const std::vector<std::string>& filter, std::string_view value) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return filter.empty() || std::ranges::any_of(filter, [&](const std::string& wanted) {
               return std::ranges::equal(wanted, value, {}, lower, lower);
           });
}

protocol::describe_groups::group describe(const classic_group& g) {
    protocol::describe_groups::group r;
    const bool stable = g.state() == group_state::stable;
    r.state = to_string(g.state());
    r.protocol_type = g.protocol_type();
    if (stable) r.protocol_data = g.protocol();
    for (const auto& [id, m] : g.members()) {
        protocol::describe_groups::member& d = r.members.emplace_back();
        d.member_id = id;
        d.group_instance_id = m.instance_id;
        d.client_id = m.client_id;
        d.client_host = m.client_host;
        if (stable) d.metadata = m.metadata(g.protocol());
        d.assignment = m.assignment;
    }
    return r;
}

/// Older versions call a group that is not there dead, which is no error.
protocol::describe_groups::group unknown_group(const std::string& name, std::int16_t version) {
    protocol::describe_groups::group r;
    r.state = "Dead";
    if (version < 6) return r;
    r.error_code = code(broker_errc::group_id_not_found);
    r.error_message = "Group " + name + " not found.";
    return r;
}

} // namespace

protocol::list_groups::response list_groups(call& c, const protocol::list_groups::request& q) {
    protocol::list_groups::response r;
    r.error_code = code(c.injected());
    if (r.error_code != 0) return r;
    for (const auto& [name, unused] : c.state().groups()) {
        if (c.state().coordinator_of(name) != c.broker) continue;
        const testing::group& either = *c.cluster.group_now(name);
        if (!either.consumers.empty()) {
            const char* state = either.consumers.state_name();
            if (passes(q.states_filter, state) && passes(q.types_filter, "consumer"))
                r.groups.push_back({name, "consumer", state, "consumer"});
            continue;
        }
        const classic_group& g = either.members;
        if (passes(q.states_filter, to_string(g.state())) && passes(q.types_filter, "classic"))
            r.groups.push_back({name, g.protocol_type(), to_string(g.state()), "classic"});
    }
    return r;
}

protocol::describe_groups::response describe_groups(call& c,
                                                    const protocol::describe_groups::request& q) {
    protocol::describe_groups::response r;
    for (const std::string& name : q.groups) {
        const broker_errc error = check_coordinator(c, name);
        const testing::group* g = c.cluster.group_now(name);
        protocol::describe_groups::group one;
        if (error != broker_errc::none)
            one.error_code = code(error);
        else
            one = g != nullptr && g->consumers.empty() ? describe(g->members)
                                                       : unknown_group(name, c.version);
        one.group_id = name;
        if (c.version >= 3 && q.include_authorized_operations && one.error_code == 0)
            one.authorized_operations = all_of_group;
        r.groups.push_back(std::move(one));
    }
    return r;
}

protocol::delete_groups::response delete_groups(call& c,
                                                const protocol::delete_groups::request& q) {
    protocol::delete_groups::response r;
    for (const std::string& name : q.groups) {
        broker_errc error = check_coordinator(c, name);
        const testing::group* g = c.cluster.group_now(name);
        if (error == broker_errc::none && g == nullptr) error = broker_errc::group_id_not_found;
        if (error == broker_errc::none && !g->empty()) error = broker_errc::non_empty_group;
        if (error == broker_errc::none) c.state().groups().erase(c.state().groups().find(name));
        auto& one = r.groups.emplace_back();
        one.group_id = name;
        one.error_code = code(error);
    }
    c.cluster.group_news.notify();
    return r;
}

} // namespace kcpp::testing
