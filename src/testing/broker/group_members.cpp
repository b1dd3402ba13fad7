#include "testing/broker/coordinator.hpp"
#include "testing/broker/handlers.hpp"

namespace kcpp::testing {

namespace {

namespace joining = protocol::join_group;
namespace syncing = protocol::sync_group;

constexpr std::int16_t first_with_required_id = 4, first_with_protocol_type = 7,
                       first_to_skip_assignment = 9;
constexpr std::int16_t first_to_say_protocol = 5; // in SyncGroup

/// Waits until the group answers, or another broker coordinates it; who waits also keeps the
/// group's clock.
template <class Answer>
runtime::task<void> wait_for(call& c, std::string group, answer_slot<Answer> slot) {
    c.cluster.group_news.notify();
    while (!*slot && c.alive()) {
        const testing::group* g = c.cluster.group_now(group);
        if (g == nullptr || *slot || c.state().coordinator_of(group) != c.broker) break;
        co_await c.cluster.group_news.wait(c.cluster.due(g->members.next_deadline()));
    }
}

/// Why a wait ended without an answer.
broker_errc why_unanswered(const call& c, std::string_view group) {
    return c.state().coordinator_of(group) == c.broker ? broker_errc::unknown_member_id
                                                       : broker_errc::not_coordinator;
}

join_call join_call_of(const call& c, const joining::request& q) {
    join_call j;
    j.member_id = q.member_id;
    j.instance_id = q.group_instance_id;
    j.client_id = c.client_id;
    j.client_host = "/127.0.0.1";
    j.fresh_member_id = c.fresh_member_id(q.group_instance_id.value_or(c.client_id));
    j.session_timeout = std::chrono::milliseconds(q.session_timeout_ms);
    j.rebalance_timeout =
        std::chrono::milliseconds(c.version == 0 ? q.session_timeout_ms : q.rebalance_timeout_ms);
    j.protocol_type = q.protocol_type;
    for (const auto& p : q.protocols)
        j.protocols.push_back({p.name, p.metadata});
    j.known_id_required = c.version >= first_with_required_id;
    j.can_skip_assignment = c.version >= first_to_skip_assignment;
    return j;
}

joining::response response_of(join_answer a, std::int16_t version) {
    joining::response r;
    r.error_code = code(a.error);
    r.generation_id = a.generation;
    r.protocol_type = std::move(a.protocol_type);
    r.protocol_name = std::move(a.protocol);
    if (!r.protocol_name && version < first_with_protocol_type) r.protocol_name = "";
    r.leader = std::move(a.leader);
    r.skip_assignment = a.skip_assignment;
    r.member_id = std::move(a.member_id);
    for (joined_member& m : a.members)
        r.members.push_back(
            {std::move(m.member_id), std::move(m.instance_id), std::move(m.metadata)});
    return r;
}

} // namespace

runtime::task<joining::response> join_group(call& c, const joining::request& q) {
    auto slot = std::make_shared<std::optional<join_answer>>();
    const auto refuse = [&](broker_errc error) {
        slot->emplace();
        (*slot)->error = error;
        (*slot)->member_id = q.member_id;
    };
    if (const auto error = check_member_call(c, q.group_id); error != broker_errc::none) {
        refuse(error);
    } else if (!q.member_id.empty() && c.state().find_group(q.group_id) == nullptr) {
        refuse(broker_errc::unknown_member_id);
    } else if (const auto* g = c.cluster.group_now(q.group_id);
               g != nullptr && !g->consumers.empty()) {
        refuse(broker_errc::inconsistent_group_protocol);
    } else {
        c.state().make_group(q.group_id).members.join(join_call_of(c, q), slot, c.group_time());
        co_await wait_for(c, q.group_id, slot);
        if (!*slot) refuse(why_unanswered(c, q.group_id));
    }
    co_return response_of(std::move(**slot), c.version);
}

runtime::task<syncing::response> sync_group(call& c, const syncing::request& q) {
    auto slot = std::make_shared<std::optional<sync_answer>>();
    broker_errc error = check_member_call(c, q.group_id);
    testing::group* g = c.cluster.group_now(q.group_id);
    const bool says_protocol = q.protocol_type && q.protocol_name;
    if (error == broker_errc::none && c.version >= first_to_say_protocol && !says_protocol)
        error = broker_errc::inconsistent_group_protocol; // KIP-559
    if (error == broker_errc::none && g == nullptr) error = broker_errc::unknown_member_id;
    if (error == broker_errc::none) {
        sync_call s;
        s.who = {q.member_id, q.group_instance_id, q.generation_id};
        s.protocol_type = q.protocol_type;
        s.protocol = q.protocol_name;
        for (const auto& a : q.assignments)
            s.assignments[a.member_id] = a.assignment;
        g->members.sync(s, slot, c.group_time());
        co_await wait_for(c, q.group_id, slot);
        if (!*slot) error = why_unanswered(c, q.group_id);
    }
    syncing::response r;
    r.error_code = code(*slot ? (*slot)->error : error);
    if (r.error_code != 0) co_return r;
    r.protocol_type = (*slot)->protocol_type;
    r.protocol_name = (*slot)->protocol;
    r.assignment = std::move((*slot)->assignment);
    co_return r;
}

protocol::heartbeat::response heartbeat(call& c, const protocol::heartbeat::request& q) {
    broker_errc error = check_member_call(c, q.group_id);
    testing::group* g = c.cluster.group_now(q.group_id);
    if (error == broker_errc::none)
        error = g == nullptr
                    ? broker_errc::unknown_member_id
                    : g->members.heartbeat({q.member_id, q.group_instance_id, q.generation_id},
                                           c.group_time());
    protocol::heartbeat::response r;
    r.error_code = code(error);
    return r;
}

protocol::leave_group::response leave_group(call& c, const protocol::leave_group::request& q) {
    constexpr std::int16_t first_with_many = 3;
    protocol::leave_group::response r;
    r.error_code = code(check_member_call(c, q.group_id));
    if (r.error_code != 0) return r;
    testing::group* g = c.cluster.group_now(q.group_id);
    const auto leave = [&](const std::string& id, const std::optional<std::string>& instance) {
        return code(g == nullptr ? broker_errc::unknown_member_id
                                 : g->members.leave({id, instance, -1}, c.group_time()));
    };
    if (c.version < first_with_many)
        r.error_code = leave(q.member_id, std::nullopt);
    else
        for (const auto& m : q.members)
            r.members.push_back(
                {m.member_id, m.group_instance_id, leave(m.member_id, m.group_instance_id)});
    c.cluster.group_news.notify();
    return r;
}

} // namespace kcpp::testing
