#include "testing/model/classic_group.hpp"
#include "testing/model/group_answers.hpp"

#include <algorithm>

// How members come into a group.
namespace kcpp::testing {

void classic_group::join(const join_call& call, answer_slot<join_answer> answer, time_point now) {
    advance(now);
    if (call.session_timeout < settings_.min_session_timeout ||
        call.session_timeout > settings_.max_session_timeout)
        return reply(answer, refused_join(broker_errc::invalid_session_timeout, call.member_id));
    if (!speaks_with(call))
        return reply(answer,
                     refused_join(broker_errc::inconsistent_group_protocol, call.member_id));
    if (call.member_id.empty())
        join_without_id(call, answer, now);
    else
        join_as_known(call, answer, now);
}

/// Somebody can join who speaks a protocol that all others speak too.
bool classic_group::speaks_with(const join_call& call) const {
    if (call.protocol_type.empty() || call.protocols.empty()) return false;
    if (members_.empty()) return true;
    return call.protocol_type == protocol_type_ &&
           std::ranges::any_of(call.protocols, [&](const member_protocol& p) {
               return std::ranges::all_of(
                   members_, [&](const auto& m) { return lists(m.second.protocols, p.name); });
           });
}

const std::string* classic_group::static_member(const std::optional<std::string>& instance) const {
    const auto found = instance ? static_.find(*instance) : static_.end();
    return found == static_.end() ? nullptr : &found->second;
}

void classic_group::join_without_id(const join_call& call, const answer_slot<join_answer>& answer,
                                    time_point now) {
    if (call.instance_id) {
        const std::string* old_id = static_member(call.instance_id);
        return old_id ? replace_static(call, std::string(*old_id), answer, now)
                      : admit(call, call.fresh_member_id, answer, now);
    }
    if (!call.known_id_required) return admit(call, call.fresh_member_id, answer, now);
    awaited_[call.fresh_member_id] = now + call.session_timeout;
    answer->emplace(refused_join(broker_errc::member_id_required, call.fresh_member_id));
}

void classic_group::join_as_known(const join_call& call, const answer_slot<join_answer>& answer,
                                  time_point now) {
    if (!call.instance_id && awaited_.contains(call.member_id))
        return admit(call, call.member_id, answer, now);
    if (const auto error = check_identity({call.member_id, call.instance_id, -1});
        error != broker_errc::none) {
        answer->emplace(refused_join(error, call.member_id));
        return;
    }
    member& m = members_.at(call.member_id);
    const bool unchanged = m.protocols == call.protocols;
    // A member that asks again, because the answer got lost, must not make the others start over.
    // But the leader may.
    const bool repeats = state_ == group_state::completing_rebalance && unchanged;
    const bool content = state_ == group_state::stable && unchanged && m.id != leader_;
    if (repeats || content) {
        answer->emplace(standing_of(m));
        return;
    }
    update(m, call, answer);
    prepare_rebalance(now);
}

/// A static member comes back under a new member id and takes its old place (KIP-345).
void classic_group::replace_static(const join_call& call, const std::string& old_id,
                                   const answer_slot<join_answer>& answer, time_point now) {
    auto node = members_.extract(old_id);
    node.key() = call.fresh_member_id;
    member& m = members_.insert(std::move(node)).position->second;
    reply(m.joining, refused_join(broker_errc::fenced_instance_id, old_id));
    reply(m.syncing, refused_sync(broker_errc::fenced_instance_id));
    m.id = static_[*call.instance_id] = call.fresh_member_id;
    const bool led = leader_ == old_id;
    if (led) leader_ = m.id;
    update(m, call, answer);
    touch(m, now);
    if (state_ != group_state::stable || choose_protocol() != protocol_)
        return prepare_rebalance(now);

    join_answer standing = standing_of(m);
    standing.skip_assignment = led && call.can_skip_assignment;
    if (!call.can_skip_assignment) { // all that keeps it from assigning is another leader's name
        if (led) standing.leader = old_id;
        standing.members.clear();
    }
    reply(m.joining, std::move(standing));
}

void classic_group::admit(const join_call& call, const std::string& id,
                          const answer_slot<join_answer>& answer, time_point now) {
    // new.member.join.timeout, which is no setting in Kafka either.
    constexpr std::chrono::minutes new_member_timeout{5};
    awaited_.erase(id);
    if (members_.empty()) {
        protocol_type_ = call.protocol_type;
        leader_ = id;
    }
    member& m = members_[id];
    m.id = id;
    m.instance_id = call.instance_id;
    if (call.instance_id) static_[*call.instance_id] = id;
    update(m, call, answer);
    m.is_new = true;
    m.session_ends = now + new_member_timeout;
    newcomers_ = newcomers_ || first_;
    prepare_rebalance(now);
}

void classic_group::update(member& m, const join_call& call,
                           const answer_slot<join_answer>& answer) {
    m.client_id = call.client_id;
    m.client_host = call.client_host;
    m.session_timeout = call.session_timeout;
    m.rebalance_timeout = call.rebalance_timeout;
    m.protocols = call.protocols;
    reply(m.joining, refused_join(broker_errc::rebalance_in_progress,
                                  m.id)); // an older call of the same member
    m.joining = answer;
}

join_answer classic_group::standing_of(const member& m) const {
    join_answer a;
    a.member_id = m.id;
    a.generation = generation_;
    a.protocol_type = protocol_type_;
    a.protocol = protocol_;
    a.leader = leader_;
    if (m.id == leader_)
        for (const auto& [id, other] : members_)
            a.members.push_back({id, other.instance_id, other.metadata(protocol_)});
    return a;
}

} // namespace kcpp::testing
