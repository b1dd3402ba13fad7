// ConsumerGroupHeartbeat: how a member joins, stays, says what it has, and leaves. (KIP-848)

#include "consumer/core.hpp"
#include "consumer/group/consumer_protocol/consumer_member.hpp"
#include "protocol/milliseconds.hpp"

#include <algorithm>

namespace kcpp::consuming {

/// What has not changed since it was last said is left out (G8).
consumer_member::heartbeat consumer_member::make_heartbeat() const {
    const consumer_options& options = core_.options();
    const identity& who = standing_.who();
    heartbeat said;
    said.group_id = options.group_id;
    said.member_id = who.member_id;
    said.member_epoch = who.generation;
    said.instance_id = who.instance_id;
    const bool everything = standing_.says_everything();
    if (everything) {
        said.rebalance_timeout_ms = protocol::milliseconds(options.max_poll_interval);
        if (!options.server_assignor.empty()) said.server_assignor = options.server_assignor;
        if (const std::string& rack = core_.cluster().options().rack; !rack.empty())
            said.rack_id = rack;
    }
    if (everything || told_wanted_.names != wanted_.names)
        said.subscribed_topic_names = wanted_.names;
    // Empty: no pattern any more. A static member may have left one behind in an earlier life.
    if (everything || told_wanted_.pattern != wanted_.pattern)
        said.subscribed_topic_regex = wanted_.pattern ? wanted_.pattern->expression() : "";
    if (everything || owes_owned()) said.owned_partitions = by_topic(owned());
    return said;
}

consumer_member::heartbeat consumer_member::farewell(bool comes_back) const {
    heartbeat last;
    last.group_id = core_.options().group_id;
    last.member_id = standing_.who().member_id;
    last.instance_id = standing_.who().instance_id;
    last.member_epoch = standing_.farewell(comes_back);
    return last;
}

runtime::time_point consumer_member::after_pause() {
    return runtime::after(now(), pauses_.next(core_.cluster().rt().random()));
}

namespace {

constexpr std::int16_t regex_since = 1;

/// Brokers before 4.0 have names only.
result<void> fit_regex(std::optional<std::string>& regex, std::int16_t version) {
    if (version >= regex_since || !regex) return {};
    if (regex->empty()) {
        regex.reset();
        return {};
    }
    return error(client_errc::unsupported_version,
                 "the brokers match no topic_pattern under the consumer protocol; subscribe to "
                 "names, or set group_protocol::classic (group.protocol)");
}

} // namespace

/// Nothing may follow the word that it leaves.
class consumer_member::unless_gone {
public:
    explicit unless_gone(const consumer_member& who) noexcept : who_(who) {}
    result<void> operator()(heartbeat& said, std::int16_t version) const {
        if (who_.gone_ || who_.core_.stopped())
            return error(client_errc::cancelled, "this member has left its group");
        return fit_regex(said.subscribed_topic_regex, version);
    }

private:
    const consumer_member& who_;
};

/// False when it was the last one.
runtime::task<bool> consumer_member::beat() {
    if (unreleased_) {
        const bool released = co_await release_itself();
        co_return released;
    }
    for (const std::string& topic : wanted_.names)
        core_.cluster().metadata().want(topic);
    const heartbeat said = make_heartbeat();
    const auto asked_at = now();
    const auto wanted = wanted_;
    const auto has = owned();
    network::call_options limits;
    limits.limits.timeout = core_.cluster().options().request_timeout;
    if (standing_.is_in())
        limits.limits.give_up = runtime::after(heard_at_, core_.options().session_timeout);
    const unless_gone adapt(*this);
    auto heard =
        co_await core_.coordinator()->ask(cluster::purpose::coordinator, said, limits, adapt);
    if (gone_ || core_.stopped()) co_return false;
    if (!heard) {
        spoke_ = true;
        standing_.on_silence();
        due_ = after_pause();
        if (!heard.error().retriable()) co_return stop(heard.error());
        core_.log().debug("group ", core_.options().group_id, ": ", heard.error().message());
        co_return true;
    }
    if (heard->body.error_code == 0) {
        told_wanted_ = wanted;
        if (said.owned_partitions) {
            told_owned_ = has;
            gives_up_ = gives_up_ && !holdings_.settled();
        }
    }
    co_return hear(std::move(heard->body), said, asked_at);
}

bool consumer_member::hear(answer said, const heartbeat& asked, runtime::time_point asked_at) {
    const auto code = static_cast<broker_errc>(said.error_code);
    const next_beat then = standing_.on_answer(code, said.member_epoch, spoke_);
    spoke_ = true;
    if (moves_coordinator(code)) core_.coordinator()->forget();
    const auto told = [&] {
        const bool about_pattern = code == broker_errc::invalid_regular_expression;
        return error(code, base::text("ConsumerGroupHeartbeat for group ", core_.options().group_id,
                                      ": ", name_of(code), said.error_message ? ": " : "",
                                      said.error_message.value_or(""),
                                      about_pattern ? "; coordinators read patterns as RE2" : "",
                                      "; unsubscribe and subscribe again once that is mended"));
    };
    switch (then) {
    case next_beat::when_due: heard_well(std::move(said), asked_at); return true;
    case next_beat::after_pause:
        due_ = after_pause();
        if (code == broker_errc::topic_authorization_failed) core_.hand().tell(told());
        core_.log().debug(told().message());
        return true;
    case next_beat::to_join_anew:
        fenced_ = leaving_;
        if (leaving_) return false; // it gives up what it has all the same
        lose("the group went on without this member");
        // One that is refused when it joins had better not ask again at once.
        due_ = asked.member_epoch == 0 ? after_pause() : now();
        return true;
    case next_beat::to_release_itself:
        unreleased_ = true;
        due_ = after_pause();
        return true;
    case next_beat::never: break;
    }
    const bool may_be_classic =
        code == broker_errc::unsupported_version || code == broker_errc::group_id_not_found;
    if (may_be_classic && !was_in_ && !leaving_ &&
        core_.options().group_protocol == group_protocol::automatic) {
        core_.log().info("group ", core_.options().group_id,
                         ": by the classic protocol: ", name_of(code));
        gone_ = true;
        core_.enter_classic_group(wanted_);
        return false;
    }
    return stop(told());
}

void consumer_member::heard_well(answer said, runtime::time_point asked_at) {
    was_in_ = true;
    pauses_.reset();
    // Often enough to live by the session that this member counts with.
    const auto interval = std::min<runtime::duration>(
        std::chrono::milliseconds(std::max(said.heartbeat_interval_ms, 1)),
        core_.options().session_timeout / 3);
    heard_at_ = asked_at;
    due_ = runtime::after(now(), interval);
    if (said.assignment) target_ = std::move(said.assignment->topics);
    renew_lease(heard_at_);
}

/// A static member whose join was taken, though it never heard of that, is refused as if somebody
/// else had its instance id. The coordinator takes it from its owner only that this leaves for a
/// while. False if it is not the owner: then it is somebody else.
runtime::task<bool> consumer_member::release_itself() {
    const heartbeat last = farewell(true);
    network::call_options limits;
    limits.limits.timeout = core_.cluster().options().request_timeout;
    const unless_gone adapt(*this);
    auto heard =
        co_await core_.coordinator()->ask(cluster::purpose::coordinator, last, limits, adapt);
    if (gone_ || core_.stopped()) co_return false;
    due_ = after_pause();
    if (!heard) co_return true;
    const auto code = static_cast<broker_errc>(heard->body.error_code);
    if (moves_coordinator(code)) core_.coordinator()->forget();
    if (code == broker_errc::none) unreleased_ = false;
    if (code == broker_errc::none || error(code, "").retriable()) co_return true;
    co_return stop(error(broker_errc::unreleased_instance_id,
                         base::text("group ", core_.options().group_id,
                                    ": another member has the "
                                    "instance id \"",
                                    core_.options().group_instance_id, "\" (group.instance.id)")));
}

/// Always false.
bool consumer_member::stop(const error& why) {
    lose("this member is out of the group");
    standing_.forget_epoch();
    spoke_ = false;
    if (!leaving_) core_.fail_group(why);
    return false;
}

/// A static member stays in the group: it is expected back (G5); unless others wait for what it
/// gives up.
runtime::task<> consumer_member::say_goodbye(runtime::time_point until) {
    const heartbeat last = farewell(!gives_up_);
    standing_.forget_epoch();
    if (!std::exchange(spoke_, false)) co_return;
    network::call_options limits;
    limits.limits = {core_.cluster().options().request_timeout, until};
    const auto over = core_.coordinator()->free_channel(core_.lane());
    auto said = co_await core_.coordinator()->ask(over, last, limits);
    if (!said)
        core_.log().warning("group ", core_.options().group_id,
                            ": could not say that this member leaves: ", said.error().message());
}

} // namespace kcpp::consuming
