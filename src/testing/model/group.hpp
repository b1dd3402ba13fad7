#pragma once

#include "testing/model/classic_group.hpp"

#include <kcpp/types.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace kcpp::testing {

struct group_offset {
    std::int64_t offset = -1;
    std::int32_t leader_epoch = -1;
    std::string metadata;
};

/// A consumer group: its members and what they committed.
struct group {
    explicit group(const group_settings& settings) : members(settings) {}

    classic_group members;
    std::map<topic_partition, group_offset> offsets;
};

} // namespace kcpp::testing
