#pragma once

#include "consumer/group/identity.hpp"

#include <kcpp/error_codes.hpp>

#include <optional>
#include <string>

namespace kcpp::consuming {

/// What a member under the consumer protocol does about an answer to its heartbeat.
enum class next_beat {
    /// Well: the next one when it is due.
    when_due,
    /// After a pause, and saying everything again.
    after_pause,
    /// To join anew: what it had is others'.
    to_join_anew,
    /// To join anew, once it has let go of its instance id: the coordinator still counts on an
    /// earlier join of this very member.
    to_release_itself,
    /// Never: the application must do something.
    never,
};

/// How a member stands in its group under the consumer protocol (KIP-848), as a state machine: it
/// is told what the coordinator said and tells what to do. No I/O and no clock. (G8, G11)
class standing {
public:
    standing(std::string member_id, std::optional<std::string> instance_id)
        : who_{std::move(member_id), std::move(instance_id), joins} {}

    /// Its generation is the member's epoch, 0 while it is not in.
    const identity& who() const noexcept { return who_; }
    bool is_in() const noexcept { return who_.generation > joins; }
    /// The next heartbeat says everything: it joins, or who knows what of the last one arrived.
    bool says_everything() const noexcept { return everything_; }
    /// The epoch with which it leaves; a static member comes back, unless that is not wanted.
    std::int32_t farewell(bool comes_back) const noexcept {
        return who_.instance_id && comes_back ? leaves_for_a_while : leaves;
    }

    /// `spoke`: it has said something before, to which it may not have heard the answer.
    next_beat on_answer(broker_errc said, std::int32_t epoch, bool spoke);
    void on_silence() noexcept { everything_ = true; }
    /// It is out: next it joins anew.
    void forget_epoch() noexcept {
        who_.generation = joins;
        everything_ = true;
    }

private:
    static constexpr std::int32_t joins = 0, leaves = -1, leaves_for_a_while = -2;

    identity who_;
    bool everything_ = true;
};

/// Whether it means that somebody else coordinates the group.
constexpr bool moves_coordinator(broker_errc said) noexcept {
    return said == broker_errc::not_coordinator || said == broker_errc::coordinator_not_available;
}

} // namespace kcpp::consuming
