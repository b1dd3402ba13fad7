#include "testing/model/classic_group.hpp"

#include "testing/model/subscription.hpp"



#include <algorithm>

namespace kcpp::testing {

namespace {

template <class Answer>
void reply(answer_slot<Answer>& slot, Answer answer) {
    if (slot) slot->emplace(std::move(answer));
    slot = nullptr;
}

join_answer refusal(broker_errc error, std::string member_id) {
    join_answer a;
    a.error = error;
    a.member_id = std::move(member_id);
    return a;
}

bool lists(const std::vector<member_protocol>& protocols, std::string_view name) {
    return std::ranges::count(protocols, name, &member_protocol::name) != 0;
}

} // namespace

const char* to_string(group_state state) noexcept {
    switch (state) {
    case group_state::empty: return "Empty";
    case group_state::preparing_rebalance: return "PreparingRebalance";
    case group_state::completing_rebalance: return "CompletingRebalance";
    case group_state::stable: return "Stable";
    }
    return "";
}

const group_bytes& classic_group::member::metadata(std::string_view protocol) const {
    static const group_bytes none;
    const auto found = std::ranges::find(protocols, protocol, &member_protocol::name);
    return found == protocols.end() ? none : found->metadata;
}

// Joining

void classic_group::join(const join_call& call, answer_slot<join_answer> answer, time_point now) {
    advance(now);
    if (call.session_timeout < settings_.min_session_timeout || call.session_timeout > settings_.max_session_timeout)
        return reply(answer, refusal(broker_errc::invalid_session_timeout, call.member_id));
    if (!speaks_with(call)) return reply(answer, refusal(broker_errc::inconsistent_group_protocol, call.member_id));
    if (call.member_id.empty()) join_without_id(call, answer, now);
    else join_as_known(call, answer, now);
}

/// Somebody can join who speaks a protocol that all others speak too.
bool classic_group::speaks_with(const join_call& call) const {
    if (call.protocol_type.empty() || call.protocols.empty()) return false;
    if (members_.empty()) return true;
    return call.protocol_type == protocol_type_ && std::ranges::any_of(call.protocols, [&](const member_protocol& p) {
               return std::ranges::all_of(members_, [&](const auto& m) { return lists(m.second.protocols, p.name); });
           });
}

const std::string* classic_group::static_member(const std::optional<std::string>& instance) const {
    const auto found = instance ? static_.find(*instance) : static_.end();
    return found == static_.end() ? nullptr : &found->second;
}

void classic_group::join_without_id(const join_call& call, const answer_slot<join_answer>& answer, time_point now) {
    if (call.instance_id) {
        const std::string* old_id = static_member(call.instance_id);
        return old_id ? replace_static(call, std::string(*old_id), answer, now) : admit(call, call.fresh_member_id, answer, now);
    }
    if (!call.known_id_required) return admit(call, call.fresh_member_id, answer, now);
    awaited_[call.fresh_member_id] = now + call.session_timeout;
    answer->emplace(refusal(broker_errc::member_id_required, call.fresh_member_id));
}

void classic_group::join_as_known(const join_call& call, const answer_slot<join_answer>& answer, time_point now) {
    if (!call.instance_id && awaited_.contains(call.member_id)) return admit(call, call.member_id, answer, now);
    if (const auto error = check_identity({call.member_id, call.instance_id, -1}); error != broker_errc::none) {
        answer->emplace(refusal(error, call.member_id));
        return;
    }
    member& m = members_.at(call.member_id);
    const bool unchanged = m.protocols == call.protocols;
    // A member that asks again, because the answer got lost, must not make the others start over. But the leader may.
    const bool repeats = state_ == group_state::completing_rebalance && unchanged;
    const bool content = state_ == group_state::stable && unchanged && m.id != leader_;
    if (!repeats && !content) return update_and_rebalance(m, call, answer, now);
    touch(m, now);
    answer->emplace(standing_of(m));
}

/// A static member comes back under a new member id and takes its old place (KIP-345).
void classic_group::replace_static(const join_call& call, const std::string& old_id, const answer_slot<join_answer>& answer,
                                   time_point now) {
    auto node = members_.extract(old_id);
    node.key() = call.fresh_member_id;
    member& m = node.mapped();
    reply(m.joining, refusal(broker_errc::fenced_instance_id, old_id));
    reply(m.syncing, {broker_errc::fenced_instance_id, {}, {}, {}});
    m.id = call.fresh_member_id;
    static_[*call.instance_id] = m.id;
    const bool led = leader_ == old_id;
    if (led) leader_ = m.id;
    const bool same = state_ == group_state::stable && m.metadata(protocol_) == [&] {
        member asked;
        asked.protocols = call.protocols;
        return asked.metadata(protocol_);
    }();
    members_.insert(std::move(node));
    if (!same) return update_and_rebalance(members_.at(call.fresh_member_id), call, answer, now);
    m.protocols = call.protocols;
    touch(m, now);
    join_answer standing = standing_of(m);
    standing.skip_assignment = led;
    answer->emplace(std::move(standing));
}

void classic_group::admit(const join_call& call, const std::string& id, const answer_slot<join_answer>& answer, time_point now) {
    awaited_.erase(id);
    if (members_.empty()) {
        protocol_type_ = call.protocol_type;
        leader_ = id;
    }
    member& m = members_[id];
    m.id = id;
    m.instance_id = call.instance_id;
    if (call.instance_id) static_[*call.instance_id] = id;
    update_and_rebalance(m, call, answer, now);
}

void classic_group::update_and_rebalance(member& m, const join_call& call, const answer_slot<join_answer>& answer, time_point now) {
    m.client_id = call.client_id;
    m.client_host = call.client_host;
    m.session_timeout = call.session_timeout;
    m.rebalance_timeout = call.rebalance_timeout;
    m.protocols = call.protocols;
    reply(m.joining, refusal(broker_errc::rebalance_in_progress, m.id)); // an older call of the same member
    m.joining = answer;
    touch(m, now);
    prepare_rebalance(now);
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

// Rebalancing

void classic_group::prepare_rebalance(time_point now) {
    if (state_ == group_state::completing_rebalance)
        for (auto& [id, m] : members_)
            reply(m.syncing, {broker_errc::rebalance_in_progress, {}, {}, {}});
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
    if (now >= join_ends_) drop_absent();
    else if (!everybody_joined()) return;
    complete_join(now);
}

bool classic_group::everybody_joined() const {
    return awaited_.empty() && std::ranges::all_of(members_, [](const auto& m) { return m.second.joining != nullptr; });
}

/// Those who did not come back in time are out. Static members may stay away as long as their session lasts.
void classic_group::drop_absent() {
    awaited_.clear();
    std::erase_if(members_, [](const auto& m) { return m.second.joining == nullptr && !m.second.instance_id; });
    const auto present = std::ranges::find_if(members_, [](const auto& m) { return m.second.joining != nullptr; });
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
        return std::ranges::all_of(members_, [&](const auto& m) { return lists(m.second.protocols, name); });
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

// Syncing

void classic_group::sync(const sync_call& call, answer_slot<sync_answer> answer, time_point now) {
    advance(now);
    const auto refuse = [&](broker_errc error) { reply(answer, {error, {}, {}, {}}); };
    if (const auto error = check_identity(call.who); error != broker_errc::none) return refuse(error);
    if (call.who.generation != generation_) return refuse(broker_errc::illegal_generation);
    if ((call.protocol_type && *call.protocol_type != protocol_type_) || (call.protocol && *call.protocol != protocol_))
        return refuse(broker_errc::inconsistent_group_protocol);
    if (state_ == group_state::empty) return refuse(broker_errc::unknown_member_id);
    if (state_ == group_state::preparing_rebalance) return refuse(broker_errc::rebalance_in_progress);
    member& m = members_.at(call.who.member_id);
    m.synced = true;
    touch(m, now);
    if (state_ == group_state::stable) return reply(answer, {broker_errc::none, protocol_type_, protocol_, m.assignment});
    reply(m.syncing, {broker_errc::rebalance_in_progress, {}, {}, {}});
    m.syncing = answer;
    if (m.id == leader_) hand_out(call.assignments);
}

void classic_group::hand_out(const std::map<std::string, group_bytes>& assignments) {
    state_ = group_state::stable;
    for (auto& [id, m] : members_) {
        if (const auto mine = assignments.find(id); mine != assignments.end()) m.assignment = mine->second;
        reply(m.syncing, {broker_errc::none, protocol_type_, protocol_, m.assignment});
    }
}

// Staying, leaving

broker_errc classic_group::check_identity(const member_identity& who) const {
    if (who.instance_id) {
        const std::string* id = static_member(who.instance_id);
        if (id == nullptr) return broker_errc::unknown_member_id;
        if (*id != who.member_id) return broker_errc::fenced_instance_id;
    }
    return members_.contains(who.member_id) ? broker_errc::none : broker_errc::unknown_member_id;
}

broker_errc classic_group::heartbeat(const member_identity& who, time_point now) {
    advance(now);
    if (const auto error = check_identity(who); error != broker_errc::none) return error;
    if (who.generation != generation_) return broker_errc::illegal_generation;
    touch(members_.at(who.member_id), now);
    return state_ == group_state::preparing_rebalance ? broker_errc::rebalance_in_progress : broker_errc::none;
}

broker_errc classic_group::leave(const member_identity& who, time_point now) {
    advance(now);
    if (!who.instance_id && awaited_.erase(who.member_id) != 0) {
        complete_join_if_ready(now);
        return broker_errc::none;
    }
    std::string id = who.member_id;
    if (const std::string* known = static_member(who.instance_id); known && id.empty()) id = *known;
    if (const auto error = check_identity({id, who.instance_id, -1}); error != broker_errc::none) return error;
    remove(id, now);
    return broker_errc::none;
}

broker_errc classic_group::check_commit(const member_identity& who, time_point now) {
    advance(now);
    const bool named = who.generation >= 0 || !who.member_id.empty() || who.instance_id;
    if (who.generation < 0 && state_ == group_state::empty) return broker_errc::none;
    if (!named) return broker_errc::unknown_member_id;
    if (const auto error = check_identity(who); error != broker_errc::none) return error;
    if (who.generation != generation_) return broker_errc::illegal_generation;
    if (state_ == group_state::completing_rebalance) return broker_errc::rebalance_in_progress;
    touch(members_.at(who.member_id), now);
    return broker_errc::none;
}

void classic_group::remove(const std::string& id, time_point now) {
    auto gone = members_.extract(id);
    member& m = gone.mapped();
    reply(m.joining, refusal(broker_errc::unknown_member_id, id));
    reply(m.syncing, {broker_errc::unknown_member_id, {}, {}, {}});
    if (m.instance_id) static_.erase(*m.instance_id);
    if (leader_ == id) leader_ = members_.empty() ? std::string() : members_.begin()->first;
    prepare_rebalance(now);
}

void classic_group::touch(member& m, time_point now) { m.session_ends = now + m.session_timeout; }

// Time

/// A member that waits for an answer is alive.
time_point classic_group::deadline_of(const member& m) const {
    return m.joining || m.syncing ? runtime::never : m.session_ends;
}

time_point classic_group::next_deadline() const {
    time_point next = sync_ends_;
    for (const auto& [id, m] : members_)
        next = std::min(next, deadline_of(m));
    for (const auto& [id, until] : awaited_)
        next = std::min(next, until);
    if (state_ != group_state::preparing_rebalance) return next;
    const bool held = everybody_joined();
    return std::min(next, held ? join_holds_ : join_ends_);
}

void classic_group::advance(time_point now) {
    for (time_point next = next_deadline(); next <= now; next = next_deadline())
        expire(next);
}

void classic_group::expire(time_point at) {
    if (sync_ends_ <= at) { // those who never fetched their assignment are out
        sync_ends_ = runtime::never;
        std::vector<std::string> silent;
        for (const auto& [id, m] : members_)
            if (!m.synced) silent.push_back(id);
        for (const std::string& id : silent)
            remove(id, at);
        return;
    }
    std::erase_if(awaited_, [at](const auto& a) { return a.second <= at; });
    const auto dead = std::ranges::find_if(members_, [&](const auto& m) { return deadline_of(m.second) <= at; });
    if (dead != members_.end()) return remove(std::string(dead->first), at);
    complete_join_if_ready(at);
}

bool classic_group::subscribes_to(std::string_view topic) const {
    return std::ranges::any_of(members_, [&](const auto& m) { return subscribes(m.second.metadata(protocol_), topic); });
}

} // namespace kcpp::testing
