#include "testing/model/classic_group.hpp"

#include "testing/model/group_answers.hpp"
#include "testing/model/subscription.hpp"

#include <algorithm>

// How members stay in a group and leave it, and what time does.
namespace kcpp::testing {

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
    return metadata_in(protocols, protocol);
}

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
    return state_ == group_state::preparing_rebalance ? broker_errc::rebalance_in_progress
                                                      : broker_errc::none;
}

broker_errc classic_group::leave(const member_identity& who, time_point now) {
    advance(now);
    if (!who.instance_id && awaited_.erase(who.member_id) != 0) {
        complete_join_if_ready(now);
        return broker_errc::none;
    }
    std::string id = who.member_id;
    if (const std::string* known = static_member(who.instance_id); known && id.empty()) id = *known;
    if (const auto error = check_identity({id, who.instance_id, -1}); error != broker_errc::none)
        return error;
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
    reply(m.joining, refused_join(broker_errc::unknown_member_id, {}));
    reply(m.syncing, refused_sync(broker_errc::unknown_member_id));
    if (m.instance_id) static_.erase(*m.instance_id);
    if (leader_ == id) leader_ = members_.empty() ? std::string() : members_.begin()->first;
    prepare_rebalance(now);
}

void classic_group::touch(member& m, time_point now) {
    m.session_ends = now + m.session_timeout;
}

// Time

/// A member that waits for an answer is alive, once it knows its id.
time_point classic_group::deadline_of(const member& m) const {
    return !m.is_new && (m.joining || m.syncing) ? runtime::never : m.session_ends;
}

time_point classic_group::next_deadline() const {
    time_point next = sync_ends_;
    for (const auto& [id, m] : members_)
        next = std::min(next, deadline_of(m));
    for (const auto& [id, until] : awaited_)
        next = std::min(next, until);
    return std::min(next, join_ends_);
}

void classic_group::advance(time_point now) {
    for (time_point next = next_deadline(); next <= now; next = next_deadline())
        expire(next);
}

bool classic_group::expire_member(const std::string& id, time_point now) {
    advance(now);
    if (!members_.contains(id)) return false;
    remove(id, now);
    return true;
}

void classic_group::coordinator_moved(time_point now) {
    advance(now);
    for (auto& [id, m] : members_)
        touch(m, now);
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
    const auto dead =
        std::ranges::find_if(members_, [&](const auto& m) { return deadline_of(m.second) <= at; });
    if (dead != members_.end()) return remove(std::string(dead->first), at);
    complete_join_if_ready(at);
}

bool classic_group::subscribes_to(std::string_view topic) const {
    return std::ranges::any_of(
        members_, [&](const auto& m) { return subscribes(m.second.metadata(protocol_), topic); });
}

} // namespace kcpp::testing
