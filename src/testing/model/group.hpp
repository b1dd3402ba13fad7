#pragma once

#include "testing/model/classic_group.hpp"
#include "testing/model/consumer_group.hpp"

#include <kcpp/types.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace kcpp::testing {

struct group_offset {
    std::int64_t offset = -1;
    std::int32_t leader_epoch = -1;
    std::string metadata;
};

/// A consumer group: its members, all under the one protocol or the other, and what they committed.
struct group {
    group(const group_settings& classic, const consumer_group_settings& consumer)
        : members(classic), consumers(consumer) {}

    time_point next_deadline() const {
        return std::min(members.next_deadline(), consumers.next_deadline());
    }
    bool empty() const noexcept {
        return members.state() == group_state::empty && consumers.empty();
    }

    classic_group members;
    consumer_group consumers;
    std::map<topic_partition, group_offset> offsets;
    /// Those that a transaction under way may change. Only tests put some here.
    std::set<topic_partition> unstable;
};

} // namespace kcpp::testing
