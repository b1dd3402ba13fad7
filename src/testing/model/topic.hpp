#pragma once

#include "testing/model/partition.hpp"
#include "testing/model/topic_configs.hpp"
#include "wire/uuid.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kcpp::testing {

struct topic {
    std::string name;
    wire::uuid id;
    topic_configs configs;
    std::vector<partition> partitions;

    partition* find(partition_id p) {
        return p < 0 || static_cast<std::size_t>(p) >= partitions.size()
                   ? nullptr
                   : &partitions[static_cast<std::size_t>(p)];
    }
};

/// What Kafka keeps for itself.
constexpr bool is_internal(std::string_view name) noexcept {
    return name == "__consumer_offsets" || name == "__transaction_state" ||
           name == "__share_group_state";
}

/// 1 to 249 characters of A-Z a-z 0-9 . _ - and neither "." nor "..".
verdict check_topic_name(std::string_view name);

} // namespace kcpp::testing
