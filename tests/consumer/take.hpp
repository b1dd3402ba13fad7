#pragma once

#include "consumer/fetched.hpp"

#include <cstddef>
#include <optional>

namespace kcpp::consuming::test {

/// Up to `most` records, however large.
inline std::optional<piece> take(fetched& from, std::size_t most) {
    allowance room{most};
    return from.take(room);
}

} // namespace kcpp::consuming::test
