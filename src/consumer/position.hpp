#pragma once

#include <kcpp/types.hpp>

#include <cstdint>

namespace kcpp::consuming {

/// The next record to read of a partition, with the leader epoch of the one before it (-1:
/// unknown).
struct position {
    offset_t offset = -1;
    std::int32_t epoch = -1;

    friend bool operator==(const position&, const position&) = default;
};

} // namespace kcpp::consuming
