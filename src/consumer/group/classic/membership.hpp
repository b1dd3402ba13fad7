#pragma once

#include "consumer/group/identity.hpp"
#include "protocol/join_group.hpp"

#include <kcpp/error_codes.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// What a member does next.
enum class next_step {
    /// Nothing: all is well, or it is nothing a heartbeat later would not mend.
    stay,
    /// JoinGroup: at once, or after a pause.
    join,
    join_later,
    /// SyncGroup.
    sync,
    /// Give the partitions up in good order, then join.
    rejoin,
    /// The partitions, if there are any, are gone already; then join.
    lose,
    /// The application must do something; the member is out.
    stop,
};

struct verdict {
    next_step then = next_step::stay;
    /// The coordinator is somebody else now.
    bool find_coordinator = false;

    friend bool operator==(const verdict&, const verdict&) = default;
};

/// A member of a group under the classic protocol, as a state machine: it is told what the
/// coordinator said and tells what to do. No I/O and no clock. (G1, G2, G3)
class membership {
public:
    explicit membership(std::optional<std::string> instance_id) {
        who_.instance_id = std::move(instance_id);
    }

    const identity& who() const noexcept { return who_; }
    bool is_leader() const noexcept { return leader_; }
    /// The leader's earlier assignment stands (KIP-814).
    bool assignment_stands() const noexcept { return assignment_stands_; }
    /// Name of the assignment strategy.
    const std::string& strategy() const noexcept { return strategy_; }
    /// For the leader.
    const std::vector<protocol::join_group::member>& members() const noexcept { return members_; }

    /// Between JoinGroup and an answer to SyncGroup.
    bool joining() const noexcept { return joining_; }

    void begin_join() noexcept { joining_ = true; }
    verdict on_join(protocol::join_group::response said);
    verdict on_sync(broker_errc said);
    /// `sent`: who the member was when it asked. What was said about somebody it is no more does
    /// not matter.
    verdict on_heartbeat(broker_errc said, const identity& sent);
    verdict on_commit(broker_errc said, const identity& sent);
    /// Out of the group, by its own wish, or because nothing was heard of the coordinator for a
    /// whole session.
    void left();
    void session_expired() { who_.generation = -1; }

private:
    void forget_generation() { who_.generation = -1; }
    void forget_everything();
    /// Nothing if the code says nothing about the member itself.
    std::optional<verdict> judge_identity(broker_errc said);

    identity who_;
    bool joining_ = false;
    bool leader_ = false;
    bool assignment_stands_ = false;
    std::string strategy_;
    std::vector<protocol::join_group::member> members_;
};

} // namespace kcpp::consuming
