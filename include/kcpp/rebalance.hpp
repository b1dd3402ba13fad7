#pragma once

#include <kcpp/executor.hpp>
#include <kcpp/offsets.hpp>
#include <kcpp/result.hpp>
#include <kcpp/types.hpp>

#include <functional>
#include <memory>
#include <span>

namespace kcpp::consuming {
class core;
}

namespace [[gnu::visibility("default")]] kcpp {

/// What a rebalance handler may do; valid only while it runs. The library itself gives and takes
/// the partitions.
class rebalance_scope {
public:
    /// The partitions that were assigned, are about to be revoked, or were lost.
    std::span<const topic_partition> partitions() const noexcept { return partitions_; }

    /// Commits the positions of `partitions()`. Waits no longer than the rebalance allows. Fails at
    /// once in `lost`.
    result<void> commit();
    /// Commits exactly these.
    result<void> commit(const offsets& next);
    /// Has the positions of `partitions()`, as they are when the handler has returned, committed
    /// before they go to anybody else: for handlers that run on kcpp's I/O thread, where `commit`
    /// would deadlock. A failure is logged. Does nothing in `lost`.
    void commit_on_return() noexcept { commits_on_return_ = true; }
    /// Starts reading at `offset`, for partitions that were just assigned.
    result<void> seek(const topic_partition& partition, offset_t offset);
    /// Hands out nothing of these for now.
    result<void> pause(std::span<const topic_partition> partitions);

private:
    friend class consuming::core;
    rebalance_scope(consuming::core& owner, std::span<const topic_partition> partitions,
                    bool lost) noexcept
        : owner_(owner), partitions_(partitions), lost_(lost) {}

    consuming::core& owner_;
    std::span<const topic_partition> partitions_;
    bool lost_;
    bool commits_on_return_ = false;
};

/// Told when partitions come and go, on the thread that called `poll`, `records()`, `unsubscribe`
/// or `close`; inside `poll_async` in `executor`. All optional. An exception from a handler is kept
/// until the rebalance is complete, then rethrown from that call.
struct rebalance_handlers {
    std::function<void(rebalance_scope&)> assigned{};
    /// Before partitions go to another member: the last moment to commit.
    std::function<void(rebalance_scope&)> revoked{};
    /// Partitions that went to another member already; committing is not possible. Unset: nothing
    /// is called.
    std::function<void(rebalance_scope&)> lost{};
    /// Where they run inside `poll_async`, which fails if it needs this and has it not.
    std::shared_ptr<kcpp::executor> executor{};
};

} // namespace kcpp
