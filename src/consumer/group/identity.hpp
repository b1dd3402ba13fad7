#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kcpp::consuming {

/// Who a member is, as every request of it says.
struct identity {
    std::string member_id;
    std::optional<std::string> instance_id;
    /// The generation of the group, or under the consumer protocol the member's epoch.
    std::int32_t generation = -1;

    friend bool operator==(const identity&, const identity&) = default;
};

} // namespace kcpp::consuming
