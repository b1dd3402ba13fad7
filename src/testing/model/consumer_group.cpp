#include "testing/model/consumer_group.hpp"

#include <algorithm>
#include <utility>

namespace kcpp::testing {

namespace {

constexpr std::int32_t joins = 0, leaves = -1, leaves_for_a_while = -2;
constexpr const char* default_assignor = "uniform";

bool is_known_assignor(const std::string& name) {
    return name == "uniform" || name == "range";
}

bool contains_all(const partition_set& all, const partition_set& some) {
    return std::ranges::includes(all, some);
}

bool overlap(const partition_set& a, const partition_set& b) {
    return std::ranges::any_of(a, [&](const auto& place) { return b.contains(place); });
}

} // namespace

heartbeat_answer consumer_group::heartbeat(const member_heartbeat& said, const topic_sizes& topics,
                                           time_point now) {
    advance(now);
    const auto refuse = [](const refusal& why) { return heartbeat_answer{why.error, why.message}; };
    if (const auto fault = find_fault(said)) return refuse(*fault);
    if (said.epoch < joins) return leave(said);
    auto known = members_.find(said.member_id);
    if (known == members_.end() && said.epoch != joins)
        return refuse({broker_errc::unknown_member_id, "not a member of the group"});
    if (known != members_.end())
        if (const auto fault = check_epoch(known->second, said)) return refuse(*fault);
    member& m = known == members_.end() ? admit(said) : known->second;
    update(m, said);
    // A new group leaves epoch 0, which means to join, whatever it reads.
    const bool changed = resolve(topics) || epoch_ == 0;
    topic_sizes subscribed = topics;
    std::erase_if(subscribed, [this](const auto& topic) { return !subscribes_to(topic.first); });
    if (changed || subscribed != sizes_) ++epoch_;
    sizes_ = std::move(subscribed);
    if (target_epoch_ < epoch_) share_out(sizes_);
    const partition_set before = m.assigned;
    reconcile(m, said.owned, now);
    m.session_ends = now + settings_.session_timeout;
    heartbeat_answer answer{.epoch = m.epoch};
    if (said.full || before != m.assigned) answer.assignment = m.assigned;
    return answer;
}

std::optional<consumer_group::refusal>
consumer_group::find_fault(const member_heartbeat& said) const {
    if (said.member_id.empty()) return refusal{broker_errc::invalid_request, "MemberId is empty"};
    if (said.assignor && !is_known_assignor(*said.assignor))
        return refusal{broker_errc::unsupported_assignor, "the server knows uniform and range"};
    if (said.regex && !said.regex->empty() && !topic_regex::compile(*said.regex))
        return refusal{broker_errc::invalid_regular_expression,
                       "SubscribedTopicRegex `" + *said.regex +
                           "` is not a valid regular expression."};
    if (said.epoch == leaves_for_a_while && !said.instance_id)
        return refusal{broker_errc::invalid_request, "only static members leave for a while"};
    if (said.epoch == joins) {
        if (!said.rebalance_timeout)
            return refusal{broker_errc::invalid_request, "RebalanceTimeoutMs is missing"};
        if (!said.owned || !said.owned->empty())
            return refusal{broker_errc::invalid_request, "who joins owns no partitions"};
        if (!said.topics && !said.regex)
            return refusal{broker_errc::invalid_request,
                           "SubscribedTopicNames and SubscribedTopicRegex are missing"};
    }
    if (!said.instance_id) return std::nullopt;
    for (const auto& [id, m] : members_) {
        if (m.instance_id != said.instance_id) continue;
        if (id == said.member_id && said.epoch != joins) continue;
        if (said.epoch != joins)
            return refusal{broker_errc::fenced_instance_id, "another member has this instance id"};
        if (m.epoch != leaves_for_a_while)
            return refusal{broker_errc::unreleased_instance_id, "its owner has not left"};
    }
    return std::nullopt;
}

std::optional<consumer_group::refusal>
consumer_group::check_epoch(const member& m, const member_heartbeat& said) const {
    if (said.epoch == joins || said.epoch == m.epoch) return std::nullopt;
    // The answer to its last heartbeat may have been lost.
    const bool one_behind =
        said.epoch == m.previous_epoch && said.owned && contains_all(m.assigned, *said.owned);
    if (said.epoch < m.epoch && one_behind) return std::nullopt;
    return refusal{broker_errc::fenced_member_epoch, "not the epoch that this member is in"};
}

heartbeat_answer consumer_group::leave(const member_heartbeat& said) {
    const auto known = members_.find(said.member_id);
    if (known == members_.end()) return {broker_errc::unknown_member_id, "not a member"};
    if (said.epoch == leaves)
        remove(said.member_id);
    else
        known->second.epoch = leaves_for_a_while;
    return {.epoch = said.epoch};
}

/// A static member that comes back has what it had.
consumer_group::member& consumer_group::admit(const member_heartbeat& said) {
    member m;
    const auto back = std::ranges::find_if(members_, [&](const auto& known) {
        return said.instance_id && known.second.instance_id == said.instance_id;
    });
    if (back != members_.end()) {
        m = std::move(back->second);
        target_[said.member_id] = std::move(target_[back->first]);
        target_.erase(back->first);
        members_.erase(back);
    }
    m.id = said.member_id;
    m.instance_id = said.instance_id;
    m.client_id = said.client_id;
    return members_[said.member_id] = std::move(m);
}

void consumer_group::update(member& m, const member_heartbeat& said) {
    if (said.epoch == joins) m.epoch = m.previous_epoch = joins;
    if (said.rebalance_timeout) m.rebalance_timeout = *said.rebalance_timeout;
    if (said.topics) m.names = {said.topics->begin(), said.topics->end()};
    if (said.assignor) m.assignor = *said.assignor;
    if (!said.regex || *said.regex == m.regex) return;
    m.regex = *said.regex;
    m.matcher.reset();
    if (auto compiled = topic_regex::compile(m.regex); compiled && !m.regex.empty())
        m.matcher = std::make_shared<const topic_regex>(*std::move(compiled));
}

/// Whether it changes what the group shares out. Kafka does this aside, and every ten seconds at
/// the most.
bool consumer_group::resolve(const topic_sizes& topics) {
    bool changed = false;
    for (auto& [id, m] : members_) {
        std::set<std::string> now = m.names;
        if (m.matcher)
            for (const auto& [name, size] : topics)
                if (m.matcher->matches(name)) now.insert(name);
        changed = changed || m.topics != now;
        m.topics = std::move(now);
    }
    return changed;
}

/// What most members ask for.
void consumer_group::share_out(const topic_sizes& topics) {
    std::map<std::string, int> votes;
    for (const auto& [id, m] : members_)
        ++votes[m.assignor.empty() ? default_assignor : m.assignor];
    const auto most = std::ranges::max_element(
        votes, {}, [](const auto& vote) { return std::pair(vote.second, vote.first); });
    const std::string chosen = most == votes.end() ? default_assignor : most->first;
    target_ = *share_out_on_server(chosen, members_, target_, topics);
    target_epoch_ = epoch_;
}

void consumer_group::reconcile(member& m, const std::optional<partition_set>& owned,
                               time_point now) {
    if (m.state == member_state::unrevoked_partitions) {
        if (!owned || overlap(*owned, m.to_revoke)) return;
        next_assignment(m, owned);
    } else if (m.epoch != target_epoch_ || m.state == member_state::unreleased_partitions) {
        next_assignment(m, owned);
    }
    m.revocation_ends =
        m.state == member_state::unrevoked_partitions ? now + m.rebalance_timeout : runtime::never;
}

void consumer_group::next_assignment(member& m, const std::optional<partition_set>& owned) {
    const partition_set& target = target_[m.id];
    partition_set keeps, revokes, gets;
    for (const auto& place : m.assigned)
        (target.contains(place) ? keeps : revokes).insert(place);
    bool unreleased = false;
    for (const auto& place : target) {
        if (keeps.contains(place)) continue;
        if (is_owned_by_another(place, m))
            unreleased = true;
        else
            gets.insert(place);
    }
    m.assigned = keeps;
    if (!revokes.empty() && (!owned || overlap(*owned, revokes))) {
        m.to_revoke = std::move(revokes);
        m.state = member_state::unrevoked_partitions;
        return;
    }
    m.to_revoke.clear();
    m.assigned.merge(gets);
    m.state = unreleased ? member_state::unreleased_partitions : member_state::stable;
    m.previous_epoch = m.epoch;
    m.epoch = target_epoch_;
}

bool consumer_group::is_owned_by_another(const topic_partition& place, const member& m) const {
    return std::ranges::any_of(members_, [&](const auto& other) {
        return other.first != m.id &&
               (other.second.assigned.contains(place) || other.second.to_revoke.contains(place));
    });
}

void consumer_group::remove(const std::string& id) {
    members_.erase(id);
    target_.erase(id);
    ++epoch_;
}

broker_errc consumer_group::check_commit(const std::string& member_id, std::int32_t epoch) const {
    if (epoch < 0 && members_.empty()) return broker_errc::none;
    const auto known = members_.find(member_id);
    if (known == members_.end()) return broker_errc::unknown_member_id;
    return epoch == known->second.epoch ? broker_errc::none : broker_errc::stale_member_epoch;
}

time_point consumer_group::next_deadline() const {
    time_point next = runtime::never;
    for (const auto& [id, m] : members_)
        next = std::min({next, m.session_ends, m.revocation_ends});
    return next;
}

void consumer_group::advance(time_point now) {
    std::vector<std::string> gone;
    for (const auto& [id, m] : members_)
        if (std::min(m.session_ends, m.revocation_ends) <= now) gone.push_back(id);
    for (const std::string& id : gone)
        remove(id);
}

bool consumer_group::expire_member(const std::string& id) {
    if (!members_.contains(id)) return false;
    remove(id);
    return true;
}

void consumer_group::coordinator_moved(time_point now) {
    for (auto& [id, m] : members_) {
        m.session_ends = now + settings_.session_timeout;
        if (m.revocation_ends != runtime::never) m.revocation_ends = now + m.rebalance_timeout;
    }
}

bool consumer_group::subscribes_to(std::string_view topic) const {
    return std::ranges::any_of(
        members_, [&](const auto& m) { return m.second.topics.contains(std::string(topic)); });
}

const char* consumer_group::state_name() const noexcept {
    if (members_.empty()) return "Empty";
    if (target_epoch_ < epoch_) return "Assigning";
    const bool settled = std::ranges::all_of(members_, [this](const auto& m) {
        return m.second.state == member_state::stable && m.second.epoch == target_epoch_;
    });
    return settled ? "Stable" : "Reconciling";
}

} // namespace kcpp::testing
