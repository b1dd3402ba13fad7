#include "testing/model/classic_group.hpp"
#include "testing/model/group_answers.hpp"

#include <algorithm>

// How a group that changed gets a new generation and an assignment.
namespace kcpp::testing {

void classic_group::prepare_rebalance(time_point now) {
    if (state_ == group_state::completing_rebalance)
        for (auto& [id, m] : members_)
            reply(m.syncing, refused_sync(broker_errc::rebalance_in_progress));
    if (state_ != group_state::preparing_rebalance) {
        const bool first = state_ == group_state::empty;
        state_ = group_state::preparing_rebalance;
        sync_ends_ = runtime::never;
        join_ends_ = join_limit_ = now + longest_rebalance_timeout();
        join_holds_ = first ? std::min(now + settings_.initial_rebalance_delay, join_limit_) : now;
    } else if (join_holds_ > now) {
        join_holds_ = std::min(now + settings_.initial_rebalance_delay, join_limit_);
    }
    complete_join_if_ready(now);
}

void classic_group::complete_join_if_ready(time_point now) {
    if (state_ != group_state::preparing_rebalance || now < join_holds_) return;
    if (now >= join_ends_)
        drop_absent();
    else if (!everybody_joined())
        return;
    complete_join(now);
}

bool classic_group::everybody_joined() const {
    return awaited_.empty() &&
           std::ranges::all_of(members_, [](const auto& m) { return m.second.joining != nullptr; });
}

/// Those who did not come back in time are out. Static members may stay away as long as their
/// session lasts.
void classic_group::drop_absent() {
    awaited_.clear();
    std::erase_if(members_, [](const auto& m) {
        return m.second.joining == nullptr && !m.second.instance_id;
    });
    const auto present =
        std::ranges::find_if(members_, [](const auto& m) { return m.second.joining != nullptr; });
    const auto leads = members_.find(leader_);
    const bool led = leads != members_.end() && leads->second.joining != nullptr;
    if (!led && present != members_.end()) leader_ = present->first;
}

void classic_group::complete_join(time_point now) {
    join_ends_ = join_holds_ = runtime::never;
    ++generation_;
    if (members_.empty()) {
        state_ = group_state::empty;
        protocol_.clear();
        leader_.clear();
        return;
    }
    if (!members_.contains(leader_)) leader_ = members_.begin()->first;
    protocol_ = choose_protocol();
    state_ = group_state::completing_rebalance;
    sync_ends_ = now + longest_rebalance_timeout();
    for (auto& [id, m] : members_) {
        m.assignment.clear();
        m.synced = false;
        touch(m, now);
        reply(m.joining, standing_of(m));
    }
}

/// Each member votes for the first of its protocols that all members speak.
std::string classic_group::choose_protocol() const {
    const auto spoken_by_all = [&](const std::string& name) {
        return std::ranges::all_of(members_,
                                   [&](const auto& m) { return lists(m.second.protocols, name); });
    };
    std::map<std::string, int> votes;
    for (const auto& [id, m] : members_)
        for (const member_protocol& p : m.protocols) {
            if (!spoken_by_all(p.name)) continue;
            ++votes[p.name];
            break;
        }
    const auto winner = std::ranges::max_element(votes, {}, [](const auto& v) { return v.second; });
    return winner == votes.end() ? std::string() : winner->first;
}

std::chrono::milliseconds classic_group::longest_rebalance_timeout() const {
    std::chrono::milliseconds longest{0};
    for (const auto& [id, m] : members_)
        longest = std::max(longest, m.rebalance_timeout);
    return longest;
}

void classic_group::sync(const sync_call& call, answer_slot<sync_answer> answer, time_point now) {
    advance(now);
    const auto refuse = [&](broker_errc error) { reply(answer, refused_sync(error)); };
    if (const auto error = check_identity(call.who); error != broker_errc::none)
        return refuse(error);
    if (call.who.generation != generation_) return refuse(broker_errc::illegal_generation);
    if ((call.protocol_type && *call.protocol_type != protocol_type_) ||
        (call.protocol && *call.protocol != protocol_))
        return refuse(broker_errc::inconsistent_group_protocol);
    if (state_ == group_state::empty) return refuse(broker_errc::unknown_member_id);
    if (state_ == group_state::preparing_rebalance)
        return refuse(broker_errc::rebalance_in_progress);
    member& m = members_.at(call.who.member_id);
    m.synced = true;
    touch(m, now);
    if (state_ == group_state::stable)
        return reply(answer, {broker_errc::none, protocol_type_, protocol_, m.assignment});
    reply(m.syncing, refused_sync(broker_errc::rebalance_in_progress));
    m.syncing = answer;
    if (m.id == leader_) hand_out(call.assignments);
}

void classic_group::hand_out(const std::map<std::string, group_bytes>& assignments) {
    state_ = group_state::stable;
    for (auto& [id, m] : members_) {
        if (const auto mine = assignments.find(id); mine != assignments.end())
            m.assignment = mine->second;
        reply(m.syncing, {broker_errc::none, protocol_type_, protocol_, m.assignment});
    }
}

} // namespace kcpp::testing
