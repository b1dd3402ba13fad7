#include "testing/model/classic_group.hpp"
#include "testing/model/group_answers.hpp"

#include <algorithm>

// How a group that changed gets a new generation and an assignment.
namespace kcpp::testing {

void classic_group::prepare_rebalance(time_point now) {
    if (state_ == group_state::preparing_rebalance) return complete_join_if_ready(now);
    for (auto& [id, m] : members_) {
        if (!m.syncing) continue;
        reply(m.syncing, refused_sync(broker_errc::rebalance_in_progress));
        touch(m, now);
    }
    sync_ends_ = runtime::never;
    first_ = state_ == group_state::empty;
    newcomers_ = false;
    delay_ = settings_.initial_rebalance_delay;
    delay_left_ = std::max(longest_rebalance_timeout() - delay_, std::chrono::milliseconds(0));
    join_ends_ = now + (first_ ? delay_ : longest_rebalance_timeout());
    state_ = group_state::preparing_rebalance;
    complete_join_if_ready(now);
}

void classic_group::complete_join_if_ready(time_point now) {
    if (state_ != group_state::preparing_rebalance) return;
    if (now >= join_ends_)
        end_wait(now);
    else if (!first_ && everybody_joined())
        complete_join(now);
}

bool classic_group::everybody_joined() const {
    return awaited_.empty() &&
           std::ranges::all_of(members_, [](const auto& m) { return m.second.joining != nullptr; });
}

void classic_group::end_wait(time_point now) {
    if (extend_first_wait(now)) return;
    drop_absent();
    if (!members_.empty() && !elect_leader()) { // static members only, and none of them is here
        join_ends_ = now + std::max(longest_rebalance_timeout(), std::chrono::milliseconds(1));
        return;
    }
    complete_join(now);
}

/// As Kafka counts: the delay again, as long as members keep coming and the longest rebalance
/// timeout has not passed.
bool classic_group::extend_first_wait(time_point now) {
    if (!first_ || !newcomers_ || delay_left_.count() == 0) return false;
    newcomers_ = false;
    const auto next = std::min(settings_.initial_rebalance_delay, delay_left_);
    delay_left_ = std::max(delay_left_ - delay_, std::chrono::milliseconds(0));
    delay_ = next;
    join_ends_ = now + next;
    return true;
}

/// Those who did not come back in time are out. Static members may stay away as long as their
/// session lasts.
void classic_group::drop_absent() {
    std::erase_if(members_, [](const auto& m) {
        return m.second.joining == nullptr && !m.second.instance_id;
    });
}

/// The leader stays, if it joined; else another one who did leads. False if nobody did.
bool classic_group::elect_leader() {
    const auto leads = members_.find(leader_);
    if (leads != members_.end() && leads->second.joining != nullptr) return true;
    const auto present =
        std::ranges::find_if(members_, [](const auto& m) { return m.second.joining != nullptr; });
    if (present == members_.end()) return false;
    leader_ = present->first;
    return true;
}

void classic_group::complete_join(time_point now) {
    join_ends_ = runtime::never;
    first_ = false;
    ++generation_;
    if (members_.empty()) {
        state_ = group_state::empty;
        protocol_.clear();
        leader_.clear();
        return;
    }
    protocol_ = choose_protocol();
    state_ = group_state::completing_rebalance;
    sync_ends_ = now + longest_rebalance_timeout();
    for (auto& [id, m] : members_) {
        m.assignment.clear();
        m.synced = m.is_new = false;
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
    if (state_ == group_state::stable)
        return reply(answer, {broker_errc::none, protocol_type_, protocol_, m.assignment});
    reply(m.syncing, refused_sync(broker_errc::rebalance_in_progress));
    m.syncing = answer;
    if (m.id == leader_) hand_out(call.assignments, now);
}

void classic_group::hand_out(const std::map<std::string, group_bytes>& assignments,
                             time_point now) {
    state_ = group_state::stable;
    for (auto& [id, m] : members_) {
        if (const auto mine = assignments.find(id); mine != assignments.end())
            m.assignment = mine->second;
        if (!m.syncing) continue;
        reply(m.syncing, {broker_errc::none, protocol_type_, protocol_, m.assignment});
        touch(m, now); // however long the leader took, it was not silent
    }
}

} // namespace kcpp::testing
