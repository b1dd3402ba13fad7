#pragma once

#include "consumer/hand_over.hpp"
#include "consumer/partition_table.hpp"
#include "consumer/tenure.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace kcpp::consuming {

/// The partitions of a group member, between the group, which gives and takes, and the application,
/// which hears of it and gives them up on its own thread: what it works on must not be taken from
/// under its hands. For the I/O thread; no I/O and no clock.
class holdings {
public:
    holdings(partition_table& table, hand_over& hand) noexcept : table_(table), hand_(hand) {}

    tenures all() const { return table_.held(); }
    tenures all_but(const std::vector<topic_partition>& partitions) const;
    /// Takes in what is new of these, and has the application told. How many those are.
    std::size_t take_up(const std::vector<topic_partition>& partitions);
    /// Asks the application to give these up, once. What it was never told of is gone at once.
    void give_up(const tenures& gone, runtime::time_point deadline);
    void acknowledge(const tenures& given_up);
    /// The application has given up all that it was asked for.
    bool settled() const noexcept { return revoking_.empty(); }
    /// By when it is to do so; never, if there is nothing to give up.
    runtime::time_point deadline() const noexcept { return settled() ? runtime::never : deadline_; }
    /// They are others' already: nothing of them is left. How many those were.
    std::size_t lose();
    /// Nothing more is told. Gives what the application still has to give up.
    std::optional<rebalance_event> end();

private:
    partition_table& table_;
    hand_over& hand_;
    /// The application is asked to give these up.
    tenures revoking_;
    runtime::time_point deadline_ = runtime::never;
    /// It has not heard yet how what it was told of last ended.
    bool owes_assignment_ = true;
};

} // namespace kcpp::consuming
