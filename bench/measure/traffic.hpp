#pragma once

#include <cstdint>

namespace bench {

/// What the process's TCP connections that are open have carried so far, without headers, as the
/// kernel counts it. The difference of two is what went by in between, if none was closed.
struct traffic {
    std::uint64_t out = 0;
    std::uint64_t in = 0;

    static traffic now();

    friend traffic operator-(const traffic& end, const traffic& begin) {
        return {end.out - begin.out, end.in - begin.in};
    }
};

} // namespace bench
