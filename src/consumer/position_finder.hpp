#pragma once

#include "consumer/partition_table.hpp"
#include "runtime/signal.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace kcpp::consuming {

class core;

/// Finds out where to start: at the committed offset, else where the reset policy says. Only a
/// broker that says that there is no such offset sets that policy going; no failure on the way
/// does. For the I/O thread.
class position_finder {
public:
    explicit position_finder(core& owner);

    void start();
    /// Partitions came, or an answer, or leaders changed.
    void wake() { changed_.notify(); }

private:
    static runtime::task<> run(std::shared_ptr<core> owner);
    static runtime::task<> look_up_committed(std::shared_ptr<core> owner,
                                             std::vector<inquiry> open);
    static runtime::task<> ask_leader(std::shared_ptr<core> owner, std::int32_t node,
                                      std::vector<inquiry> open);
    void settle_times(std::vector<inquiry>& open) const;
    void ask_leaders(const std::vector<inquiry>& open);
    void postpone(const std::vector<inquiry>& asked, const error& why);

    core& core_;
    runtime::signal changed_;
};

} // namespace kcpp::consuming
