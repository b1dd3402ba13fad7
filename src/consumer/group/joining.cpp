// How a member joins: JoinGroup, and SyncGroup with what the leader decided.

#include "consumer/core.hpp"
#include "consumer/group/member.hpp"
#include "consumer/static_member.hpp"
#include "protocol/sync_group.hpp"

#include <algorithm>
#include <set>

namespace kcpp::consuming {

namespace {

/// All consumers say this; other users of groups, such as Connect, say something else.
constexpr const char* protocol_type = "consumer";
/// What a broker may take beyond the rebalance timeout to answer a JoinGroup.
constexpr auto join_grace = std::chrono::seconds(5);
constexpr std::int16_t instance_id_since_join = 5;
constexpr std::int16_t instance_id_since_sync = 3;

std::int32_t milliseconds(std::chrono::milliseconds span) {
    return static_cast<std::int32_t>(std::min<std::int64_t>(span.count(), INT32_MAX));
}

} // namespace

runtime::task<next_step> member::join(core& owner) {
    const consumer_options& options = owner.options();
    const identity who = membership_.who();
    protocol::join_group::request request;
    request.group_id = options.group_id;
    request.session_timeout_ms = milliseconds(options.session_timeout);
    request.rebalance_timeout_ms = milliseconds(options.max_poll_interval);
    request.member_id = who.member_id;
    request.group_instance_id = who.instance_id;
    request.protocol_type = protocol_type;
    for (const assignment_strategy strategy : options.assignment_strategies) {
        protocol::join_group::protocol p;
        p.name = name_of(strategy);
        p.metadata = subscription(owner, strategy);
        request.protocols.push_back(std::move(p));
    }
    joined_topics_ = topics_;
    network::call_options limits;
    limits.limits.timeout = options.max_poll_interval + join_grace;
    const cluster::channel over(cluster::purpose::join, lane_);
    const without_instance_id_before<instance_id_since_join> adapt;
    auto said = co_await owner.coordinator()->ask(over, request, limits, adapt);
    if (!said) co_return unreachable(owner, said.error());
    const auto code = static_cast<broker_errc>(said->body.error_code);
    co_return follow(owner, membership_.on_join(std::move(said->body)), code, "JoinGroup");
}

/// The same each time as long as the topics are, and what it was given: coordinators take a change
/// as a reason to share out anew. So it names no generation, which under the eager protocol, where
/// nobody joins with partitions of an earlier one, means nothing.
member_bytes member::subscription(const core& owner, assignment_strategy strategy) const {
    protocol::consumer_protocol::subscription wanted;
    wanted.topics = topics_;
    if (const std::string& rack = owner.cluster().options().rack; !rack.empty())
        wanted.rack_id = rack;
    if (strategy == assignment_strategy::sticky && previous_.generation >= 0)
        wanted.user_data = write_previous(previous_);
    return write_subscription(wanted);
}

runtime::task<next_step> member::sync(core& owner) {
    const identity who = membership_.who();
    protocol::sync_group::request request;
    request.group_id = owner.options().group_id;
    request.generation_id = who.generation;
    request.member_id = who.member_id;
    request.group_instance_id = who.instance_id;
    request.protocol_type = protocol_type;
    request.protocol_name = membership_.strategy();
    if (membership_.is_leader()) {
        auto shares = co_await share_out(owner);
        for (auto& [id, bytes] : shares)
            request.assignments.push_back({id, std::move(bytes)});
    }
    heard_at_ = calm_at_ = owner.cluster().rt().now();
    network::call_options limits;
    limits.limits.timeout = owner.cluster().options().request_timeout;
    const cluster::channel over(cluster::purpose::join, lane_);
    const without_instance_id_before<instance_id_since_sync> adapt;
    auto said = co_await owner.coordinator()->ask(over, request, limits, adapt);
    if (!said) co_return unreachable(owner, said.error());
    const auto code = static_cast<broker_errc>(said->body.error_code);
    const next_step then = follow(owner, membership_.on_sync(code), code, "SyncGroup");
    if (then != next_step::stay || leaving_) co_return then;
    auto partitions = read_assignment(said->body.assignment);
    if (!partitions) {
        owner.hand().tell(
            error(client_errc::protocol_error,
                  base::text("the leader of group ", owner.options().group_id,
                             " sent an assignment that cannot be read; this member joins again")));
        co_return next_step::join_later;
    }
    take_up(owner, *std::move(partitions));
    co_return next_step::stay;
}

/// What each member gets, as the leader decides. Members that cannot be understood get nothing.
runtime::task<std::map<std::string, member_bytes>> member::share_out(core& owner) {
    std::vector<group_member> members;
    std::set<std::string> topics;
    for (const auto& m : membership_.members()) {
        const group_member& known = members.emplace_back(known_as(owner, m));
        topics.insert(known.topics.begin(), known.topics.end());
    }
    std::vector<std::string> wanted(topics.begin(), topics.end());
    co_await learn_sizes(owner, std::move(wanted));
    std::map<std::string, member_bytes> shares;
    const auto strategy = strategy_named(membership_.strategy());
    // The earlier assignment stands, or the group has agreed on something this member never
    // offered: nothing is sent.
    if (membership_.assignment_stands() || !strategy) co_return shares;
    for (const auto& [id, partitions] : assign(*strategy, std::move(members), sizes_))
        shares.emplace(id, write_assignment(partitions));
    co_return shares;
}

group_member member::known_as(core& owner, const protocol::join_group::member& said) const {
    group_member known;
    known.id = said.member_id;
    known.instance_id = said.group_instance_id;
    const auto wanted = read_subscription(said.metadata);
    if (!wanted) {
        owner.log().warning("group ", owner.options().group_id, ": member ", said.member_id,
                            " sent a subscription that cannot be read");
        return known;
    }
    known.topics = wanted->topics;
    if (membership_.strategy() != name_of(assignment_strategy::sticky) || !wanted->user_data)
        return known;
    // What cannot be read is as good as nothing: it only makes the sharing less sticky.
    if (auto had = read_previous(*wanted->user_data)) {
        known.owned = std::move(had->partitions);
        known.generation = had->generation;
    }
    return known;
}

/// How many partitions the topics have; none if a topic does not exist, or nobody tells in time.
runtime::task<> member::learn_sizes(core& owner, std::vector<std::string> topics) {
    const auto patience = std::min<runtime::duration>(owner.cluster().options().request_timeout,
                                                      owner.options().session_timeout / 2);
    const auto until = runtime::after(owner.cluster().rt().now(), patience);
    topic_sizes learned;
    for (const std::string& name : topics) {
        auto topic =
            co_await owner.cluster().metadata().find(name, cluster::unknown_topic::fail, until);
        learned[name] = topic ? static_cast<std::int32_t>((*topic)->partitions.size()) : 0;
        if (!topic)
            owner.log().warning("group ", owner.options().group_id, ": ", topic.error().message());
    }
    sizes_ = std::move(learned);
}

next_step member::unreachable(core& owner, const error& why) {
    if (why.retriable() || leaving_ || owner.stopped()) {
        owner.log().debug("group ", owner.options().group_id, ": ", why.message());
        return next_step::join_later;
    }
    owner.fail_group(why);
    return next_step::stop;
}

/// Does what goes with a verdict, and gives the step itself.
next_step member::follow(core& owner, verdict said, broker_errc code, const char* call) {
    if (said.find_coordinator) owner.coordinator()->forget();
    if (said.then == next_step::stop && !leaving_)
        owner.fail_group(error(
            code, base::text(call, " for group ", owner.options().group_id, ": ", name_of(code),
                             "; unsubscribe and subscribe again once that is mended")));
    else if (code != broker_errc::none)
        owner.log().debug(call, " for group ", owner.options().group_id, ": ", name_of(code));
    return said.then;
}

} // namespace kcpp::consuming
