#pragma once

#include "consumer/group/holdings.hpp"
#include "consumer/group/identity.hpp"
#include "consumer/group/wanted_topics.hpp"
#include "consumer/hand_over.hpp"
#include "consumer/tenure.hpp"
#include "runtime/signal.hpp"
#include "runtime/task.hpp"

#include <kcpp/error_codes.hpp>

#include <memory>
#include <optional>

namespace kcpp::consuming {

class core;

/// One stay in a group, from `subscribe` to `unsubscribe`, under one of the two protocols. Lets the
/// application's thread carry out what concerns it. Its owner outlives it: coroutines hold both.
/// For the I/O thread.
class member : public std::enable_shared_from_this<member> {
public:
    virtual ~member() = default;
    member(const member&) = delete;
    member& operator=(const member&) = delete;

    virtual void start() = 0;
    virtual void resubscribe(wanted_topics wanted);
    /// The application's thread has given these up.
    void acknowledge(const tenures& given_up);
    /// Something happened that may matter: metadata, the application's return.
    void wake() { news_.notify(); }

    /// Who commits for partitions that it holds; nothing if it is about to lose them.
    virtual std::optional<identity> commits_as() const = 0;
    virtual void commit_refused(broker_errc why, const identity& sent) = 0;
    /// What was said about a commit of `sent` may be different by the time it is asked again.
    virtual bool is_between_generations(const identity& sent) const = 0;

    /// Joins no more. Gives what the application still has to give up; after that `leave` may be
    /// called.
    std::optional<rebalance_event> begin_leave();
    static runtime::task<> leave(std::shared_ptr<core> owner, std::shared_ptr<member> self,
                                 runtime::time_point until);

protected:
    member(core& owner, wanted_topics wanted);

    /// Tells the coordinator.
    virtual runtime::task<> say_goodbye(runtime::time_point until) = 0;
    /// Nothing more is done.
    virtual void end() = 0;

    bool is_over() const;
    /// Asks the application to give these up, and counts on nothing beyond the time it has for
    /// that.
    void revoke(const tenures& gone, runtime::time_point deadline);
    /// The group counts with a member for a session; but with one that has something to give up no
    /// longer than until that is due.
    void renew_lease(runtime::time_point heard_at);
    /// An application that does not come back for its records would keep its partitions from the
    /// others (KIP-62).
    bool silent_too_long();
    /// Out of the group, and waits until the application is back.
    runtime::task<> wait_for_application();
    /// So that a silent application is noticed at most a tenth late.
    runtime::duration tick() const;
    runtime::time_point now() const;

    core& core_;
    wanted_topics wanted_;
    holdings holdings_;
    bool leaving_ = false;
    /// It has said that it leaves.
    bool gone_ = false;
    runtime::signal news_;
};

} // namespace kcpp::consuming
