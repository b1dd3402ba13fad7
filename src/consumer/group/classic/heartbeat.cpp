// How a member stays in its group, whatever the application does, and how it leaves.

#include "protocol/heartbeat.hpp"

#include "consumer/core.hpp"
#include "consumer/group/classic/classic_member.hpp"
#include "consumer/static_member.hpp"
#include "protocol/leave_group.hpp"

namespace kcpp::consuming {

namespace {

constexpr std::int16_t many_members_since = 3;
constexpr std::int16_t instance_id_since_heartbeat = 3;

struct one_or_many_members {
    void operator()(protocol::leave_group::request& request, std::int16_t version) const {
        if (version < many_members_since)
            request.member_id = std::exchange(request.members, {})[0].member_id;
    }
};

} // namespace

runtime::task<> classic_member::heartbeat(std::shared_ptr<core> owner,
                                          std::shared_ptr<classic_member> self,
                                          std::uint64_t term) {
    cluster::core& cluster = owner->cluster();
    auto due = cluster.rt().now(); // nothing is handed out before the first answer
    while (self->term_ == term && !owner->stopped()) {
        if (cluster.rt().now() < due) {
            co_await self->term_changed_.wait(due);
            continue;
        }
        for (const std::string& topic : self->topics_)
            cluster.metadata().want(topic);
        const bool heard = co_await self->beat(term);
        const auto now = cluster.rt().now();
        due = runtime::after(now, heard ? owner->options().heartbeat_interval
                                        : cluster.options().retry_backoff);
        if (self->term_ != term ||
            now < runtime::after(self->heard_at_, owner->options().session_timeout))
            continue;
        // By now the coordinator has given the partitions to others.
        self->membership_.session_expired();
        self->demand(next_step::lose);
        co_return;
    }
}

/// True if the coordinator answered.
runtime::task<bool> classic_member::beat(std::uint64_t term) {
    const identity sent = membership_.who();
    const auto sent_at = now();
    protocol::heartbeat::request request;
    request.group_id = core_.options().group_id;
    request.generation_id = sent.generation;
    request.member_id = sent.member_id;
    request.group_instance_id = sent.instance_id;
    network::call_options limits;
    limits.limits.timeout = core_.cluster().options().request_timeout;
    limits.limits.give_up = runtime::after(heard_at_, core_.options().session_timeout);
    const without_instance_id_before<instance_id_since_heartbeat> adapt;
    auto said =
        co_await core_.coordinator()->ask(cluster::purpose::coordinator, request, limits, adapt);
    if (!said || term_ != term) co_return false;
    const auto code = static_cast<broker_errc>(said->body.error_code);
    const next_step then = follow(membership_.on_heartbeat(code, sent), code, "Heartbeat");
    if (then != next_step::stay) demand(then);
    const bool counted = code == broker_errc::none || code == broker_errc::rebalance_in_progress;
    if (!counted) co_return false;
    heard_at_ = sent_at;
    if (code == broker_errc::none) calm_at_ = sent_at;
    renew_lease(heard_at_);
    co_return true;
}

/// A static member stays in the group: it is expected back (G5); unless others wait for what it has
/// given up, which they get when the group shares out again.
runtime::task<> classic_member::say_goodbye(runtime::time_point until) {
    const identity who = membership_.who();
    membership_.left();
    end_term();
    const bool is_expected_back = who.instance_id && !std::exchange(owes_join_, false);
    if (who.member_id.empty() || is_expected_back) co_return;
    protocol::leave_group::request request;
    request.group_id = core_.options().group_id;
    protocol::leave_group::member me;
    me.member_id = who.member_id;
    me.group_instance_id = who.instance_id;
    request.members.push_back(std::move(me));
    network::call_options limits;
    limits.limits = {core_.cluster().options().request_timeout, until};
    const one_or_many_members adapt;
    const auto over = core_.coordinator()->free_channel(core_.lane());
    auto said = co_await core_.coordinator()->ask(over, request, limits, adapt);
    if (!said)
        core_.log().warning("group ", core_.options().group_id,
                            ": could not say that this member leaves: ", said.error().message());
}

} // namespace kcpp::consuming
