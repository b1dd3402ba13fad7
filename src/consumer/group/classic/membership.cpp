#include "consumer/group/classic/membership.hpp"

#include <kcpp/error.hpp>

#include <utility>

namespace kcpp::consuming {

namespace {

bool sends_elsewhere(broker_errc said) {
    return said == broker_errc::not_coordinator || said == broker_errc::coordinator_not_available;
}

} // namespace

void membership::forget_everything() {
    who_.member_id.clear();
    forget_generation();
}

void membership::left() {
    forget_everything();
    leader_ = false;
    members_.clear();
}

verdict membership::on_join(protocol::join_group::response said) {
    const auto code = static_cast<broker_errc>(said.error_code);
    switch (code) {
    case broker_errc::none:
        who_.member_id = std::move(said.member_id);
        who_.generation = said.generation_id;
        leader_ = said.leader == who_.member_id;
        assignment_stands_ = said.skip_assignment;
        strategy_ = said.protocol_name.value_or("");
        members_ = std::move(said.members);
        return {next_step::sync};
    case broker_errc::member_id_required:
        who_.member_id = std::move(said.member_id);
        return {next_step::join};
    case broker_errc::unknown_member_id: forget_everything(); return {next_step::lose};
    case broker_errc::illegal_generation: forget_generation(); return {next_step::lose};
    case broker_errc::rebalance_in_progress: return {next_step::join_later};
    default: break;
    }
    if (sends_elsewhere(code)) return {next_step::join_later, true};
    return {error(code, "").retriable() ? next_step::join_later : next_step::stop};
}

verdict membership::on_sync(broker_errc said) {
    switch (said) {
    case broker_errc::none: joining_ = false; return {next_step::stay};
    case broker_errc::rebalance_in_progress: return {next_step::join};
    case broker_errc::unknown_member_id: forget_everything(); return {next_step::lose};
    case broker_errc::illegal_generation: forget_generation(); return {next_step::lose};
    default: break;
    }
    if (sends_elsewhere(said)) return {next_step::join_later, true};
    return {error(said, "").retriable() ? next_step::join_later : next_step::stop};
}

std::optional<verdict> membership::judge_identity(broker_errc said) {
    switch (said) {
    case broker_errc::rebalance_in_progress:
        return verdict{joining_ ? next_step::stay : next_step::rejoin};
    case broker_errc::unknown_member_id: forget_everything(); return verdict{next_step::lose};
    case broker_errc::illegal_generation:
        // While it joins, its generation may end before it is told of the next one.
        if (joining_) return verdict{next_step::stay};
        forget_generation();
        return verdict{next_step::lose};
    case broker_errc::fenced_instance_id: return verdict{next_step::stop};
    default: return std::nullopt;
    }
}

verdict membership::on_heartbeat(broker_errc said, const identity& sent) {
    if (said == broker_errc::none || sent != who_) return {next_step::stay};
    if (const auto about_me = judge_identity(said)) return *about_me;
    if (sends_elsewhere(said)) return {next_step::stay, true};
    return {error(said, "").retriable() ? next_step::stay : next_step::stop};
}

verdict membership::on_commit(broker_errc said, const identity& sent) {
    if (sent != who_) return {next_step::stay};
    return judge_identity(said).value_or(verdict{next_step::stay});
}

} // namespace kcpp::consuming
