// How a member joins: JoinGroup, and SyncGroup with what the leader decided.

#include "consumer/core.hpp"
#include "consumer/group/classic/classic_member.hpp"
#include "consumer/group/classic/replica_racks.hpp"
#include "consumer/static_member.hpp"
#include "protocol/milliseconds.hpp"

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

} // namespace

runtime::task<next_step> classic_member::join() {
    const auto looked = co_await look_for_matches();
    if (!looked) co_return unreachable(looked.error());
    if (is_over()) co_return next_step::join;
    if (const auto worse = take_grave_demand()) co_return *worse;
    const consumer_options& options = core_.options();
    const identity who = membership_.who();
    protocol::join_group::request request;
    request.group_id = options.group_id;
    request.session_timeout_ms = protocol::milliseconds(options.session_timeout);
    request.rebalance_timeout_ms = protocol::milliseconds(options.max_poll_interval);
    request.member_id = who.member_id;
    request.group_instance_id = who.instance_id;
    request.protocol_type = protocol_type;
    for (const offered_strategy& strategy : strategies_) {
        auto said = subscription(strategy);
        if (!said) {
            const error why = said.error();
            co_return co_await make_way(why);
        }
        protocol::join_group::protocol p;
        p.name = strategy.name();
        p.metadata = *std::move(said);
        request.protocols.push_back(std::move(p));
    }
    joined_topics_ = topics_;
    membership_.begin_join();
    network::call_options limits;
    limits.limits.timeout = options.max_poll_interval + join_grace;
    const cluster::channel over(cluster::purpose::join, lane_);
    const without_instance_id_before<instance_id_since_join> adapt;
    auto said = co_await core_.coordinator()->ask(over, request, limits, adapt);
    if (!said) co_return unreachable(said.error());
    const auto code = static_cast<broker_errc>(said->body.error_code);
    co_return follow(membership_.on_join(std::move(said->body)), code, "JoinGroup");
}

/// The same each time as long as the topics are, and what it was given: coordinators take a change
/// as a reason to share out anew. So it names no generation, which under the eager protocol, where
/// nobody joins with partitions of an earlier one, means nothing.
result<member_bytes> classic_member::subscription(const offered_strategy& strategy) const {
    protocol::consumer_protocol::subscription wanted;
    wanted.topics = topics_;
    if (const std::string& rack = core_.cluster().options().rack; !rack.empty())
        wanted.rack_id = rack;
    if (auto said = strategy.describe(wanted, partitions_of(holdings_.all()), previous_); !said)
        return said.error();
    return write_subscription(wanted);
}

runtime::task<next_step> classic_member::sync() {
    const identity who = membership_.who();
    protocol::sync_group::request request;
    request.group_id = core_.options().group_id;
    request.generation_id = who.generation;
    request.member_id = who.member_id;
    request.group_instance_id = who.instance_id;
    request.protocol_type = protocol_type;
    request.protocol_name = membership_.strategy();
    if (membership_.is_leader()) {
        auto shares = co_await share_out();
        if (!shares) {
            const error why = shares.error();
            co_return co_await make_way(why);
        }
        for (auto& [id, bytes] : *shares)
            request.assignments.push_back({id, std::move(bytes)});
    }
    heard_at_ = calm_at_ = now();
    network::call_options limits;
    limits.limits.timeout = core_.cluster().options().request_timeout;
    const cluster::channel over(cluster::purpose::join, lane_);
    const without_instance_id_before<instance_id_since_sync> adapt;
    auto said = co_await core_.coordinator()->ask(over, request, limits, adapt);
    if (!said) co_return unreachable(said.error());
    const auto code = static_cast<broker_errc>(said->body.error_code);
    const next_step then = follow(membership_.on_sync(code), code, "SyncGroup");
    if (then != next_step::stay || leaving_) co_return then;
    co_return take_in(said->body);
}

next_step classic_member::take_in(const protocol::sync_group::response& said) {
    auto partitions = read_assignment(said.assignment);
    if (!partitions) {
        core_.hand().tell(
            error(client_errc::protocol_error,
                  base::text("the leader of group ", core_.options().group_id,
                             " sent an assignment that cannot be read; this member joins again")));
        return next_step::join_later;
    }
    if (const offered_strategy* strategy = agreed_on())
        if (auto told = strategy->tell(said.assignment, membership_.who().generation); !told)
            core_.hand().tell(told.error());
    return take_up(*partitions);
}

/// What the application's own code did leaves this member unfit for its group: the others should
/// not wait for it, nor be kept from letting another one share out.
runtime::task<next_step> classic_member::make_way(error why) {
    if (!leaving_)
        core_.fail_group(error(client_errc::invalid_argument,
                               base::text("group ", core_.options().group_id, ": ", why.message(),
                                          "; this member has left, so that others need not wait; "
                                          "unsubscribe and subscribe again once that is mended")));
    lose("this member leaves its group");
    owes_join_ = true;
    co_await say_goodbye(runtime::after(now(), core_.cluster().options().request_timeout));
    co_return next_step::stop;
}

const offered_strategy* classic_member::agreed_on() const {
    const auto found = std::ranges::find(strategies_, std::string_view(membership_.strategy()),
                                         &offered_strategy::name);
    return found == strategies_.end() ? nullptr : &*found;
}

/// What each member gets, as the leader decides. Members that cannot be understood get nothing.
runtime::task<result<member_shares>> classic_member::share_out() {
    std::vector<group_member> members;
    std::set<std::string> topics;
    for (const auto& m : membership_.members()) {
        const group_member& known = members.emplace_back(known_as(m));
        topics.insert(known.topics.begin(), known.topics.end());
    }
    std::vector<std::string> wanted(topics.begin(), topics.end());
    co_await learn_topics(std::move(wanted));
    const offered_strategy* const strategy = agreed_on();
    // The earlier assignment stands, or the group has agreed on something this member never
    // offered: nothing is sent.
    if (membership_.assignment_stands() || strategy == nullptr) co_return member_shares();
    co_return strategy->share_out(std::move(members), sizes_, racks_);
}

group_member classic_member::known_as(const protocol::join_group::member& said) const {
    group_member known;
    known.id = said.member_id;
    known.instance_id = said.group_instance_id;
    const auto wanted = read_subscription(said.metadata);
    if (!wanted) {
        core_.log().warning("group ", core_.options().group_id, ": member ", said.member_id,
                            " sent a subscription that cannot be read");
        return known;
    }
    known.topics = wanted->topics;
    known.rack = wanted->rack_id.value_or("");
    if (const offered_strategy* strategy = agreed_on()) strategy->read(known, *wanted);
    return known;
}

/// How many partitions the topics have, and where; none if a topic does not exist, or nobody tells
/// in time.
runtime::task<> classic_member::learn_topics(std::vector<std::string> topics) {
    const auto patience = std::min<runtime::duration>(core_.cluster().options().request_timeout,
                                                      core_.options().session_timeout / 2);
    const auto until = runtime::after(now(), patience);
    for (const std::string& name : topics)
        core_.cluster().metadata().want(name); // one question for all of them
    topic_sizes sizes;
    topic_racks racks;
    for (const std::string& name : topics) {
        auto topic =
            co_await core_.cluster().metadata().find(name, cluster::unknown_topic::fail, until);
        sizes[name] = topic ? static_cast<std::int32_t>((*topic)->partitions.size()) : 0;
        auto& copies = racks[name];
        if (topic)
            copies = racks_of(**topic, *core_.cluster().metadata().current());
        else
            core_.log().warning("group ", core_.options().group_id, ": ", topic.error().message());
    }
    sizes_ = std::move(sizes);
    racks_ = std::move(racks);
}

next_step classic_member::unreachable(const error& why) {
    if (why.retriable() || is_over() || demanded_) {
        core_.log().debug("group ", core_.options().group_id, ": ", why.message());
        return next_step::join_later;
    }
    core_.fail_group(why);
    return next_step::stop;
}

/// Does what goes with a verdict, and gives the step itself.
next_step classic_member::follow(verdict said, broker_errc code, const char* call) {
    if (said.find_coordinator) core_.coordinator()->forget();
    if (said.then == next_step::stop && !leaving_)
        core_.fail_group(error(
            code, base::text(call, " for group ", core_.options().group_id, ": ", name_of(code),
                             "; unsubscribe and subscribe again once that is mended")));
    else if (code != broker_errc::none)
        core_.log().debug(call, " for group ", core_.options().group_id, ": ", name_of(code));
    return said.then;
}

} // namespace kcpp::consuming
