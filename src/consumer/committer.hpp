#pragma once

#include "consumer/group/identity.hpp"
#include "consumer/tenure.hpp"
#include "runtime/signal.hpp"
#include "runtime/task.hpp"

#include <kcpp/error_codes.hpp>
#include <kcpp/result.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace kcpp::consuming {

class core;

/// Commits one after the other, in the order they were asked for, so that an older one never
/// overwrites a newer one. Those that wait meanwhile go out together: however fast they are asked
/// for, none waits for more than the two before it. For the I/O thread.
class committer {
public:
    explicit committer(runtime::runtime& rt) : runtime_(rt), turn_(rt) {}

    /// What somebody has asked for is tried again also where a topic is not known: it may be on its
    /// way. What is committed unasked must not wait for topics that were deleted.
    enum class asked_by { application, nobody };
    static runtime::task<result<void>> commit(std::shared_ptr<core> owner, progress made,
                                              asked_by whom, runtime::time_point until);

    /// Waits until everything that was asked for so far is over, or for `until`.
    static runtime::task<> finish(std::shared_ptr<core> owner, runtime::time_point until);

private:
    struct signature;
    /// One that was asked for. Its maker keeps it too: who is late leaves the queue.
    struct asked_commit {
        asked_commit(progress p, asked_by w) : made(std::move(p)), whom(w) {}
        progress made;
        asked_by whom;
        /// It went out with the one that is being served.
        bool committed = false;
        /// It went out with others, and nobody knows whether that was done.
        bool went_along = false;
    };
    using queue = std::deque<std::shared_ptr<asked_commit>>;

    static runtime::task<result<void>> commit_in_turn(std::shared_ptr<core> owner, progress made,
                                                      asked_by whom, runtime::time_point until);
    runtime::task<bool> wait_for_turn(std::shared_ptr<asked_commit> mine,
                                      runtime::time_point until);
    static runtime::task<bool> commit_together(std::shared_ptr<core> owner,
                                               runtime::time_point until);
    static runtime::task<result<void>> attempt(std::shared_ptr<core> owner, const progress& made,
                                               runtime::time_point until);

    queue company(const core& owner) const;
    bool was_overtaken(const core& owner, const error& why) const;
    void go_no_lower(const offsets& sent);
    void next_turn();

    runtime::runtime& runtime_;
    /// The first of them is being served.
    queue waiting_;
    runtime::signal turn_;
    /// In whose name the commit that is being served was last sent.
    std::optional<identity> signed_by_;
};

} // namespace kcpp::consuming
