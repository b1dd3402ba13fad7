#pragma once

#include <kcpp/topic_pattern.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kcpp::consuming {

/// What a member subscribes to: these topics, or those that match.
struct wanted_topics {
    /// Sorted, each once; none beside a pattern.
    std::vector<std::string> names;
    std::optional<topic_pattern> pattern{};

    friend bool operator==(const wanted_topics&, const wanted_topics&) = default;
};

} // namespace kcpp::consuming
