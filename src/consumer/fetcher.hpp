#pragma once

#include "consumer/fetch_session.hpp"
#include "consumer/partition_table.hpp"
#include "network/call.hpp"
#include "protocol/fetch.hpp"
#include "runtime/signal.hpp"
#include "runtime/task.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace kcpp::consuming {

class core;

/// Brings the records of all partitions that are read: one fetch under way per broker that leads
/// some of them, as long as the budget has room. For the I/O thread, except where it says
/// otherwise.
class fetcher {
public:
    explicit fetcher(core& owner);

    /// Before anything else, once the owner is a shared one.
    void prepare();
    void start();
    /// Something changed: partitions, positions, leaders, room.
    void wake() { changed_.notify(); }
    /// The application has taken something. The application's thread.
    void taken();
    const std::shared_ptr<byte_budget>& budget() const noexcept { return budget_; }
    /// Why nothing is fetched from this broker; empty if it is. Any thread.
    std::string why_not(std::int32_t node) const;
    /// Any thread.
    std::size_t buffered_bytes() const noexcept { return budget_->held(); }

private:
    using answer = network::answer<protocol::fetch::response>;

    static runtime::task<> supervise(std::shared_ptr<core> owner);
    static runtime::task<> connect(std::shared_ptr<core> owner, std::int32_t node);
    static runtime::task<> serve(std::shared_ptr<core> owner, std::int32_t node);
    void note_leaderless(const std::vector<inquiry>& leaderless);
    partition_table& routed() const;
    bool reads_from(std::int32_t node) const;
    runtime::time_point due(const fetch_plan& plan, runtime::time_point last_sent,
                            runtime::time_point now);
    bool has_room() const;
    std::size_t share_of_room() const;
    void note_success(std::int32_t node);
    void note_failure(const fetch_plan& plan, std::int32_t node, const result<answer>& said);

    // fetch_response.cpp
    void take_in(const fetch_session& session, std::int32_t node, answer& said);
    void take_in(const fetch_target& target, std::int32_t node,
                 protocol::fetch::partition_result& said,
                 const std::shared_ptr<const received>& memory);
    void take_data(const fetch_target& target, protocol::fetch::partition_result& said,
                   const std::shared_ptr<const received>& memory);
    void go_to_replica(const fetch_target& target, std::int32_t replica);
    void handle_truncation(const fetch_target& target,
                           const protocol::fetch::epoch_end_offset& diverging);
    void handle_error(const fetch_target& target, std::int32_t node,
                      const protocol::fetch::partition_result& said);
    void follow_leader(const fetch_target& target, std::int32_t node,
                       const protocol::fetch::partition_result& said);
    runtime::time_point retry_time() const;
    runtime::time_point replica_rest() const;

    core& core_;
    std::shared_ptr<byte_budget> budget_;
    std::set<std::int32_t> serving_;
    std::set<std::int32_t> connected_;
    /// Partitions that metadata does not know of, and how many answers it had got when that was
    /// first seen: the next one tells whether they are there.
    std::map<tenure, std::uint64_t> missing_;
    /// What fetches under way may bring.
    std::size_t reserved_ = 0;
    std::size_t under_way_ = 0;
    std::atomic<bool> wants_to_hear_{false};
    runtime::signal changed_;

    mutable std::mutex failures_mutex_;
    /// Of the brokers whose last fetch failed.
    std::map<std::int32_t, std::string> failures_;
};

} // namespace kcpp::consuming
