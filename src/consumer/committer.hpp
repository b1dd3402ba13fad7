#pragma once

#include "runtime/signal.hpp"
#include "runtime/task.hpp"

#include <kcpp/error_codes.hpp>
#include <kcpp/offsets.hpp>
#include <kcpp/result.hpp>

#include <cstdint>
#include <memory>
#include <set>

namespace kcpp::consuming {

class core;

/// Commits one after the other, in the order they were asked for, so that an older one never
/// overwrites a newer one. For the I/O thread.
class committer {
public:
    explicit committer(runtime::runtime& rt) : runtime_(rt), turn_(rt) {}

    /// `claim`: the assignment these offsets were read under; a member that has lost it commits
    /// nothing any more. 0: partitions chosen by hand.
    static runtime::task<result<void>> commit(std::shared_ptr<core> owner, offsets next,
                                              std::uint64_t claim, runtime::time_point until);

    /// Waits until everything that was asked for so far is over, or for `until`.
    static runtime::task<> finish(std::shared_ptr<core> owner, runtime::time_point until);

private:
    struct signature;
    runtime::task<bool> wait_for_turn(runtime::time_point until);
    static runtime::task<result<void>> attempt(std::shared_ptr<core> owner, const offsets& next,
                                               std::uint64_t claim, runtime::time_point until);

    void next_turn();

    runtime::runtime& runtime_;
    /// Tickets: who holds `serving_` may send.
    std::uint64_t next_ticket_ = 0;
    std::uint64_t serving_ = 0;
    std::set<std::uint64_t> abandoned_;
    runtime::signal turn_;
};

} // namespace kcpp::consuming
