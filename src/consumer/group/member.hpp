#pragma once

#include "consumer/group/assignor.hpp"
#include "consumer/group/member_bytes.hpp"
#include "consumer/group/membership.hpp"
#include "consumer/hand_over.hpp"
#include "runtime/signal.hpp"
#include "runtime/task.hpp"

#include <kcpp/error.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kcpp::consuming {

class core;

/// One stay in a group under the classic protocol, from `subscribe` to `unsubscribe`: joins,
/// heartbeats, gives partitions up when the group rebalances, leaves. Drives `membership`, and lets
/// the application's thread carry out what concerns it. For the I/O thread.
///
/// Under the eager protocol a member gives up all it has before it joins again; what it gets back
/// starts at the committed offset.
class member {
public:
    member(std::shared_ptr<core> owner, std::vector<std::string> topics);

    static void start(std::shared_ptr<core> owner, std::shared_ptr<member> self);
    void resubscribe(std::vector<std::string> topics);
    /// The application's thread has carried out the revocation of this claim.
    void acknowledge(std::uint64_t claim);
    /// Something happened that may matter: metadata, the application's return.
    void wake() { news_.notify(); }

    /// Who commits for the partitions of this claim; nothing if they are not this member's any
    /// more.
    std::optional<identity> identity_of(std::uint64_t claim) const;
    void commit_refused(core& owner, broker_errc why, const identity& sent);

    /// Stops rejoining. Gives what the application still has to be told is revoked; after that
    /// `leave` may be called.
    std::optional<rebalance_event> begin_leave(core& owner);
    static runtime::task<> leave(std::shared_ptr<core> owner, std::shared_ptr<member> self,
                                 runtime::time_point until);

private:
    // member.cpp: what is done when
    static runtime::task<> run(std::shared_ptr<core> owner, std::shared_ptr<member> self);
    runtime::task<next_step> stay(core& owner);
    runtime::task<next_step> give_up(core& owner);
    runtime::task<next_step> wait_for_application(core& owner);
    void demand(next_step then);
    void take_up(core& owner, std::vector<topic_partition> partitions);
    void lose(core& owner, const char* why);
    bool silent_too_long(core& owner);
    bool topics_changed(core& owner) const;
    runtime::duration tick(const core& owner) const;

    // joining.cpp: JoinGroup and SyncGroup
    runtime::task<next_step> join(core& owner);
    runtime::task<next_step> sync(core& owner);
    runtime::task<std::map<std::string, member_bytes>> share_out(core& owner);
    runtime::task<> learn_sizes(core& owner, std::vector<std::string> topics);
    member_bytes subscription(const core& owner, assignment_strategy strategy) const;
    group_member known_as(core& owner, const protocol::join_group::member& said) const;

    // heartbeat.cpp: Heartbeat and LeaveGroup
    static runtime::task<> heartbeat(std::shared_ptr<core> owner, std::shared_ptr<member> self,
                                     std::uint64_t claim);
    runtime::task<bool> beat(core& owner, std::uint64_t claim);
    runtime::task<> say_goodbye(core& owner, runtime::time_point until);

    next_step unreachable(core& owner, const error& why);
    next_step follow(core& owner, verdict said, broker_errc code, const char* call);

    std::vector<std::string> topics_;
    /// Those that the group was told of.
    std::vector<std::string> joined_topics_;
    membership membership_;
    std::uint32_t lane_;
    std::uint64_t claim_ = 0;
    /// The claim that the application is asked to give up, and the one it has given up.
    std::uint64_t revoking_ = 0;
    std::uint64_t given_up_ = 0;
    /// When the coordinator was last heard of, counted from the question.
    runtime::time_point heard_at_{};
    /// When it last said that there is no rebalance, counted likewise.
    runtime::time_point calm_at_{};
    bool leaving_ = false;
    bool away_ = false;
    std::optional<next_step> demanded_;
    /// What it was given last, and in which generation.
    previous_assignment previous_;
    /// As the leader shared the partitions out: 0 for topics that did not exist.
    topic_sizes sizes_;
    runtime::signal news_;
    runtime::signal claim_changed_;
};

} // namespace kcpp::consuming
