#pragma once

#include <kcpp/types.hpp>

#include <string>

namespace [[gnu::visibility("default")]] kcpp {

/// A partition of which nothing comes at present, and the reason, as a sentence for a person.
struct idle_partition {
    topic_partition partition{};
    std::string reason{};

    friend bool operator==(const idle_partition&, const idle_partition&) = default;
};

} // namespace kcpp
