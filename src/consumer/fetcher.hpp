#pragma once

#include "consumer/partition_table.hpp"
#include "network/call.hpp"
#include "protocol/fetch.hpp"
#include "runtime/signal.hpp"
#include "runtime/task.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>

namespace kcpp::consuming {

class core;

/// Brings the records of all partitions that are read: one fetch under way per broker that leads
/// some of them, as long as the budget has room. For the I/O thread, except where it says
/// otherwise.
class fetcher {
public:
    explicit fetcher(core& owner);

    void start();
    /// Something changed: partitions, positions, leaders, room.
    void wake() { changed_.notify(); }
    /// The application has taken something. The application's thread.
    void taken();
    const std::shared_ptr<byte_budget>& budget() const noexcept { return budget_; }

private:
    using answer = network::answer<protocol::fetch::response>;

    static runtime::task<> supervise(std::shared_ptr<core> owner);
    static runtime::task<> serve(std::shared_ptr<core> owner, std::int32_t node);
    void note_leaderless(const std::vector<inquiry>& leaderless);
    bool leads(std::int32_t node) const;
    runtime::time_point due(const fetch_plan& plan, runtime::time_point last_sent,
                            runtime::time_point now);
    bool has_room() const;
    std::size_t share_of_room() const;
    void note_failure(const fetch_plan& plan, std::int32_t node, const result<answer>& said);

    // fetch_response.cpp
    void take_in(const fetch_plan& plan, std::int32_t node, answer& said);
    void take_in(const fetch_target& target, std::int32_t node,
                 protocol::fetch::partition_result& said,
                 const std::shared_ptr<const received>& memory);
    void take_data(const fetch_target& target, protocol::fetch::partition_result& said,
                   const std::shared_ptr<const received>& memory);
    void handle_error(const fetch_target& target, std::int32_t node,
                      const protocol::fetch::partition_result& said);
    runtime::time_point retry_time() const;

    core& core_;
    std::shared_ptr<byte_budget> budget_;
    std::set<std::int32_t> serving_;
    /// Partitions that metadata does not know of, and how many answers it had got when that was
    /// first seen: the next one tells whether they are there.
    std::map<tenure, std::uint64_t> missing_;
    /// What fetches under way may bring.
    std::size_t reserved_ = 0;
    std::size_t under_way_ = 0;
    std::atomic<bool> wants_to_hear_{false};
    runtime::signal changed_;
};

} // namespace kcpp::consuming
