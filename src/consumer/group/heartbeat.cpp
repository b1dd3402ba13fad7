// How a member stays in its group, whatever the application does, and how it leaves.

#include "protocol/heartbeat.hpp"

#include "consumer/core.hpp"
#include "consumer/group/member.hpp"
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

runtime::task<> member::heartbeat(std::shared_ptr<core> owner, std::shared_ptr<member> self,
                                  std::uint64_t claim) {
    cluster::core& cluster = owner->cluster();
    auto due = cluster.rt().now(); // nothing is handed out before the first answer
    while (self->claim_ == claim && !owner->stopped()) {
        if (cluster.rt().now() < due) {
            co_await self->claim_changed_.wait(due);
            continue;
        }
        for (const std::string& topic : self->topics_)
            cluster.metadata().want(topic);
        const bool heard = co_await self->beat(*owner, claim);
        const auto now = cluster.rt().now();
        due = runtime::after(now, heard ? owner->options().heartbeat_interval
                                        : cluster.options().retry_backoff);
        if (self->claim_ != claim ||
            now < runtime::after(self->heard_at_, owner->options().session_timeout))
            continue;
        // By now the coordinator has given the partitions to others.
        self->membership_.session_expired();
        self->demand(next_step::lose);
        co_return;
    }
}

/// True if the coordinator answered.
runtime::task<bool> member::beat(core& owner, std::uint64_t claim) {
    const identity sent = membership_.who();
    const auto sent_at = owner.cluster().rt().now();
    protocol::heartbeat::request request;
    request.group_id = owner.options().group_id;
    request.generation_id = sent.generation;
    request.member_id = sent.member_id;
    request.group_instance_id = sent.instance_id;
    network::call_options limits;
    limits.limits.timeout = owner.cluster().options().request_timeout;
    limits.limits.give_up = runtime::after(heard_at_, owner.options().session_timeout);
    const without_instance_id_before<instance_id_since_heartbeat> adapt;
    auto said =
        co_await owner.coordinator()->ask(cluster::purpose::coordinator, request, limits, adapt);
    if (!said || claim_ != claim) co_return false;
    const auto code = static_cast<broker_errc>(said->body.error_code);
    const next_step then = follow(owner, membership_.on_heartbeat(code, sent), code, "Heartbeat");
    if (then != next_step::stay) demand(then);
    const bool counted = code == broker_errc::none || code == broker_errc::rebalance_in_progress;
    if (!counted) co_return false;
    heard_at_ = sent_at;
    if (code == broker_errc::none) calm_at_ = sent_at;
    const bool lapsed = !owner.life().lease_holds(owner.cluster().rt().now());
    owner.life().set_lease(runtime::after(heard_at_, owner.options().session_timeout));
    if (lapsed) owner.hand().data();
    co_return true;
}

/// A static member stays in the group: it is expected back (G5).
runtime::task<> member::say_goodbye(core& owner, runtime::time_point until) {
    const identity who = membership_.who();
    membership_.left();
    if (who.member_id.empty() || who.instance_id) co_return;
    protocol::leave_group::request request;
    request.group_id = owner.options().group_id;
    protocol::leave_group::member me;
    me.member_id = who.member_id;
    request.members.push_back(std::move(me));
    network::call_options limits;
    limits.limits = {owner.cluster().options().request_timeout, until};
    const one_or_many_members adapt;
    auto said =
        co_await owner.coordinator()->ask(cluster::purpose::coordinator, request, limits, adapt);
    if (!said)
        owner.log().warning("group ", owner.options().group_id,
                            ": could not say that this member leaves: ", said.error().message());
}

} // namespace kcpp::consuming
