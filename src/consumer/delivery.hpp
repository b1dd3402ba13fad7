#pragma once

#include "consumer/position.hpp"
#include "consumer/tenure.hpp"

#include <atomic>
#include <memory>
#include <vector>

namespace kcpp::consuming {

/// One batch that was handed out, as the consumer remembers it until the application has let go of
/// it.
struct delivery {
    struct part {
        tenure place;
        position next;
    };
    std::vector<part> parts;
    /// Set by the batch object's destructor, on any thread.
    std::atomic<bool> released{false};
};

} // namespace kcpp::consuming
